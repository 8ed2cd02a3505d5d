package ec2

import (
	"testing"

	"picket/event"
)

func TestLabels(t *testing.T) {
	f := func(name, want string) {
		t.Helper()
		got := ""
		labels(&event.DNS{Name: name}, func(c byte) { got += string([]byte{c}) })
		if got != want {
			t.Errorf("labels of %q are %q, want %q", name, got, want)
		}
	}
	f("example.com", "")
	f("a.bc.example.com", "abc")
	f(`a\101b\052\377.\007.example.com`, "aAb*\xff\a")
	f(`a\101b\056c.example.com`, "aAbc")
	f(`\101.example.com`, "A")
	f(`\1.example.com`, `\1`)
	f(`\.example.com`, `\`)
}

func TestBucket(t *testing.T) {
	in := map[byte][]byte{}
	for c := range 256 {
		b := bucket(byte(c))
		in[b] = append(in[b], byte(c))
	}
	for b, bytes := range in {
		if alone := len(bytes) == 1; b >= 64 || alone != (b < 36) {
			t.Errorf("bucket %d counts %q, want letters and digits alone in the first 36 of 64", b, bytes)
		}
	}
	if len(in) != 64 {
		t.Errorf("%d buckets are used, want 64", len(in))
	}
}
