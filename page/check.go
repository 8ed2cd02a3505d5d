package page

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"picket/finding"
	"picket/rule"
)

// orders are the ways in which an example's records reach the engine when it is checked: all must give the same findings.
var orders = [...]Order{{Shards: 1}, {Shards: 2, Shuffle: 1}, {Shards: 7, Shuffle: 2}, {Shards: 1, Shuffle: 3, Restart: true}}

// Check runs the example against the rules of its type among all. It returns what they make of it, as the page would show it
// ("" for nothing), and everything that is not as the page has it.
func (e *Example) Check(all []rule.Any) (made string, wrong []string) {
	rules := slices.DeleteFunc(slices.Clone(all), func(r rule.Any) bool { return string(r.Info().Type) != e.Type })
	if !slices.ContainsFunc(rules, func(r rule.Any) bool { return e.Signal == "" || r.Info().Signal == e.Signal }) {
		return "", []string{"no rule has this type and signal"}
	}
	var found []string // the findings of the example's type and signal
	first := ""        // all findings, in the first order
	for i, o := range orders {
		results, err := e.Run(rules, o)
		if err != nil {
			return "", []string{err.Error()}
		}
		text := ""
		for _, r := range results {
			shown := show(r)
			if text += shown + fmt.Sprintln(r.Refs); i == 0 && e.Matches(r) {
				found = append(found, shown)
			}
		}
		if i == 0 {
			first = text
		} else if d := difference(first, text); d != "" {
			wrong = append(wrong, fmt.Sprintf("%+v makes other findings (-in order):\n%s", o, d))
		}
	}
	switch {
	case e.Fires && len(found) == 0:
		return "", append(wrong, "it does not fire")
	case !e.Fires && len(found) > 0:
		return found[0], append(wrong, "it fires")
	case !e.Fires:
		return "", wrong
	}
	if e.Part != nil {
		wrong = append(wrong, e.checkPart(found)...)
	}
	if e.Finding != nil && e.Finding.Text != found[0] {
		wrong = append(wrong, fmt.Sprintf("line %d: the finding is not what it makes (-page, +made):\n%s", e.Finding.Line, difference(e.Finding.Text, found[0])))
	}
	return found[0], wrong
}

// show writes a finding as pages do.
func show(r *finding.Result) string {
	line, err := finding.Export(&r.Finding)
	var b bytes.Buffer
	if err == nil {
		err = json.Indent(&b, line, "", "  ")
	}
	if err != nil {
		panic("BUG: a finding that is no JSON: " + err.Error())
	}
	return b.String() + "\n"
}

// checkPart compares what the page shows of the findings with them.
func (e *Example) checkPart(found []string) []string {
	var want any
	if err := json.Unmarshal([]byte(e.Part.Text), &want); err != nil {
		return []string{fmt.Sprintf("line %d: %v", e.Part.Line, err)}
	}
	if _, several := want.([]any); !several {
		want = []any{want}
	}
	got := make([]any, len(found))
	for i, f := range found {
		if err := json.Unmarshal([]byte(f), &got[i]); err != nil {
			panic("BUG: a finding that is no JSON: " + err.Error())
		}
	}
	if d := difference(indented(want), indented(named(got, want))); d != "" {
		return []string{fmt.Sprintf("line %d: the part of the finding is not what it makes (-page, +made):\n%s", e.Part.Line, d)}
	}
	return nil
}

func indented(v any) string {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic("BUG: JSON that can't be written again: " + err.Error())
	}
	return string(b)
}

// named is got without the members of objects that want does not name.
func named(got, want any) any {
	switch want := want.(type) {
	case map[string]any:
		if got, ok := got.(map[string]any); ok {
			some := map[string]any{}
			for k, v := range got {
				if w, ok := want[k]; ok {
					some[k] = named(v, w)
				}
			}
			return some
		}
	case []any:
		if got, ok := got.([]any); ok && len(got) == len(want) {
			for i := range got {
				got[i] = named(got[i], want[i])
			}
			return got
		}
	}
	return got
}

// difference shows where two texts begin to differ, and the lines there; "" if they don't.
func difference(a, b string) string {
	if a == b {
		return ""
	}
	x, y := strings.Split(a, "\n"), strings.Split(b, "\n")
	for len(x) > 0 && len(y) > 0 && x[0] == y[0] {
		x, y = x[1:], y[1:]
	}
	for len(x) > 0 && len(y) > 0 && x[len(x)-1] == y[len(y)-1] {
		x, y = x[:len(x)-1], y[:len(y)-1]
	}
	return lines("-", x) + lines("+", y)
}

// lines writes lines behind a sign, of many the first.
func lines(sign string, all []string) string {
	const most = 20
	text := ""
	for i, l := range all {
		if i == most {
			return text + sign + " …\n"
		}
		text += sign + " " + l + "\n"
	}
	return text
}
