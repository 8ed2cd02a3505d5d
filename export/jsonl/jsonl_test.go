package jsonl

import (
	"encoding/json"
	"testing"
	"unicode/utf8"
)

func TestEscape(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		if got := string(Escape([]byte(in))); got != want {
			t.Errorf("%q: got %s, want %s", in, got, want)
		}
	}
	f(`{"a":"é\n\u001b"}`, `{"a":"é\n\u001b"}`)
	f("\"\u202egnp\u009b2J\x7f\"", `"\u202egnp\u009b2J\u007f"`)
	f("\"\U000e0041\"", `"\udb40\udc41"`)
}

// FuzzEscape holds that what was escaped means the same and shows all its characters.
func FuzzEscape(f *testing.F) {
	f.Add("dana\u202e\u009b2J\x7f")
	f.Add("\\\u200b\"\U000e0041\u2028")
	f.Fuzz(func(t *testing.T, text string) {
		line, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		escaped := Escape(line)
		for _, r := range string(escaped) {
			if hides(r) {
				t.Errorf("%U gets through", r)
			}
		}
		var same string
		if err := json.Unmarshal(escaped, &same); err != nil || utf8.ValidString(text) && same != text {
			t.Errorf("%q became %s: %q, %v", text, escaped, same, err)
		}
	})
}
