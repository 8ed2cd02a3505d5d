package intel

import (
	"math"
	"strings"
	"testing"
)

// fuzz reads mutations of seeds in one format, and holds what Read promises of any input.
func fuzz(f *testing.F, format Format, seeds ...string) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		indicators, problems, err := Read(format, strings.NewReader(text), 1<<20)
		if err != nil {
			return
		}
		lines := strings.Count(text, "\n") + 2
		for _, p := range problems {
			if p.Line < 1 || p.Line > lines || p.Reason == "" {
				t.Errorf("problem %+v of %d lines", p, lines)
			}
		}
		for _, ind := range indicators {
			if ind.Prefix.IsValid() == (ind.Domain != "") || ind.Confidence > 100 {
				t.Errorf("not an indicator: %+v", ind)
			}
		}
		if len(indicators) > 100 {
			return
		}
		tables, _ := Build([]List{{Name: "fuzz", Category: Custom, Indicators: indicators}}, Options{})
		for _, ind := range indicators {
			name := ind.Domain
			if ind.Wildcard {
				name = "www." + name
			}
			if icann, _ := suffixKind(ind.Domain); name != "" && !icann && ind.Category == "" && ind.Expires.IsZero() && len(name) <= maxName && !tables.Domain("", name).Has(Custom, 0) {
				t.Errorf("%+v is listed and does not match", ind)
			}
		}
	})
}

func FuzzDetect(f *testing.F) {
	fuzz(f, Detect, sampleTXT, sampleOTX, sampleAlienVault, sampleProofPoint, sampleFireEye, sampleCSV, sampleAWS, sampleTor, sampleSTIX1, sampleSTIX2)
}

func FuzzTXT(f *testing.F)          { fuzz(f, TXT, sampleTXT) }
func FuzzSTIX1(f *testing.F)        { fuzz(f, STIX, sampleSTIX1) }
func FuzzSTIX2(f *testing.F)        { fuzz(f, STIX, sampleSTIX2) }
func FuzzOTX(f *testing.F)          { fuzz(f, OTXCSV, sampleOTX) }
func FuzzAlienVault(f *testing.F)   { fuzz(f, AlienVault, sampleAlienVault) }
func FuzzProofPoint(f *testing.F)   { fuzz(f, ProofPoint, sampleProofPoint) }
func FuzzFireEye(f *testing.F)      { fuzz(f, FireEye, sampleFireEye) }
func FuzzCSV(f *testing.F)          { fuzz(f, CSV, sampleCSV) }
func FuzzCSVColumn(f *testing.F)    { fuzz(f, "CSV:dst_ip", sampleCSV) }
func FuzzAWSRanges(f *testing.F)    { fuzz(f, AWSRanges, sampleAWS) }
func FuzzTorConsensus(f *testing.F) { fuzz(f, TorConsensus, sampleTor) }

// FuzzPattern holds that a pattern yields indicators or an error, never neither.
func FuzzPattern(f *testing.F) {
	f.Add("[ipv4-addr:value = '198.51.100.4' OR domain-name:value LIKE '%.evil.example']")
	f.Add("[network-traffic:dst_ref.value IN ('198.51.100.4','2001:db8::1') AND network-traffic:dst_port = 443] OR [url:value='http://u.example/it\\'s']")
	f.Fuzz(func(t *testing.T, s string) {
		found, err := parsePattern(s, math.MaxInt)
		if (err == nil) != (len(found) > 0) {
			t.Errorf("%q: %v, %v", s, found, err)
		}
	})
}
