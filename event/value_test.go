package event

import (
	"strings"
	"testing"
)

func TestValueGet(t *testing.T) {
	f := func(v Value, want Value, path ...string) {
		t.Helper()
		if got := v.Get(path...); got != want {
			t.Errorf("%s at %v: got %q, want %q", v, path, got, want)
		}
	}
	v := Value(`{ "a" : { "b" : [1, {"c": 2}] } , "A":"x","a":3, "q\"\u0041":true,"":null,"n":-1.5e3}`)
	f(v, `[1, {"c": 2}]`, "a", "b")
	f(v, `"x"`, "A")
	f(v, `true`, `q"A`)
	f(v, `null`, "")
	f(v, `-1.5e3`, "n")
	f(v, "", "b")
	f(v, "", "A", "x")
	f(v, v)
	f("", "", "a")
	f("null", "", "a")
	f(`{"a":`, "", "a")
	f(`{"a"`, "", "a")
	f(`{"a":1`, "", "a")
	f(`{,"a":1}`, "", "a")
}

func TestValueText(t *testing.T) {
	f := func(v Value, want string) {
		t.Helper()
		if got := v.Str(); got != want {
			t.Errorf("%s: got %q, want %q", v, got, want)
		}
	}
	f(`"x"`, "x")
	f(`"a\/\b\f\n\r\t\\\"\u00e9"`, "a/\b\f\n\r\t\\\"é")
	f(`"\ud83d\ude00\ud83d \ude00\ud83dx"`, "😀\ufffd \ufffd\ufffdx")
	f(`"\u12"`, `\u12`)
	f(`""`, "")
	f(`"`, "")
	f(`12.0`, "12.0")
	f(`false`, "false")
	f(`null`, "")
	f(`{}`, "")
	f(`[]`, "")
	f(``, "")
}

func TestValueBoolAndInt(t *testing.T) {
	b := func(v Value, want bool) {
		t.Helper()
		if v.Bool() != want {
			t.Errorf("%s: got %v", v, !want)
		}
	}
	b(`true`, true)
	b(`"true"`, true)
	b(`"True"`, true)
	b(`"false"`, false)
	b(`{"value":true}`, false)
	b(`1`, false)
	b(``, false)

	n := func(v Value, want int64, ok bool) {
		t.Helper()
		if got, gotOK := v.Int(); got != want || gotOK != ok {
			t.Errorf("%s: got %d, %v, want %d, %v", v, got, gotOK, want, ok)
		}
	}
	n(`1234.0`, 1234, true)
	n(`"17"`, 17, true)
	n(`-3`, -3, true)
	n(`9223372036854775807`, 1<<63-1, true)
	n(`1e30`, 0, false)
	n(`"NaN"`, 0, false)
	n(`"x"`, 0, false)
	n(`true`, 0, false)
	n(`null`, 0, false)
	n(``, 0, false)
}

func TestValueItemsAndMembers(t *testing.T) {
	items := func(v Value, want ...string) {
		t.Helper()
		var got []string
		for item := range v.Items() {
			got = append(got, string(item))
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s: got %q, want %q", v, got, want)
		}
	}
	items(`[1, "a,b" ,{"c":[2]},[]]`, `1`, `"a,b"`, `{"c":[2]}`, `[]`)
	items(`{"items":[{"a":1},{"a":2}]}`, `{"a":1}`, `{"a":2}`)
	items(`{"items":"x"}`, `{"items":"x"}`)
	items(`"x"`, `"x"`)
	items(`[]`)
	items(`null`)
	items(``)
	items(`[1,`, `1`)

	var got []string
	for key, value := range Value(`{"b":1,"a\u0041":[],"b":2}`).Members() {
		got = append(got, key+"="+string(value))
		if key == "b" && value == "2" {
			break
		}
	}
	if strings.Join(got, " ") != "b=1 aA=[] b=2" {
		t.Errorf("got %q", got)
	}
	for range Value(`[1]`).Members() {
		t.Error("an array has no members")
	}
}

func TestValueAccessDoesNotAllocate(t *testing.T) {
	v := Value(`{"a":{"b":"c"},"items":[1,2]}`)
	n := testing.AllocsPerRun(10, func() {
		if v.Get("a", "b").Str() != "c" {
			t.Error("not found")
		}
		for item := range v.Items() {
			if !item.Exists() {
				t.Error("an item is missing")
			}
		}
	})
	if n != 0 {
		t.Errorf("allocates %v times", n)
	}
}
