package page_test

import (
	"fmt"
	"strings"
	"testing"

	"picket/event"
	"picket/page"
)

// FuzzParse holds that every block is where its line says, and that a page with a fence left open is refused.
func FuzzParse(f *testing.F) {
	f.Add("# Name\n\ntext\n\n```given\nip c2 L 198.51.100.1\n```\n\n```flow fires A:EC2/Name Signal\na\nb\n```\n```json finding\n{}\n```\n")
	f.Add("```flow burns A:B/C\n```\n")
	f.Add("```dns quiet A:B/C\r\n```\n```\n")
	f.Fuzz(func(t *testing.T, text string) {
		p, err := page.Parse([]byte(text))
		if err != nil {
			return
		}
		lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
		for _, e := range p.Examples {
			if n := e.Line + strings.Count(e.Text, "\n"); n >= len(lines) || !strings.HasPrefix(lines[e.Line-1], "```") || lines[n] != "```" {
				t.Errorf("%s: the block of %d lines does not end in a fence", e.Name(), n-e.Line)
			}
			if e.Type == "" || strings.ContainsAny(e.Name(), "\n") {
				t.Errorf("%+v", e)
			}
		}
	})
}

// FuzzExpand holds that each line becomes one, or as many as it says, and that what stands for nothing stays as it is.
func FuzzExpand(f *testing.F) {
	f.Add("a {i+5} {sec 61} {text 8}\nrepeat 3: {i*10+1} {iso i%2*60}\n")
	f.Add("repeat 99999999: {text 0-1}\n{i/0}")
	f.Add("{9223372036854775807+1} {99999999999999999999}")
	f.Fuzz(func(t *testing.T, text string) {
		expanded, err := page.Expand(text)
		if err != nil {
			return
		}
		want := 0
		for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
			n := 1
			if strings.HasPrefix(line, "repeat ") {
				if _, err := fmt.Sscanf(line, "repeat %d:", &n); err != nil {
					t.Fatalf("%q: %v", line, err)
				}
			}
			want += max(n, 0)
		}
		if got := strings.Count(expanded, "\n"); got != want {
			t.Errorf("%q became %d lines, want %d", text, got, want)
		}
		if plain := strings.TrimRight(text, "\n") + "\n"; !strings.Contains(text, "{") && !strings.Contains(text, "repeat ") && expanded != plain {
			t.Errorf("%q became %q", text, expanded)
		}
	})
}

// FuzzRun holds that an example of any content runs or is refused. There are no rules: those are tried where they are.
func FuzzRun(f *testing.F) {
	given := "ip c2 L 198.51.100.1:443 Loader\ndomain c2 L *.c2.example\naws 203.0.113.0/24 EC2 us-east-1\n" +
		"geo 2001:db8::1 DE 52.5 13.4 64500 Net of ours\nkey AKIAEXAMPLE\naccount 111122223333\n"
	f.Add(byte(event.KindFlow), given, "start srcaddr\nrepeat 2: {sec i} 10.0.0.1\n")
	f.Add(byte(event.KindDNS), "geo 192.0.2.1 DE NaN Inf 1 x", "\n")
	f.Add(byte(event.KindCloudTrail), "ip c2 L [2001:db8::1]:99999", "{}")
	f.Fuzz(func(t *testing.T, kind byte, given, text string) {
		e := page.Example{Kind: event.Kind(kind % byte(event.KindDNS+1)), Given: given, Block: page.Block{Text: text}}
		results, err := e.Run(nil, page.Order{Shards: 1})
		if err == nil && len(results) > 0 {
			t.Errorf("no rules found %v", results)
		}
	})
}
