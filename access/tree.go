package access

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// object is a JSON object in its order: each key is there once.
type object []member

type member struct {
	key   string
	value any // nil, bool, json.Number, string, []any or object
}

// parseTree reads one JSON value. Unlike encoding/json it refuses a key that is there twice.
func parseTree(text string) (any, error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	tree, err := readTree(d, "", 0)
	if err == nil {
		_, err = d.Token()
		switch {
		case err == nil:
			err = errors.New("there is more after its end")
		case errors.Is(err, io.EOF):
			return tree, nil
		}
	}
	if wrong, ok := errors.AsType[*treeError](err); ok {
		return nil, malformed(wrong.path, "%s", wrong.reason)
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = errors.New("it ends too early")
	}
	at := d.InputOffset()
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		at = syntax.Offset
	}
	before := text[:min(int(at), len(text))]
	line, column := 1+strings.Count(before, "\n"), len(before)-strings.LastIndexByte(before, '\n')-1
	return nil, malformed("", "a policy must be JSON: line %d, about column %d: %v", line, column, err)
}

// maxDepth is deeper than any policy goes.
const maxDepth = 16

// treeError is about the meaning of JSON, not its form.
type treeError struct{ path, reason string }

func (e *treeError) Error() string { return e.path + " " + e.reason }

func readTree(d *json.Decoder, path string, depth int) (any, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	if depth > maxDepth {
		return nil, &treeError{path, "is nested too deep"}
	}
	switch token {
	case json.Delim('{'):
		return readObject(d, path, depth)
	case json.Delim('['):
		list := []any{}
		for d.More() {
			item, err := readTree(d, fmt.Sprintf("%s[%d]", path, len(list)), depth+1)
			if err != nil {
				return nil, err
			}
			list = append(list, item)
		}
		_, err := d.Token()
		return list, err
	}
	return token, nil
}

func readObject(d *json.Decoder, path string, depth int) (any, error) {
	o := object{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		key, at := token.(string), join(path, token.(string))
		if _, twice := o.get(key); twice {
			return nil, &treeError{at, "is there twice"}
		}
		value, err := readTree(d, at, depth+1)
		if err != nil {
			return nil, err
		}
		o = append(o, member{key, value})
	}
	_, err := d.Token()
	return o, err
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

func (o object) get(key string) (value any, set bool) {
	for _, m := range o {
		if m.key == key {
			return m.value, true
		}
	}
	return nil, false
}

// only refuses keys that are not among the allowed ones.
func (o object) only(path string, allowed ...string) error {
	for _, m := range o {
		if slices.Contains(allowed, m.key) {
			continue
		}
		for _, a := range allowed {
			if strings.EqualFold(a, m.key) {
				return malformed(join(path, clip(m.key)), "is not an element here; %s is", a)
			}
		}
		return malformed(join(path, clip(m.key)), "is not an element here; these are: %s", strings.Join(allowed, ", "))
	}
	return nil
}

// either returns the strings of one of two elements, of which exactly one must be there; at tells where the ith stands.
func (o object) either(path, one, other string) (found []string, at func(int) string, isOther bool, err error) {
	value, set := o.get(one)
	otherValue, otherSet := o.get(other)
	switch {
	case set && otherSet:
		return nil, nil, false, malformed(path, "has both %s and %s; it takes one", one, other)
	case !set && !otherSet:
		return nil, nil, false, malformed(path, "needs %s or %s", one, other)
	case otherSet:
		found, at, err = texts(otherValue, join(path, other))
		return found, at, true, err
	}
	found, at, err = texts(value, join(path, one))
	return found, at, false, err
}

// texts returns a string, or the strings of a list that isn't empty. Numbers and booleans are taken as written.
func texts(value any, path string) (found []string, at func(int) string, err error) {
	list, ok := value.([]any)
	if !ok {
		text, ok := scalar(value)
		if !ok {
			return nil, nil, malformed(path, "must be a string or a list of strings")
		}
		return []string{text}, func(int) string { return path }, nil
	}
	at = func(i int) string { return fmt.Sprintf("%s[%d]", path, i) }
	if len(list) == 0 {
		return nil, nil, malformed(path, "must not be empty")
	}
	for i, item := range list {
		text, ok := scalar(item)
		if !ok {
			return nil, nil, malformed(at(i), "must be a string")
		}
		found = append(found, text)
	}
	return found, at, nil
}

func scalar(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return fmt.Sprint(v), true
	}
	return "", false
}
