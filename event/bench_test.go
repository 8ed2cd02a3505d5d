package event

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"testing"
)

// counter is a handler that keeps nothing.
type counter struct{ records, bad int }

func (c *counter) CloudTrail(*CloudTrail) { c.records++ }
func (c *counter) Flow(*Flow)             { c.records++ }
func (c *counter) DNS(*DNS)               { c.records++ }
func (c *counter) Bad(Bad)                { c.bad++ }

// sampleCloudTrail returns a file of n records, of the size and variety that one hour of an account has.
func sampleCloudTrail(n int) []byte {
	rnd := rand.New(rand.NewPCG(1, 2))
	calls := []struct{ source, name, parameters string }{
		{"ec2", "DescribeInstances", `{"instancesSet":{},"filterSet":{"items":[{"name":"tag:Service","valueSet":{"items":[{"value":"checkout"}]}}]}}`},
		{"s3", "GetObject", `{"bucketName":"example-artifacts","Host":"example-artifacts.s3.eu-central-1.amazonaws.com","key":"builds/2026/01/app.tar.gz"}`},
		{"sts", "AssumeRole", `{"roleArn":"arn:aws:iam::111122223333:role/deploy","roleSessionName":"ci-%d","durationSeconds":3600}`},
		{"kms", "Decrypt", `{"encryptionContext":{"aws:s3:arn":"arn:aws:s3:::example-artifacts"},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}`},
		{"iam", "PutRolePolicy", `{"roleName":"app","policyName":"read","policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:GetObject\",\"Resource\":\"*\"}]}"}`},
	}
	b := []byte(`{"Records":[`)
	for i := range n {
		c := calls[rnd.IntN(len(calls))]
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Appendf(b, `{"eventVersion":"1.09","userIdentity":{"type":"AssumedRole","principalId":"AROA%016X:app-%d",`+
			`"arn":"arn:aws:sts::111122223333:assumed-role/app/app-%[2]d","accountId":"111122223333","accessKeyId":"ASIA%016[1]X",`+
			`"sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROA%016[1]X","arn":"arn:aws:iam::111122223333:role/app",`+
			`"accountId":"111122223333","userName":"app"},"attributes":{"creationDate":"2026-01-02T03:00:00Z","mfaAuthenticated":"false"}}},`,
			rnd.Uint64(), rnd.IntN(500))
		b = fmt.Appendf(b, `"eventTime":"2026-01-02T03:%02d:%02dZ","eventSource":"%s.amazonaws.com","eventName":"%s","awsRegion":"eu-central-1",`+
			`"sourceIPAddress":"198.51.100.%d","userAgent":"aws-sdk-go-v2/1.30.0 os/linux lang/go#1.22 md/GOARCH#amd64 api/%[3]s",`+
			`"requestParameters":%[6]s,"responseElements":null,`,
			i*60/n, rnd.IntN(60), c.source, c.name, rnd.IntN(256), c.parameters)
		b = fmt.Appendf(b, `"requestID":"%08x-0000-4000-8000-%012x","eventID":"%08[1]x-0000-4000-9000-%012[2]x","readOnly":true,`+
			`"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"111122223333","eventCategory":"Management",`+
			`"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"%[3]s.eu-central-1.amazonaws.com"}}`,
			rnd.Uint32(), i, c.source)
	}
	return append(b, `]}`...)
}

// sampleFlow returns a file of n records of version 2.
func sampleFlow(n int) []byte {
	rnd := rand.New(rand.NewPCG(3, 4))
	b := append([]byte(version2.header), '\n')
	for i := range n {
		b = fmt.Appendf(b, "2 111122223333 eni-0a1b2c3d4e5f6%04x 10.0.%d.%d 203.0.113.%d %d 443 6 %d %d %d %d ACCEPT OK\n",
			rnd.IntN(50), rnd.IntN(4), rnd.IntN(256), rnd.IntN(256), 32768+rnd.IntN(28000), 1+rnd.IntN(40), 40+rnd.IntN(40000),
			1767322800+i/100, 1767322860+i/100)
	}
	return b
}

// sampleDNS returns a file of n records.
func sampleDNS(n int) []byte {
	rnd := rand.New(rand.NewPCG(5, 6))
	var b []byte
	for i := range n {
		b = fmt.Appendf(b, `{"version":"1.100000","account_id":"111122223333","region":"eu-central-1","vpc_id":"vpc-0a1b2c3d4e5f60718",`+
			`"query_timestamp":"2026-01-02T03:%02d:%02dZ","query_name":"host%d.service.example.com.","query_type":"A","query_class":"IN",`+
			`"rcode":"NOERROR","answers":[{"Rdata":"203.0.113.%d","Type":"A","Class":"IN"}],"srcaddr":"10.0.1.%d","srcport":"%d",`+
			`"transport":"UDP","srcids":{"instance":"i-0a1b2c3d4e5f6%04x"}}`+"\n",
			i*60/n, rnd.IntN(60), rnd.IntN(3000), rnd.IntN(256), rnd.IntN(256), 32768+rnd.IntN(28000), rnd.IntN(50))
	}
	return b
}

func zipped(b []byte) []byte {
	var buf bytes.Buffer
	w := gzip.NewWriter(&buf)
	w.Write(b)
	w.Close()
	return buf.Bytes()
}

func benchmarkRead(b *testing.B, object []byte, records int) {
	var r Reader
	var c counter
	in := bytes.NewReader(object)
	var read int64
	b.ReportAllocs()
	for b.Loop() {
		in.Reset(object)
		stats, err := r.Read(in, Options{Region: "eu-central-1"}, &c)
		if err != nil || stats.Records != int64(records) || stats.Bad > 0 {
			b.Fatalf("read %+v: %v", stats, err)
		}
		read = stats.Bytes
	}
	b.SetBytes(read)
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(records), "ns/record")
	b.ReportMetric(float64(read)/float64(records), "B/record")
	b.ReportMetric(float64(read)/float64(len(object)), "ratio")
}

func BenchmarkCloudTrail(b *testing.B) {
	object := sampleCloudTrail(20000)
	b.Run("plain", func(b *testing.B) { benchmarkRead(b, object, 20000) })
	b.Run("gzip", func(b *testing.B) { benchmarkRead(b, zipped(object), 20000) })
}

func BenchmarkFlow(b *testing.B) {
	object := sampleFlow(100000)
	b.Run("plain", func(b *testing.B) { benchmarkRead(b, object, 100000) })
	b.Run("gzip", func(b *testing.B) { benchmarkRead(b, zipped(object), 100000) })
}

func BenchmarkDNS(b *testing.B) {
	object := sampleDNS(50000)
	b.Run("plain", func(b *testing.B) { benchmarkRead(b, object, 50000) })
	b.Run("gzip", func(b *testing.B) { benchmarkRead(b, zipped(object), 50000) })
}

func BenchmarkIdentity(b *testing.B) {
	records := sampleCloudTrail(1)
	e, err := ParseCloudTrail(records[len(`{"Records":[`) : len(records)-2])
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if e.Identity().AccountID == "" {
			b.Fatal("no account")
		}
	}
}
