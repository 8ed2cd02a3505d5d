package intel

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// show writes an indicator on one line.
func show(ind Indicator) string {
	var b strings.Builder
	switch {
	case ind.Prefix.IsValid() && ind.Prefix.IsSingleIP():
		b.WriteString(ind.Prefix.Addr().String())
	case ind.Prefix.IsValid():
		b.WriteString(ind.Prefix.String())
	case ind.Wildcard:
		b.WriteString("*." + ind.Domain)
	default:
		b.WriteString(ind.Domain)
	}
	add := func(there bool, format string, v any) {
		if there {
			fmt.Fprintf(&b, " "+format, v)
		}
	}
	add(ind.FromURL, "%s", "url")
	add(ind.Port != 0, "port=%d", ind.Port)
	add(ind.Category != "", "%s", ind.Category)
	add(len(ind.Threats) > 0, "%q", ind.Threats)
	add(ind.Confidence != 0, "confidence=%d", ind.Confidence)
	add(!ind.Expires.IsZero(), "until=%s", ind.Expires.Format(time.DateOnly))
	add(ind.Service != "", "%s", ind.Service+"/"+ind.Region)
	return b.String()
}

// read checks what Read makes of text, as lines of show, and the lines that it could not use.
func read(t *testing.T, f Format, text string, want []string, badLines ...int) {
	t.Helper()
	indicators, problems, err := Read(f, strings.NewReader(text), MaxFileBytes)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, ind := range indicators {
		got = append(got, show(ind))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: indicators: -want +got\n%s", f, diff)
	}
	var bad []int
	for _, p := range problems {
		bad = append(bad, p.Line)
	}
	if diff := cmp.Diff(badLines, bad); diff != "" {
		t.Errorf("%s: bad lines: -want +got\n%s%v", f, diff, problems)
	}
}

// both reads text in its named format and in the detected one.
func both(t *testing.T, f Format, text string, want []string, badLines ...int) {
	t.Helper()
	read(t, f, text, want, badLines...)
	read(t, Detect, text, want, badLines...)
}

const sampleTXT = "\ufeff# scanners\n198.51.100.7\n203.0.113.0/24 ; block\n\n2001:db8::/32\n*.evil.example\nBad.Example.\n" +
	"0.0.0.0 hosts.example\nhttp://www.example.net:8080/a#b\nnot an indicator\n198.51.100.9:3333\nhxxps://pay[.]example/x\n999.1.1.1\n"

func TestTXT(t *testing.T) {
	both(t, TXT, sampleTXT, []string{
		"198.51.100.7", "203.0.113.0/24", "2001:db8::/32", "*.evil.example", "bad.example",
		"hosts.example", "www.example.net url port=8080", "198.51.100.9 port=3333", "pay.example url",
	}, 10, 13)
}

const sampleOTX = "Indicator type, Indicator, Description\nCIDR, 192.0.2.0/24, noisy\nIPv4, 198.51.100.4,\nhostname, c2.example.org, \"beacon, late\"\n" +
	"FileHash-MD5, 00112233445566778899aabbccddeeff, x\nIPv4, 300.1.1.1, x\n"

func TestOTX(t *testing.T) {
	both(t, OTXCSV, sampleOTX, []string{`192.0.2.0/24 ["noisy"]`, "198.51.100.4", `c2.example.org ["beacon, late"]`}, 6)
}

const sampleAlienVault = "# reputation\n198.51.100.4#4#2#Malicious Host#US##0.0,0.0#3\n203.0.113.9#12#3#Spamming;Scanning Host###0,0#3\nnonsense\n"

func TestAlienVault(t *testing.T) {
	both(t, AlienVault, sampleAlienVault, []string{
		`198.51.100.4 ["Malicious Host"] confidence=40`,
		`203.0.113.9 ["Spamming" "Scanning Host"] confidence=100`,
	}, 4)
	many, _, err := Read(AlienVault, strings.NewReader("198.51.100.4#4#2#"+strings.Repeat("x;", 1000)), 1<<20)
	if err != nil || len(many[0].Threats) != maxThreats {
		t.Errorf("%d threats of one address are kept, %v", len(many[0].Threats), err)
	}
}

const sampleProofPoint = "ip, category, score, first_seen, last_seen, ports (optional)\n198.51.100.4, 1, 100, 2026-01-01, 2026-01-02, 443\n203.0.113.9, 1, 30, 2026-01-01, 2026-01-02,\nx, 1, 1, , ,\n"

func TestProofPoint(t *testing.T) {
	both(t, ProofPoint, sampleProofPoint, []string{"198.51.100.4 port=443 confidence=100", "203.0.113.9 confidence=30"}, 4)
	both(t, ProofPoint, "domain, category, score\nc2.example, 1, 250\n", []string{"c2.example confidence=100"})
}

const sampleFireEye = "reportId,title,threatScape,ip,cidr,domain,malwareFamily\n26-1,Report One,Crime,198.51.100.4,,,Loader\n26-2,Report Two,Crime,,203.0.113.0/28,c2.example,\n26-3,Files only,Crime,,,,\n26-4,Bad,Crime,1.2.3,,,\n"

func TestFireEye(t *testing.T) {
	both(t, FireEye, sampleFireEye, []string{`198.51.100.4 ["Loader"]`, `203.0.113.0/28 ["Report Two"]`, `c2.example ["Report Two"]`}, 5)
}

const sampleCSV = "# made for this test\n# \"first_seen\",\"dst_ip\",\"dst_port\",\"malware\"\n\"2026-01-01\",\"198.51.100.4\",\"443\",\"Loader\"\n\"2026-01-01\",\"oops\",\"443\",\"Loader\"\n\"2026-01-01\",\"203.0.113.9\",\"\",\"\"\n"

func TestCSV(t *testing.T) {
	want := []string{`198.51.100.4 port=443 ["Loader"]`, "203.0.113.9"}
	both(t, CSV, sampleCSV, want, 4)
	read(t, "CSV:dst_ip", sampleCSV, want, 4)
	read(t, "CSV:2", "a;198.51.100.4;b\na;bad.example;b\nshort\n", []string{"198.51.100.4", "bad.example"}, 3)
	read(t, "CSV:missing", sampleCSV, nil, 3)
	read(t, "CSV:url", "id\turl\n1\thttps://x.example/\n2\t\"https://y.example/a\t\"\"b\"\"\"\n", []string{"x.example url", "y.example url"})
}

const sampleAWS = `{"syncToken":"1","prefixes":[{"ip_prefix":"198.51.100.0/24","region":"us-east-1","service":"EC2"},{"ip_prefix":"rubbish"}],
"ipv6_prefixes":[{"ipv6_prefix":"2001:db8::/40","region":"GLOBAL","service":"CLOUDFRONT"}]}`

func TestAWSRanges(t *testing.T) {
	both(t, AWSRanges, sampleAWS, []string{"198.51.100.0/24 aws EC2/us-east-1", "2001:db8::/40 aws CLOUDFRONT/GLOBAL"}, 1)
	read(t, AWSRanges, "{", nil, 1)
}

const sampleTor = `network-status-version 3
valid-until 2026-03-01 15:00:00
r first AAAAAAAAAAAAAAAAAAAAAAAAAAA BBBBBBBBBBBBBBBBBBBBBBBBBBB 2026-03-01 10:00:00 198.51.100.4 9001 9030
a [2001:db8::4]:9002
s Fast Guard Running Stable
r second AAAAAAAAAAAAAAAAAAAAAAAAAAA 2026-03-01 10:00:00 203.0.113.9 443 0
s Exit Fast Running
r third AAAAAAAAAAAAAAAAAAAAAAAAAAA BBBBBBBBBBBBBBBBBBBBBBBBBBB 2026-03-01 10:00:00 192.0.2.1 9001 80
s Authority Running
r broken
s Exit
`

func TestTor(t *testing.T) {
	both(t, TorConsensus, sampleTor, []string{
		"198.51.100.4 port=9001 tor_relay", "198.51.100.4 port=9001 tor_guard",
		"2001:db8::4 port=9002 tor_relay", "2001:db8::4 port=9002 tor_guard",
		"203.0.113.9 port=443 tor_relay", "203.0.113.9 tor_exit",
		"192.0.2.1 port=9001 tor_relay", "192.0.2.1 port=9001 tor_authority", "192.0.2.1 port=80 tor_authority",
	}, 10)
}

func TestRead(t *testing.T) {
	f := func(format Format, text string, limit int64, want error) {
		t.Helper()
		if _, _, err := Read(format, strings.NewReader(text), limit); !errors.Is(err, want) {
			t.Errorf("Read(%s): %v, want %v", format, err, want)
		}
	}
	f(TXT, "198.51.100.7\n", 12, ErrTooLarge)
	f(TXT, "198.51.100.7\n", 13, nil)
	f("WORD", "x", 100, ErrFormat)
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	fmt.Fprint(w, strings.Repeat("198.51.100.7\n", 1000))
	w.Close()
	f(Detect, z.String(), 100_000, nil)
	f(Detect, z.String(), 10_000, ErrTooLarge)

	read(t, TXT, strings.Repeat("x", maxLineBytes+1)+"\n198.51.100.7", []string{"198.51.100.7"}, 1)
	_, problems, _ := Read(TXT, strings.NewReader(strings.Repeat("?\n", maxProblems+5)), 1<<20)
	if n := len(problems); n != maxProblems+1 || !strings.Contains(problems[n-1].Reason, "5 more") {
		t.Errorf("%d problems, the last %v", n, problems[n-1])
	}
}

// A file of too many indicators is refused, in every format; one of just as many as may be is read.
func TestListUpTo(t *testing.T) {
	f := func(format Format, text string) {
		t.Helper()
		read, _, err := Read(format, strings.NewReader(text), 1<<20)
		if err != nil || len(read) < 2 {
			t.Fatalf("%s: %d indicators, %v", format, len(read), err)
		}
		list, _, err := ListUpTo(len(read), "mine", Custom, format, "", strings.NewReader(text))
		if err != nil || len(list.Indicators) != len(read) {
			t.Errorf("%s: got %d of %d indicators, %v", format, len(list.Indicators), len(read), err)
		}
		for most := range len(read) {
			if _, _, err := ListUpTo(most, "mine", Custom, format, "", strings.NewReader(text)); !errors.Is(err, ErrTooMany) {
				t.Errorf("%s, up to %d: got %v", format, most, err)
			}
		}
	}
	f(TXT, sampleTXT)
	f(OTXCSV, sampleOTX)
	f(AlienVault, sampleAlienVault)
	f(ProofPoint, sampleProofPoint)
	f(FireEye, sampleFireEye)
	f(CSV, sampleCSV)
	f(AWSRanges, sampleAWS)
	f(TorConsensus, sampleTor)
	f(STIX, sampleSTIX1)
	f(STIX, sampleSTIX2)
	f(STIX, `[{"type":"indicator","pattern":"[ipv4-addr:value IN ('198.51.100.4','198.51.100.5','198.51.100.6')]"}]`)
	f(STIX, "<Address_Value>198.51.100.4##comma##198.51.100.5##comma##198.51.100.6</Address_Value>")
}

func TestListFromReader(t *testing.T) {
	l, problems, err := ListFromReader("mine", Custom, Detect, alice, strings.NewReader("198.51.100.7\n??\n"))
	if err != nil || len(problems) != 1 {
		t.Fatal(problems, err)
	}
	tables, _ := Build([]List{l}, Options{})
	e, ok := tables.IP(alice, l.Indicators[0].Prefix.Addr()).First(Custom, at.Unix())
	if !ok || len(e.SHA256) != 64 || e.List != "mine" {
		t.Errorf("%+v", e)
	}
}
