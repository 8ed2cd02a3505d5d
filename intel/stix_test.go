package intel

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const sampleSTIX1 = `<?xml version="1.0" encoding="UTF-8"?>
<stix:STIX_Package xmlns:stix="urn:s" xmlns:indicator="urn:i" xmlns:cybox="urn:c" xmlns:xsi="urn:x">
 <stix:Indicators>
  <stix:Indicator>
   <indicator:Title>Loader hosts</indicator:Title>
   <indicator:Valid_Time_Position><indicator:End_Time>2026-06-01T00:00:00Z</indicator:End_Time></indicator:Valid_Time_Position>
   <indicator:Observable><cybox:Object>
    <cybox:Properties xsi:type="AddressObj:AddressObjectType" category="ipv4-addr">
     <AddressObj:Address_Value condition="Equals" apply_condition="ANY">198.51.100.4##comma##203.0.113.0/28</AddressObj:Address_Value>
    </cybox:Properties>
   </cybox:Object></indicator:Observable>
   <indicator:Confidence><stixCommon:Value>High</stixCommon:Value></indicator:Confidence>
  </stix:Indicator>
  <stix:Indicator>
   <cybox:Properties xsi:type="DomainNameObj:DomainNameObjectType"><DomainNameObj:Value>c2.example</DomainNameObj:Value></cybox:Properties>
   <cybox:Properties xsi:type="AddressObj:AddressObjectType" category="e-mail"><AddressObj:Address_Value>a@b.example</AddressObj:Address_Value></cybox:Properties>
   <cybox:Properties xsi:type="FileObj:FileObjectType"><FileObj:Value>setup.example</FileObj:Value></cybox:Properties>
   <cybox:Properties xsi:type="AddressObj:AddressObjectType"><AddressObj:Address_Value condition="InclusiveBetween">198.51.100.1##comma##198.51.100.9</AddressObj:Address_Value></cybox:Properties>
   <cybox:Properties xsi:type="URIObj:URIObjectType"><URIObj:Value>http://u.example/x?a=b</URIObj:Value></cybox:Properties>
  </stix:Indicator>
 </stix:Indicators>
</stix:STIX_Package>
`

func TestSTIX1(t *testing.T) {
	want := []string{
		`198.51.100.4 ["Loader hosts"] confidence=85 until=2026-06-01`,
		`203.0.113.0/28 ["Loader hosts"] confidence=85 until=2026-06-01`,
		"c2.example", "u.example url",
	}
	both(t, STIX, sampleSTIX1, want, 18)
	cut := sampleSTIX1[:strings.Index(sampleSTIX1, "URIObj:URIObjectType")]
	both(t, STIX, cut, want[:3], 18, 19)
	read(t, STIX, strings.Repeat("<a>\n", maxDepth+5), nil, maxDepth+1)
	tooLong := strings.Repeat("b ", maxTagBytes)
	for _, tag := range []string{"<a ", "<a x='>' ", "<!-- --><a ", "<a><b>text</b><c "} {
		read(t, STIX, tag+tooLong+">", nil, 1)
	}
	for _, text := range []string{tooLong, "<![CDATA[ <a " + tooLong + "]]>", "<!-- <a " + tooLong + "-->", "<?a " + tooLong + "?>"} {
		read(t, STIX, "<a>"+text+"</a><Address_Value>198.51.100.4</Address_Value>", []string{"198.51.100.4"})
	}
	long := strings.Repeat("198.51.100.4##comma##", maxTagBytes/20) + "x"
	if found, _, _ := Read(STIX, strings.NewReader("<Address_Value>"+long+"</Address_Value>"), MaxFileBytes); len(found) != maxTagBytes/20 {
		t.Errorf("a value of %d bytes has %d indicators, want %d", len(long), len(found), maxTagBytes/20)
	}
	title := "<Indicator><Title>" + strings.Repeat("x", maxThreatBytes-1) + "é</Title><Address_Value>198.51.100.4</Address_Value></Indicator>"
	read(t, STIX, title, []string{fmt.Sprintf("198.51.100.4 [%q]", strings.Repeat("x", maxThreatBytes-1))})
}

const sampleSTIX2 = `{"type": "bundle", "id": "bundle--1", "objects": [
 {"type": "indicator", "name": "Loader", "pattern_type": "stix", "confidence": 80, "valid_until": "2026-06-01T00:00:00Z",
  "pattern": "[ipv4-addr:value = '198.51.100.4' OR ipv4-addr:value = '203.0.113.0/28']"},
 {"type": "malware", "name": "Loader"},
 {"type": "indicator", "pattern": "[domain-name:value = 'c2.example'] OR [url:value = 'https://u.example/it\\'s']"},
 {"type": "indicator", "pattern": "[file:hashes.MD5 = '00']"},
 {"type": "indicator", "revoked": true, "pattern": "[domain-name:value = 'gone.example']"},
 {"type": "indicator", "confidence": "very"},
 {"type": "indicator", "pattern_type": "yara", "pattern": "rule x {}"}
]}
`

func TestSTIX2(t *testing.T) {
	want := []string{
		`198.51.100.4 ["Loader"] confidence=80 until=2026-06-01`,
		`203.0.113.0/28 ["Loader"] confidence=80 until=2026-06-01`,
		"c2.example", "u.example url",
	}
	both(t, STIX, sampleSTIX2, want, 6, 7, 8, 9)
	both(t, STIX, sampleSTIX2[:strings.Index(sampleSTIX2, `{"type": "malware"`)], want[:2], 3)
	both(t, STIX, `{"type":"indicator","name":"One","pattern":"[domain-name:value='one.example']"}`, []string{`one.example ["One"]`})
	both(t, STIX, `[{"type":"indicator","pattern":"[domain-name:value='one.example']"}]`, []string{"one.example"})
	read(t, STIX, `{"objects": 3}`, nil, 1)
	read(t, STIX, strings.Repeat("[", 20_000), nil, 1)
	read(t, STIX, `{"type":"indicator","pattern":"`+strings.Repeat(" ", 2<<20)+`[domain-name:value='one.example']"}`, []string{"one.example"})
}

// However many indicators a pattern names, it is read to the first that is too many.
func TestPatternOfMany(t *testing.T) {
	f := func(pattern string) {
		t.Helper()
		for most, want := range map[int]int{0: 1, 1: 2, 2: 3, 3: 3, math.MaxInt: 3} {
			if found, err := parsePattern(pattern, most); len(found) != want || err != nil {
				t.Errorf("%s: %d indicators and %v of %d, want %d", pattern, len(found), err, most, want)
			}
		}
	}
	f("[url:value IN ('a.example', 'b.example', 'c.example')]")
	f("[url:value = 'a.example' OR url:value = 'b.example' OR url:value = 'c.example']")
	f("[url:value = 'a.example'] OR [url:value = 'b.example'] OR [url:value = 'c.example']")
	many := `{"type":"indicator","pattern":"[url:value IN (` + strings.Repeat(`'a.example',`, 9) + `'a.example')]"}`
	if _, _, err := ListUpTo(9, "", Custom, STIX, "", strings.NewReader(many)); !errors.Is(err, ErrTooMany) {
		t.Errorf("ten of nine: %v", err)
	}
	if l, _, err := ListUpTo(10, "", Custom, STIX, "", strings.NewReader(many)); len(l.Indicators) != 10 || err != nil {
		t.Errorf("ten of ten: %d and %v", len(l.Indicators), err)
	}
}

func TestParsePattern(t *testing.T) {
	f := func(pattern string, want ...string) {
		t.Helper()
		found, err := parsePattern(pattern, math.MaxInt)
		if err != nil {
			t.Fatalf("%s: %v", pattern, err)
		}
		var got []string
		for _, ind := range found {
			got = append(got, show(ind))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: -want +got\n%s", pattern, diff)
		}
	}
	f("[ipv4-addr:value IN ('198.51.100.4', '198.51.100.5')]", "198.51.100.4", "198.51.100.5")
	f("[ipv4-addr:value ISSUBSET '198.51.100.0/24']", "198.51.100.0/24")
	f("[domain-name:value LIKE '%.evil.example']", "*.evil.example")
	f("[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '198.51.100.4' AND network-traffic:dst_port = 443]", "198.51.100.4 port=443")
	f("[ipv4-addr:value='198.51.100.4']or[ipv6-addr:value='2001:db8::1']", "198.51.100.4", "2001:db8::1")

	refuse := func(pattern string, want error) {
		t.Helper()
		if found, err := parsePattern(pattern, math.MaxInt); !errors.Is(err, want) {
			t.Errorf("%s: %v, %v, want %v", pattern, found, err, want)
		}
	}
	refuse("[ipv4-addr:value = '198.51.100.4' AND process:name = 'x']", errUnsupported)
	refuse("[ipv4-addr:value = '198.51.100.4' AND domain-name:value = 'c2.example']", errUnsupported)
	refuse("[ipv4-addr:value != '198.51.100.4']", errUnsupported)
	refuse("[ipv4-addr:value = '198.51.100.4'] AND [ipv4-addr:value = '198.51.100.5']", errUnsupported)
	refuse("[ipv4-addr:value = '198.51.100.4'] FOLLOWEDBY [ipv4-addr:value = '198.51.100.5']", errUnsupported)
	refuse("[ipv4-addr:value = '198.51.100.4", errPattern)
	refuse("[ipv4-addr:value = ", errPattern)
	refuse("[network-traffic:dst_port = 443]", errUnsupported)
	refuse("[domain-name:value LIKE '%']", errUnsupported)
	refuse("[ipv4-addr:value = '300.0.0.1']", errNoIndicator)
	refuse("", errUnsupported)
}
