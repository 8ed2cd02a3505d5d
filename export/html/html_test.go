package html

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	dom "golang.org/x/net/html"

	"picket"
	"picket/finding"
	"picket/guardduty"
)

// sample is finding n: an API call of alice or bob, Low or High.
func sample(n int) *finding.Result {
	user, severity, account := "alice", picket.Low, "111122223333"
	if n%2 == 1 {
		user, severity, account = "bob", picket.High, "444455556666"
	}
	f := &finding.Result{}
	f.Finding.Finding = guardduty.Finding{
		Id: ptr(fmt.Sprintf("id-%04d", n)), Type: ptr("Stealth:IAMUser/CloudTrailLoggingDisabled"), Severity: ptr(float64(severity)),
		AccountId: &account, Region: ptr("eu-west-1"), Title: ptr("A trail was disabled."), Description: ptr(user + " disabled the trail."),
		Resource: &guardduty.Resource{ResourceType: ptr("AccessKey"), AccessKeyDetails: &guardduty.AccessKeyDetails{UserName: &user}},
		Service: &guardduty.Service{
			Count: ptr(int32(n + 1)), ResourceRole: ptr("TARGET"), AdditionalInfo: &guardduty.ServiceAdditionalInfo{Value: ptr("{}")},
			Action: &guardduty.Action{AwsApiCallAction: &guardduty.AwsApiCallAction{Api: ptr("StopLogging"), UserAgent: ptr("aws-cli")}},
		},
	}
	f.First, f.Last = 1767600000+int64(n)*60, 1767600060+int64(n)*60
	f.Techniques = []string{"T1685.002"}
	f.Evidence.Records = []picket.EvidenceRecord{{Object: "trail.json.gz", Kind: "CloudTrail", Text: `{"eventName":"StopLogging","sourceIPAddress":"198.51.100.7"}`, Time: f.First}}
	return f
}

func samples(n int) []*finding.Result {
	var all []*finding.Result
	for i := range n {
		all = append(all, sample(i))
	}
	return all
}

func ptr[T any](v T) *T { return &v }

func write(t *testing.T, r *Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func parse(t *testing.T, page string) *dom.Node {
	t.Helper()
	n, err := dom.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func elements(root *dom.Node, name string) []*dom.Node {
	var all []*dom.Node
	for n := range root.Descendants() {
		if n.Type == dom.ElementNode && (name == "" || n.Data == name) {
			all = append(all, n)
		}
	}
	return all
}

func attribute(n *dom.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func content(n *dom.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == dom.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func TestPageTellsAll(t *testing.T) {
	f := sample(1)
	call := f.Service.Action.AwsApiCallAction
	call.RemoteIpDetails = &guardduty.RemoteIpDetails{
		IpAddressV4: ptr("198.51.100.7"), City: &guardduty.City{CityName: ptr("Utrecht")}, Country: &guardduty.Country{CountryName: ptr("Netherlands")},
		Organization: &guardduty.Organization{Asn: ptr("64500"), AsnOrg: ptr("Example Net")},
	}
	f.Service.Evidence = &guardduty.Evidence{ThreatIntelligenceDetails: []guardduty.ThreatIntelligenceDetail{{ThreatListName: ptr("tor.txt"), ThreatNames: []string{"Tor"}}}}
	f.AdditionalInfo = map[string]any{"portsScannedSample": []int{22, 80}, "apiCalls": []any{map[string]any{"name": "ListUsers", "count": 3, "firstSeen": 1767600000}}}
	page := write(t, &Report{
		Inputs: []string{"./AWSLogs"}, Facts: []Fact{{Name: "Records", Value: "1,234 records"}}, Warnings: []string{"x.gz: truncated"},
		First: 1767600000, Last: 1767686399, Findings: []*finding.Result{f},
		Page: func(typ string) string {
			return "# Title\n\nIt means **trouble** in `trails`.\n\nIt fires:\n\n```cloudtrail fires " + typ + "\n{}\n```\n"
		},
	})
	text := content(parse(t, page))
	for _, want := range []string{
		"./AWSLogs", "1,234 records", "x.gz: truncated", "1 finding", "A trail was disabled.", "bob disabled the trail.", "444455556666",
		"198.51.100.7, Utrecht, Netherlands, Example Net AS64500", "tor.txt", "22, 80", "ListUsers, count 3, firstSeen 2026-01-05 08:00:00",
		"T1685.002 Disable or Modify Cloud Log", "It means trouble in trails.", `"eventName": "StopLogging"`, `"userName": "bob"`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(text, "It fires") {
		t.Error("the page introduces examples that it does not show")
	}
}

func TestPageWithoutFindings(t *testing.T) {
	text := content(parse(t, write(t, &Report{Inputs: []string{"logs"}})))
	if !strings.Contains(text, "Nothing found") || !strings.Contains(text, "No rule fired") {
		t.Errorf("an empty report says %q", text)
	}
}

func TestPolicyHoldsThePage(t *testing.T) {
	root := parse(t, write(t, &Report{Findings: samples(2)}))
	hashOf := func(name string) string {
		nodes := elements(root, name)
		if len(nodes) != 1 {
			t.Fatalf("%d %s elements, want 1", len(nodes), name)
		}
		sum := sha256.Sum256([]byte(content(nodes[0])))
		return "'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"
	}
	want := "default-src 'none'; style-src " + hashOf("style") + "; script-src " + hashOf("script") + "; base-uri 'none'; form-action 'none'"
	for i, m := range elements(root, "meta") {
		if attribute(m, "http-equiv") != "Content-Security-Policy" {
			continue
		}
		if got := attribute(m, "content"); got != want {
			t.Errorf("policy\n%s\nwant\n%s", got, want)
		}
		if i != 1 {
			t.Errorf("the policy is meta element %d: what stands before it is not under it", i)
		}
		return
	}
	t.Error("the page has no policy")
}

// hostile is what attackers write into user agents, names of users, buckets and domains.
const hostile = "</pre></script><script>alert(1)</script><img src=x onerror=alert(1)> \" onmouseover=\"alert(2) ' onfocus='alert(3) " +
	"javascript:alert(4) <a href=javascript:alert(5)>x</a> --> ]]> {{.}} ${x} \u202egnp.exe\u202c \u200b\u2066\u00ad\ufeff\u0085\u2028\U000e0041 \x00\x1b[31m\x7f \xff"

// fill writes text into every string of v.
func fill(v reflect.Value, text string, depth int) {
	switch v.Kind() {
	case reflect.Pointer:
		if depth > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(v.Elem(), text, depth-1)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				fill(v.Field(i), text, depth)
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0), text, depth-1)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		if v.Type().Elem().Kind() == reflect.String {
			v.SetMapIndex(reflect.ValueOf(text).Convert(v.Type().Key()), reflect.ValueOf(text).Convert(v.Type().Elem()))
		}
	case reflect.String:
		v.SetString(text)
	}
}

// hostileReport has hostile text wherever a log may have put some.
func hostileReport() *Report {
	f := sample(1)
	fill(reflect.ValueOf(&f.Finding.Finding).Elem(), hostile, 12)
	f.Severity, f.Service.Count = ptr(8.0), ptr(int32(1))
	f.AdditionalInfo = map[string]any{hostile: hostile, "list": []any{hostile, map[string]any{hostile: hostile, "name": hostile}}}
	f.UserIdentity = map[string]any{"arn": hostile}
	f.Signals, f.Techniques = []string{hostile}, []string{hostile}
	f.Evidence.Records = []picket.EvidenceRecord{
		{Object: hostile, Kind: "CloudTrail", Text: `{"eventName":"` + hostile + `","userAgent":"` + hostile + `"}`},
		{Object: hostile, Kind: "VPC flow", Header: "a b", Text: "<script>alert(6)</script> \u202e"},
		{Object: hostile, Kind: hostile, Header: hostile, Text: hostile},
	}
	return &Report{
		Inputs: []string{hostile}, Facts: []Fact{{hostile, hostile, []string{hostile}}}, Warnings: []string{hostile},
		Findings: []*finding.Result{f}, Page: func(string) string { return "# x\n\n- **" + hostile + "**\n\n## `" + hostile + "`\n\n" + hostile },
	}
}

// What the page is made of; nothing of it makes a browser ask for anything.
var (
	allowedElements = strings.Fields("html head meta title style body header main footer section aside p h1 h2 h3 h4 small b bdi ul ol li dl dt dd div span " +
		"details summary form input select option button output svg g rect table thead tbody tr th td pre code strong script wbr")
	allowedAttributes = strings.Fields("lang charset http-equiv content name class role aria-label aria-hidden aria-pressed type disabled hidden id title tabindex " +
		"viewBox preserveAspectRatio x y width height placeholder autocomplete spellcheck value data-severity data-label data-account data-count " +
		"data-first data-last data-query data-sort")
)

func TestHostileLogsStayText(t *testing.T) {
	page := write(t, hostileReport())
	root := checkMarkup(t, page)
	if text := content(root); strings.Count(text, "<script>alert(1)</script>") < 50 || !strings.Contains(text, `\u202egnp.exe\u202c`) {
		t.Error("hostile text is gone, not shown")
	}
}

// checkMarkup holds that a page is made of nothing but what the template writes, and shows all of its characters.
func checkMarkup(t *testing.T, page string) *dom.Node {
	t.Helper()
	for _, r := range page {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)) {
			t.Fatalf("%U gets through", r)
		}
	}
	root := parse(t, page)
	for _, n := range elements(root, "") {
		if !slices.Contains(allowedElements, n.Data) {
			t.Errorf("the page has a %s element", n.Data)
		}
		for _, a := range n.Attr {
			if !slices.Contains(allowedAttributes, a.Key) {
				t.Errorf("%s has the attribute %s=%q", n.Data, a.Key, a.Val)
			}
		}
	}
	if n := len(elements(root, "script")); n != 1 {
		t.Errorf("%d scripts, want 1", n)
	}
	return root
}

func TestPageIsItsOwn(t *testing.T) {
	for _, word := range []string{"url(", "@import", "image-set", "@font-face"} {
		if strings.Contains(style, word) {
			t.Errorf("the style has %s", word)
		}
	}
	for _, word := range []string{"fetch(", "XMLHttpRequest", "import", "eval(", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "WebSocket", "sendBeacon", "http"} {
		if strings.Contains(script, word) {
			t.Errorf("the script has %s", word)
		}
	}
	if i := strings.Index(markup, "://"); i >= 0 {
		t.Errorf("the template names an address: %q", markup[max(0, i-20):i+20])
	}
}

func TestThousandsStaySmall(t *testing.T) {
	all := samples(3000)
	for _, f := range all {
		f.Evidence.Records = nil
		for i := range 20 {
			f.Evidence.Records = append(f.Evidence.Records, picket.EvidenceRecord{Object: "a", Kind: "CloudTrail", Text: `{"x":"` + strings.Repeat("y", 3000) + `"}`, Offset: int64(i)})
		}
	}
	page := write(t, &Report{Findings: all})
	if n := len(page); n > 60<<20 {
		t.Errorf("3,000 findings with %d MB of evidence make a page of %d MB", 3000*20*3000>>20, n>>20)
	}
	if !strings.Contains(page, "the first 2 of 20 kept") {
		t.Error("the page does not say that evidence is left out")
	}
}

func TestWorstFindingsStay(t *testing.T) {
	all := samples(maxFindings + 10)
	warnings := make([]string, maxWarnings+7)
	v := newView(&Report{Findings: all, Warnings: warnings})
	if len(v.Shown) != maxFindings || v.Omitted() != 10 || v.Shown[0].Label() != "High" || v.Shown[maxFindings-1].Label() != "Low" {
		t.Errorf("%d shown from %s to %s, %d omitted", len(v.Shown), v.Shown[0].Label(), v.Shown[len(v.Shown)-1].Label(), v.Omitted())
	}
	if len(v.ShownWarnings()) != maxWarnings || v.HiddenWarnings != 7 {
		t.Errorf("%d warnings shown, %d hidden", len(v.ShownWarnings()), v.HiddenWarnings)
	}
	if n := v.Severities[1]; n.Label != "High" || n.Count != (maxFindings+10)/2 {
		t.Errorf("severities count what is shown, not what was found: %v", n)
	}
}
