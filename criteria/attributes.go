package criteria

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"picket"
)

// Attributes returns the attributes of a finding that criteria can ask for, by path in lower case, each with its values
// in the order of the document and without repetition. What the finding lacks is not there. Severity has two values
// where it isn't whole, 8.5 and 8: clients ask for "8" and mean all from 8 to below 9. What belongs to a side is left out.
func Attributes(f *picket.StoredFinding) map[string][]string {
	out := map[string][]string{}
	collect(out, "", catalogue().root, document(&f.Finding))
	delete(out, Archived)
	delete(out, Feedback)
	if f.Severity != nil {
		add(out, severity, number(math.Floor(*f.Severity)))
	}
	return out
}

// SetSide sets the attributes of a side among those of its finding.
func SetSide(attrs map[string][]string, s picket.Side) {
	attrs[Archived] = []string{strconv.FormatBool(s.Archived)}
	delete(attrs, Feedback)
	if s.Feedback != "" {
		attrs[Feedback] = []string{string(s.Feedback)}
	}
}

// document is the finding with what the contract lacks where criteria ask for it.
func document(f *picket.Finding) map[string]any {
	doc := plain(f.Finding)
	info := object(object(doc, "service"), "additionalInfo")
	maps.Copy(info, plain(f.AdditionalInfo))
	if f.UserIdentity != nil {
		object(object(doc, "resource"), "accessKeyDetails")["userIdentity"] = identity(f.UserIdentity)
	}
	return doc
}

// identity moves invokedBy, which CloudTrail has beside the session context, to where criteria ask for it.
func identity(user map[string]any) map[string]any {
	id := plain(user)
	session := object(id, "sessionContext")
	if by, ok := id["invokedBy"]; ok && session["invokedBy"] == nil {
		session["invokedBy"] = by
	}
	return id
}

// plain is v as JSON has it.
func plain(v any) map[string]any {
	var doc map[string]any
	b, err := json.Marshal(v)
	if err == nil {
		d := json.NewDecoder(strings.NewReader(string(b)))
		d.UseNumber()
		err = d.Decode(&doc)
	}
	if err != nil {
		panic(fmt.Sprintf("BUG: a finding that is no JSON: %v", err))
	}
	return doc
}

// object returns the object m[key], which it makes if there is none.
func object(m map[string]any, key string) map[string]any {
	o, ok := m[key].(map[string]any)
	if !ok {
		o = map[string]any{}
		m[key] = o
	}
	return o
}

// collect adds the values that v has below path.
func collect(out map[string][]string, path string, n *node, v any) {
	switch v := v.(type) {
	case []any:
		for _, x := range v {
			collect(out, path, n, x)
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if n.leaf {
				collect(out, path, n, v[key])
			} else if next := n.next[strings.ToLower(key)]; next != nil {
				collect(out, join(path, key), next, v[key])
			}
		}
	default:
		if text, ok := canonical(n.kind, v); ok && n.leaf {
			add(out, path, text)
		}
	}
}

func join(path, key string) string {
	if path == "" {
		return strings.ToLower(key)
	}
	return path + "." + strings.ToLower(key)
}

func add(out map[string][]string, path, value string) {
	if !slices.Contains(out[path], value) {
		out[path] = append(out[path], value)
	}
}

// canonical writes a scalar of JSON as its kind is written; it says no to null and to what is not of the kind.
func canonical(k Kind, v any) (string, bool) {
	if v == nil {
		return "", false
	}
	text := fmt.Sprint(v)
	switch k {
	case Number:
		return canonicalNumber(text)
	case Bool:
		b, err := strconv.ParseBool(strings.ToLower(text))
		return strconv.FormatBool(b), err == nil
	case Date:
		if seconds, ok := v.(json.Number); ok {
			f, err := seconds.Float64()
			return number(math.Round(f * 1000)), err == nil
		}
		t, err := time.Parse(time.RFC3339, text)
		return strconv.FormatInt(t.UnixMilli(), 10), err == nil
	}
	return storable(text), true
}

// storable is text without NUL, which not every store can keep.
func storable(text string) string { return strings.ReplaceAll(text, "\x00", "\ufffd") }

func canonicalNumber(text string) (string, bool) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return "", false
	}
	return number(f), true
}

// number writes f; adding 0 makes -0 what it equals.
func number(f float64) string { return strconv.FormatFloat(f+0, 'f', -1, 64) }
