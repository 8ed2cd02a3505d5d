package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

// FuzzScan scans an object of any content in the three formats: nothing may panic, each format must tell the same findings,
// and nothing that a terminal acts on may come through.
func FuzzScan(f *testing.F) {
	lists := f.TempDir()
	if err := os.WriteFile(filepath.Join(lists, "c2.txt"), []byte("198.51.100.0/24\n*.c2.example\n"), 0o600); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(fmt.Sprintf(record, 1) + "\n" + fmt.Sprintf(record, 2)))
	f.Add([]byte("2 111122223333 eni-0a 10.0.0.1 198.51.100.9 40000 443 6 10 840 1767607200 1767607260 ACCEPT OK\n\x1b[2J\n"))
	f.Add([]byte(`{"version":"1.100000","account_id":"111122223333","region":"us-east-1","query_timestamp":"2026-01-05T10:00:00Z",` +
		`"query_name":"x.c2.example.","query_type":"A","rcode":"NOERROR","srcaddr":"10.0.0.1","srcids":{"instance":"i-0a\u001b[2J"}}`))
	f.Fuzz(func(t *testing.T, object []byte) {
		scan := func(args ...string) string {
			var out, told strings.Builder
			args = append([]string{"scan", "-", "--intel", lists, "--max-object-bytes", "262144", "--workers", "2"}, args...)
			code := run(t.Context(), args, deps{strings.NewReader(string(object)), &out, &told, false})
			if code > exitError || strings.Contains(told.String(), "BUG:") || code != exitError && strings.Contains(told.String(), "picket:") {
				t.Errorf("%s: exit code %d: %s", args, code, told.String())
			}
			if text := told.String() + out.String(); strings.ContainsFunc(text, acts) {
				t.Errorf("%s: what a terminal acts on in %q", args, text)
			}
			return out.String()
		}
		lines := scan("--format", "json", "--explain")
		n := strings.Count(lines, "\n")
		for line := range strings.Lines(lines) {
			if !json.Valid([]byte(line)) {
				t.Errorf("not JSON: %s", line)
			}
		}
		if html := scan("--format", "html"); strings.Count(html, `<details class="finding"`) != n || strings.Count(html, "<script") != 1 {
			t.Errorf("want a page of %d findings and one script:\n%s", n, html)
		}
		if got := strings.Count(scan("--explain", "--quiet"), "; id "); got < n {
			t.Errorf("explained %d findings, want %d", got, n)
		}
	})
}

// acts reports whether a terminal does something at r other than show it.
func acts(r rune) bool {
	return unicode.IsControl(r) && r != '\n' && r != '\t' || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)
}

// FuzzFeeds holds that a table of feeds which is accepted can be written and read again.
func FuzzFeeds(f *testing.F) {
	f.Add([]byte("feeds:\n- name: own-c2\n  url: https://lists.example/c2.csv\n  format: CSV\n  column: dst_ip\n  category: c2\n  confidence: 90\n  ttl: 36h\n  subdomains: true\n"))
	f.Add([]byte("feeds: &a [{name: x, url: 'http://[2001:db8::1]/', category: tor_exit, licence: \"a: b # c\"}]\nmore: *a\n"))
	f.Add([]byte("feeds: [{name: X}]"))
	f.Fuzz(func(t *testing.T, text []byte) {
		feeds, err := parseFeeds(text)
		if err != nil {
			return
		}
		again, err := yaml.Marshal(map[string]any{"feeds": feeds})
		if err != nil {
			t.Fatal(err)
		}
		same, err := parseFeeds(again)
		if diff := cmp.Diff(feeds, same); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", again, err, diff)
		}
	})
}
