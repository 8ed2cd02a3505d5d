package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"

	"picket/finding"
	"picket/intel"
)

// definition is one of AWS's own tests.
type definition struct {
	FindingType, Alias, Indicator, LogSource, Port string
}

// The addresses of the tester's world.
const (
	torExit    = "198.51.100.66"
	listed     = "198.51.100.77" // on the custom threat list
	redTeam    = "10.0.1.10"
	basket     = "10.0.1.20"
	listedName = "Tester"
)

// categories are what a tested name must be listed as for its finding.
var categories = map[string]intel.Category{
	"C&CActivity.B!DNS": intel.C2, "BitcoinTool.B!DNS": intel.Crypto, "AbusedDomainRequest.Reputation": intel.Abused,
	"BitcoinDomainRequest.Reputation": intel.RepBitcoin, "MaliciousDomainRequest.Reputation": intel.RepMalicious,
	"SuspiciousDomainRequest.Reputation": intel.RepSuspicious, "DropPoint!DNS": intel.DropPoint,
	"BlackholeTraffic!DNS": intel.Blackhole, "PhishingDomainRequest!DNS": intel.Phishing,
	"DriveBySourceTraffic!DNS": intel.DriveBy, "DGADomainRequest.C!DNS": intel.DGA,
}

// tester builds the log records that each of AWS's tests leaves and requires the finding that the test expects. Tests of
// Lambda, of attack sequences and of sources that Picket does not read are left out.
func (e *eval) tester() error {
	b, err := os.ReadFile(filepath.Join(e.data, "guarddutytester_definitions.json"))
	if err != nil {
		return err
	}
	var all struct{ Definitions []definition }
	if err := json.Unmarshal(b, &all); err != nil {
		return err
	}
	lists := []intel.List{address(listedName, intel.Custom, listed), address("tor", intel.TorExit, torExit)}
	for _, d := range all.Definitions {
		if c, ok := categories[behavior(d.FindingType)]; ok && d.Indicator != "" {
			lists = append(lists, intel.List{Name: listedName, Category: c, Indicators: []intel.Indicator{{Domain: d.Indicator}}})
		}
	}
	title("AWS's tester", "finding expected", "test", "raised")
	found, tests := 0, 0
	for _, d := range all.Definitions {
		records := e.recordsOf(d)
		if records == nil {
			continue
		}
		findings := e.scan(world{lists: lists}, text(records)).Findings
		ok := raised(findings, d.FindingType)
		e.judge(verdict{suite: "tester", name: d.FindingType, found: findings, want: one(d.FindingType), fair: alsoTests(all.Definitions, d)})
		tests++
		found += index(ok)
		mark := "**missed**, but " + list(types(findings))
		if ok {
			mark = "yes"
		}
		line(d.FindingType, d.Alias, mark)
		e.add("tester", d.FindingType, "raised", ok)
	}
	fmt.Printf("\n%d of %d tests raise their finding.\n", found, tests)
	e.add("tester", "all", "raised", found)
	e.add("tester", "all", "tests", tests)
	return nil
}

// alsoTests says of a finding that another test expects it of the same script.
func alsoTests(all []definition, d definition) func(*finding.Result) string {
	return func(f *finding.Result) string {
		for _, o := range all {
			if o.FindingType == *f.Type && o.Alias == d.Alias && o.Indicator == d.Indicator {
				return "the same script is a test of it too"
			}
		}
		return ""
	}
}

func behavior(typ string) string {
	_, b, _ := strings.Cut(typ, "/")
	return b
}

func address(name string, c intel.Category, a string) intel.List {
	ip := netip.MustParseAddr(a)
	return intel.List{Name: name, Category: c, Indicators: []intel.Indicator{{Prefix: netip.PrefixFrom(ip, 32)}}}
}

// recordsOf are the records that a test leaves; nil for tests that are left out.
func (e *eval) recordsOf(d definition) []byte {
	if strings.Contains(d.FindingType, "Lambda") || strings.HasPrefix(d.FindingType, "AttackSequence") {
		return nil
	}
	switch d.LogSource {
	case "dns":
		return queries([]string{d.Indicator}, 0)
	case "vpc-flowlogs":
		return e.flowRecords(d)
	case "cloudtrail", "s3-logs":
		return apiRecords(d)
	}
	return nil
}

const flowHeader = "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status instance-id tcp-flags flow-direction\n"

// flowLine is one record as the attacker's interface logs it.
func flowLine(b *bytes.Buffer, egress bool, src, dst string, sport, dport, protocol, packets, size, at, flags int, action string) {
	direction := "ingress"
	if egress {
		direction = "egress"
	}
	start := 1767607200 + at
	fmt.Fprintf(b, "5 123456789012 eni-0a1b2c3d %s %s %d %d %d %d %d %d %d %s OK i-0a1b2c3d4e5f60718 %d %s\n",
		src, dst, sport, dport, protocol, packets, packets*size, start, start+55, action, flags, direction)
}

func (e *eval) flowRecords(d definition) []byte {
	b := bytes.NewBufferString(flowHeader)
	switch behavior(d.FindingType) {
	case "DenialOfService.Udp": // 400,000 datagrams to one port of the own elastic address
		for i := range 6 {
			flowLine(b, true, redTeam, "198.51.100.5", 40000, 80, 17, 66_667, 128, i*60, 0, "ACCEPT")
		}
	case "DenialOfService.Dns":
		for i := range 60_000 {
			flowLine(b, true, redTeam, "198.51.100.5", 1024+i, 53, 17, 7, 128, i/12_000*60, 0, "ACCEPT")
		}
	case "Portscan": // the defaults of a port scanner: 1,000 ports, closed but two
		for i := range 1000 {
			flowLine(b, true, redTeam, basket, 45000, 1+i, 6, 1, 44, 0, 2, "ACCEPT")
			flowLine(b, false, basket, redTeam, 1+i, 45000, 6, 1, 40, 0, 4, "ACCEPT")
		}
	case "SSHBruteForce": // 20 rounds of 7 users
		tries(b, 140, 22, 18, 3100)
	case "RDPBruteForce": // 7 users, 256 passwords
		tries(b, 1792, 3389, 14, 2600)
	case "MaliciousIPCaller.Custom":
		flowLine(b, true, redTeam, listed, 50000, 8009, 6, 5, 80, 0, 3, "ACCEPT")
		flowLine(b, false, listed, redTeam, 8009, 50000, 6, 5, 80, 0, 19, "ACCEPT")
	case "DNSDataExfiltration":
		names, err := os.ReadFile(filepath.Join(e.data, "dns/guardduty_tester_iodine_queries.txt"))
		if err != nil {
			return nil
		}
		return queries(strings.Fields(string(names)), 0)
	}
	return b.Bytes()
}

// tries are sign-ins that fail, each from a port of its own, within ten minutes.
func tries(b *bytes.Buffer, n, port, packets, size int) {
	for i := range n {
		at := i * 540 / n
		flowLine(b, true, redTeam, basket, 20000+i, port, 6, packets, size/packets, at, 3, "ACCEPT")
		flowLine(b, false, basket, redTeam, port, 20000+i, 6, packets, size/packets, at, 19, "ACCEPT")
	}
}

// apiCall is what differs between the API calls of the tests.
type apiCall struct {
	source, name, ip, agent, session, params, category string
}

func apiRecords(d definition) []byte {
	user, kali := "198.51.100.9", "aws-cli/2.22.0 md/awscrt#0.22.0 ua/2.0 os/linux#6.11.2-amd64 md/arch#x86_64 lang/python#3.12.6 md/distrib#kali.2025 cfg/retry-mode#standard"
	const plain = "aws-cli/2.22.0 os/linux"
	instance := "AROAEXAMPLEID:i-0a1b2c3d4e5f60718"
	bucket := `{"bucketName":"tester-bucket","Host":"tester-bucket.s3.amazonaws.com"%s}`
	policy := func(statement string) string {
		return fmt.Sprintf(bucket, `,"policy":"","bucketPolicy":{"Version":"2012-10-17","Statement":[`+statement+`]}`)
	}
	open := `"PublicAccessBlockConfiguration":{"BlockPublicAcls":false,"IgnorePublicAcls":false,"BlockPublicPolicy":false,"RestrictPublicBuckets":false}`
	const s3, iam = "s3.amazonaws.com", "iam.amazonaws.com"
	calls := map[string]apiCall{
		"PenTest:IAMUser/KaliLinux":                                            {source: iam, name: "GetUser", ip: user, agent: kali},
		"Recon:IAMUser/MaliciousIPCaller.Custom":                               {source: s3, name: "ListBuckets", ip: listed},
		"Recon:IAMUser/TorIPCaller":                                            {source: s3, name: "ListBuckets", ip: torExit},
		"Stealth:IAMUser/CloudTrailLoggingDisabled":                            {source: "cloudtrail.amazonaws.com", name: "StopLogging", ip: user, params: `{"name":"tester-trail"}`},
		"Stealth:IAMUser/PasswordPolicyChange":                                 {source: iam, name: "UpdateAccountPasswordPolicy", ip: user, params: `{"minimumPasswordLength":6,"requireSymbols":false,"requireNumbers":false,"requireUppercaseCharacters":false,"requireLowercaseCharacters":false,"allowUsersToChangePassword":false}`},
		"UnauthorizedAccess:IAMUser/TorIPCaller":                               {source: "signin.amazonaws.com", name: "GetSigninToken", ip: torExit, session: instance},
		"UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS": {source: iam, name: "GetUser", ip: torExit, session: instance},
		"UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom":                  {source: iam, name: "GetUser", ip: listed},
		"Discovery:S3/MaliciousIPCaller.Custom":                                {source: s3, name: "ListObjects", ip: listed, params: fmt.Sprintf(bucket, ""), category: "Data"},
		"Discovery:S3/TorIPCaller":                                             {source: s3, name: "ListObjects", ip: torExit, params: fmt.Sprintf(bucket, ""), category: "Data"},
		"PenTest:S3/KaliLinux":                                                 {source: s3, name: "ListObjects", ip: user, agent: "[" + kali + "]", params: fmt.Sprintf(bucket, ""), category: "Data"},
		"Policy:S3/AccountBlockPublicAccessDisabled":                           {source: s3, name: "PutAccountPublicAccessBlock", ip: user, params: `{"accountId":"123456789012",` + open + `}`},
		"Policy:S3/BucketBlockPublicAccessDisabled":                            {source: s3, name: "PutBucketPublicAccessBlock", ip: user, params: fmt.Sprintf(bucket, `,"publicAccessBlock":"",`+open)},
		"Policy:S3/BucketPublicAccessGranted":                                  {source: s3, name: "PutBucketPolicy", ip: user, params: policy(`{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::tester-bucket/*","Condition":{"StringLike":{"aws:PrincipalArn":"arn:aws:iam::*"}}}`)},
		"Policy:S3/BucketAnonymousAccessGranted":                               {source: s3, name: "PutBucketPolicy", ip: user, params: policy(`{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Resource":"arn:aws:s3:::tester-bucket/*"}`)},
		"Stealth:S3/ServerAccessLoggingDisabled":                               {source: s3, name: "PutBucketLogging", ip: user, params: fmt.Sprintf(bucket, `,"logging":"","BucketLoggingStatus":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/"}`)},
		"UnauthorizedAccess:S3/MaliciousIPCaller.Custom":                       {source: s3, name: "GetObject", ip: listed, params: fmt.Sprintf(bucket, `,"key":"a"`), category: "Data"},
		"UnauthorizedAccess:S3/TorIPCaller":                                    {source: s3, name: "GetObject", ip: torExit, params: fmt.Sprintf(bucket, `,"key":"a"`), category: "Data"},
	}
	c, ok := calls[d.FindingType]
	if !ok {
		return nil
	}
	or := func(s, other string) string {
		if s == "" {
			return other
		}
		return s
	}
	identity := `{"type":"IAMUser","principalId":"AIDAEXAMPLEID","arn":"arn:aws:iam::123456789012:user/tester","accountId":"123456789012","accessKeyId":"AKIAEXAMPLE","userName":"tester"}`
	if c.session != "" {
		identity = fmt.Sprintf(`{"type":"AssumedRole","principalId":%q,"arn":"arn:aws:sts::123456789012:assumed-role/tester/i-0a1b2c3d4e5f60718","accountId":"123456789012","accessKeyId":"ASIAEXAMPLE","sessionContext":{"sessionIssuer":{"type":"Role","principalId":"AROAEXAMPLEID","arn":"arn:aws:iam::123456789012:role/tester","accountId":"123456789012","userName":"tester"},"ec2RoleDelivery":"2.0"}}`, c.session)
	}
	return fmt.Appendf(nil, `{"eventVersion":"1.10","userIdentity":%s,"eventTime":"2026-01-05T10:00:00Z","eventSource":%q,"eventName":%q,"awsRegion":"us-east-1","sourceIPAddress":%q,"userAgent":%q,"requestParameters":%s,"responseElements":null,"eventID":"6d1f0e9a-0000","eventType":"AwsApiCall","eventCategory":%q,"recipientAccountId":"123456789012"}`,
		identity, c.source, c.name, c.ip, or(c.agent, plain), or(c.params, "null"), or(c.category, "Management"))
}
