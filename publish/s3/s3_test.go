package s3_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/gzip"

	"picket"
	"picket/guardduty"
	"picket/publish"
	"picket/publish/s3"
	"picket/s3test"
)

const key = "arn:aws:kms:us-east-1:111122223333:key/1"

func destination(bucket string) publish.Destination {
	return publish.Destination{
		ID: "d", Type: publish.S3, Account: "111122223333", Region: "us-east-1",
		Properties: guardduty.DestinationProperties{DestinationArn: guardduty.Ptr("arn:aws:s3:::" + bucket), KmsKeyArn: guardduty.Ptr(key)},
	}
}

func event(id, account, day string) publish.Event {
	f := picket.Finding{Finding: guardduty.Finding{
		Id: guardduty.Ptr(id), AccountId: &account, Region: guardduty.Ptr("us-east-1"), Type: guardduty.Ptr("Recon:EC2/Portscan"),
		Resource: &guardduty.Resource{}, Service: &guardduty.Service{AdditionalInfo: &guardduty.ServiceAdditionalInfo{}},
	}}
	return publish.Event{ID: "event-" + id, Account: "111122223333", Region: "us-east-1", Time: day + "T10:00:00Z", Finding: &f}
}

// TestSend holds GuardDuty's layout and form, on a real server: a folder an account and day, and no more objects for what is
// sent twice.
func TestSend(t *testing.T) {
	backend, err := url.Parse(s3test.Start(t))
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(backend)
		r.Out.Host = r.In.Host // what was signed
	}}
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Amz-Server-Side-Encryption") == "aws:kms" {
			keys = append(keys, r.Header.Get("X-Amz-Server-Side-Encryption-Aws-Kms-Key-Id"))
		}
		proxy.ServeHTTP(w, r)
	}))
	defer front.Close()
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	api := awss3.NewFromConfig(cfg, func(o *awss3.Options) { o.BaseEndpoint, o.UsePathStyle = &front.URL, true })
	bucket := "findings"
	if _, err := api.CreateBucket(t.Context(), &awss3.CreateBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
	s := &s3.Sender{Endpoint: front.URL}
	d := destination("findings/team/")
	if err := s.Verify(t.Context(), d); err != nil {
		t.Fatal(err)
	}
	events := []publish.Event{
		event("1", "111122223333", "2026-01-05"), event("2", "444455556666", "2026-01-05"), event("3", "111122223333", "2026-01-05"),
		event("4", "111122223333", "2026-01-06"),
		{ID: "m", Message: []byte("{}")},
	}
	for range 2 {
		if n, err := s.Send(t.Context(), d, events); n != len(events) || err != nil {
			t.Fatal(n, err)
		}
	}
	list, err := api.ListObjectsV2(t.Context(), &awss3.ListObjectsV2Input{Bucket: &bucket})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, o := range list.Contents {
		folder, name := (*o.Key)[:strings.LastIndex(*o.Key, "/")], (*o.Key)[strings.LastIndex(*o.Key, "/")+1:]
		if name == "verification" {
			got[folder] = name
			continue
		}
		if !strings.HasSuffix(name, ".jsonl.gz") {
			t.Errorf("object %s", *o.Key)
		}
		out, err := api.GetObject(t.Context(), &awss3.GetObjectInput{Bucket: &bucket, Key: o.Key})
		if err != nil {
			t.Fatal(err)
		}
		zip, err := gzip.NewReader(out.Body)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(zip)
		if err != nil {
			t.Fatal(err)
		}
		out.Body.Close()
		for line := range strings.Lines(string(text)) {
			_, id, _ := strings.Cut(line, `"id":"`)
			got[folder] += id[:1]
		}
	}
	want := map[string]string{
		"team/AWSLogs/111122223333/GuardDuty/us-east-1":            "verification",
		"team/AWSLogs/111122223333/GuardDuty/us-east-1/2026/01/05": "13",
		"team/AWSLogs/444455556666/GuardDuty/us-east-1/2026/01/05": "2",
		"team/AWSLogs/111122223333/GuardDuty/us-east-1/2026/01/06": "4",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("objects (-want +got):\n%s", diff)
	}
	if len(keys) != 7 || keys[0] != key {
		t.Errorf("encrypted under %v, want 7 times %s", keys, key)
	}
}

// TestRefused holds that what is wrong with a bucket is said in words for who made the destination.
func TestRefused(t *testing.T) {
	s := &s3.Sender{Endpoint: s3test.Start(t)}
	f := func(d publish.Destination, want string) {
		t.Helper()
		if err := s.Verify(t.Context(), d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	f(destination("missing"), "bucket missing: NoSuchBucket")
	s.Buckets = []string{"other"}
	f(destination("missing"), "may not write to bucket missing")
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
	t.Setenv("AWS_CONFIG_FILE", "/nowhere")
	s = &s3.Sender{Endpoint: s.Endpoint}
	f(destination("missing"), "no AWS credentials")
}
