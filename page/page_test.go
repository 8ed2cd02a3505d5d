package page_test

import (
	"fmt"
	"strings"
	"testing"

	"picket/event"
	"picket/page"
)

func TestParse(t *testing.T) {
	p, err := page.Parse([]byte("# Name\n\ntext\n\n```given\nip c2 L 198.51.100.1\n```\n\n```flow fires A:EC2/Name\na\nb\n```\n\n```json part\n{\"a\":1}\n```\n\n```dns quiet A:EC2/Name Signal\nc\n```\n\n```json finding\n{}\n```\n\n```go\nnothing of ours\n```\n"))
	if err != nil {
		t.Fatal(err)
	}
	if p.Title != "Name" || len(p.Examples) != 2 || p.Finding == nil || p.Finding.Text != "{}\n" {
		t.Fatalf("got %+v", p)
	}
	e := p.Examples[1]
	if e.Fires || e.Type != "A:EC2/Name" || e.Signal != "Signal" || e.Line != 18 || e.Given != "ip c2 L 198.51.100.1\n" || e.Text != "c\n" {
		t.Errorf("got %+v", e)
	}
	if first := p.Examples[0].Part; first == nil || first.Line != 14 || first.Text != "{\"a\":1}\n" || e.Part != nil {
		t.Errorf("got parts %+v and %+v", first, e.Part)
	}
	const fires, quiet, part = "```flow fires A:B/C\na\n```\n", "```flow quiet A:B/C\na\n```\n", "```json part\n{}\n```\n"
	for bad, line := range map[string]string{part: "line 1", quiet + part: "line 4", fires + part + part: "line 7"} {
		if _, err := page.Parse([]byte(bad)); err == nil || !strings.Contains(err.Error(), line) {
			t.Errorf("%q: got %v, want an error that names %s", bad, err, line)
		}
	}
	for _, bad := range []string{"```flow fires\n```\n", "```flow burns A:B/C\n```\n", "```flow fires A:B/C\n"} {
		if _, err := page.Parse([]byte(bad)); err == nil || !strings.Contains(err.Error(), "line 1") {
			t.Errorf("%q: got %v, want an error that names line 1", bad, err)
		}
	}
}

func TestProse(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		if got := (&page.Page{Text: text}).Prose(); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	const fence = "\n\n```flow fires A:B/C\na\n```\n\nand this:\n\n```flow quiet A:B/C\nb\n```\n"
	f("# Name\n\nWhat to do: nothing."+fence, "# Name\n\nWhat to do: nothing.\n")
	f("# Name\n\nText.\n\nSuch as this:"+fence, "# Name\n\nText.\n")
	f("# Name\n\nNo examples:\n", "# Name\n\nNo examples:\n")
}

func TestExpand(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		got, err := page.Expand(in)
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	f("a {i+5}\n", "a 5\n")
	f("repeat 3: {i*10+1}", "1\n11\n21\n")
	f("repeat 3: {i%2} {i/2}", "0 0\n1 0\n0 1\n")
	f("{iso 61} {sec 61}", "2026-01-05T10:01:01Z 1767607261\n")
	f(`{"json":{"stays":1}}`, `{"json":{"stays":1}}`+"\n")
	two, err := page.Expand("repeat 2: {text 8}")
	if err != nil {
		t.Fatal(err)
	}
	if l := strings.Fields(two); len(l) != 2 || len(l[0]) != 8 || l[0] == l[1] {
		t.Errorf("got %q, want two different texts of 8 letters", two)
	}
	for _, bad := range []string{
		"repeat x: a", "repeat 3 a", "{i/0}", "{text 0-1}", "{text 1025}", "{99999999999999999999}", "repeat 99999: {text 1000}", "repeat 99999999:  ",
	} {
		if _, err := page.Expand(bad); err == nil {
			t.Errorf("%q: got no error", bad)
		}
	}
}

func TestGiven(t *testing.T) {
	f := func(given, problem string) {
		t.Helper()
		e := page.Example{Kind: event.KindDNS, Given: given, Block: page.Block{Text: `{"query_timestamp":"2026-01-05T10:00:00Z","query_name":"a.example."}`}}
		_, err := e.Run(nil, page.Order{Shards: 1})
		if got := fmt.Sprint(err); err == nil && problem != "" || !strings.Contains(got, problem) {
			t.Errorf("%q: got %v, want %q", given, err, problem)
		}
	}
	f("", "")
	f("ip c2 L 198.51.100.1\nip c2 L 198.51.100.0/24\nip c2 L 198.51.100.1:443 Loader\nip c2 L 203.0.113.0/24:443\nip c2 L 2001:db8::1\nip c2 L [2001:db8::1]:443", "")
	f("geo 2001:db8::1 DE 52.5 -13.4 64500 Net of ours", "")
	f("ip c2 L 198.51.100.1:99999", "line 1")
	f("\nip c2 L [2001:db8::1]", "line 2")
	f("geo 192.0.2.1 DE NaN 0 1 x", "no place on earth")
	f("geo 192.0.2.1 DE 0 -181 1 x", "no place on earth")
	f("geo 192.0.2.1 DE 0", "at least 5 words")
	f("threat c2", "unknown word")
}
