package event

import (
	"iter"
	"strconv"
	"strings"
)

// Value is a JSON value in a record's bytes, as logged; "" means absent. Its accessors scan the bytes, allocate only to
// unescape, and compare keys by exact case. Of members with the same key the first counts. A value that is not JSON
// ends where it stops making sense.
type Value string

// Get returns the member at path, or "" where a step is absent or not an object.
func (v Value) Get(path ...string) Value {
	for _, key := range path {
		v = v.member(key)
	}
	return v
}

func (v Value) member(key string) Value {
	c := newCursor(v, '{')
	for c.next() {
		if c.keyEscaped && unescaped(c.key) == key || string(c.key) == key {
			return c.value
		}
	}
	return ""
}

// Exists reports whether v is present and not null.
func (v Value) Exists() bool { return v != "" && v != "null" }

// Str returns the text of a JSON string; of a number or boolean, its literal; otherwise "".
func (v Value) Str() string {
	if v == "" || v == "null" {
		return ""
	}
	switch v[0] {
	case '{', '[':
		return ""
	case '"':
		if len(v) < 2 || v[len(v)-1] != '"' {
			return ""
		}
		return unescaped(string(v[1 : len(v)-1]))
	}
	return string(v)
}

// Bool reports whether v is true or "true" (in any case).
func (v Value) Bool() bool {
	return v == "true" || len(v) == len(`"true"`) && strings.EqualFold(string(v), `"true"`)
}

// Int returns the whole part of a JSON number or of a string that holds one.
func (v Value) Int() (n int64, ok bool) {
	if v == "" || v[0] == 't' || v[0] == 'f' {
		return 0, false
	}
	s := v.Str()
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(f > -1<<63 && f < 1<<63) {
		return 0, false
	}
	return int64(f), true
}

// Items yields the elements of an array; for {"items":[…]}, as EC2 writes lists, the elements of items;
// for null or "", nothing; for any other value, the value itself.
func (v Value) Items() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		if !v.Exists() {
			return
		}
		if v[0] == '{' {
			if items := v.member("items"); items != "" && items[0] == '[' {
				v = items
			}
		}
		if v[0] != '[' {
			yield(v)
			return
		}
		for c := newCursor(v, '['); c.next(); {
			if !yield(c.value) {
				return
			}
		}
	}
}

// Members yields the members of an object in order, keys unescaped.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		for c := newCursor(v, '{'); c.next(); {
			key := c.key
			if c.keyEscaped {
				key = unescaped(key)
			}
			if !yield(key, c.value) {
				return
			}
		}
	}
}

func unescaped(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	return alias(unescape(make([]byte, 0, len(s)), bytesOf(s)))
}

// cursor walks the members of an object or the elements of an array.
type cursor struct {
	v          string
	i          int
	object     bool
	key        string // as logged
	keyEscaped bool
	value      Value
}

// newCursor returns a cursor that yields nothing unless v begins with open.
func newCursor(v Value, open byte) cursor {
	if v == "" || v[0] != open {
		return cursor{}
	}
	return cursor{v: string(v), i: 1, object: open == '{'}
}

func (c *cursor) next() bool {
	b := bytesOf(c.v)
	i := skipSpace(b, c.i)
	if i < len(b) && b[i] == ',' && c.i > 1 {
		i = skipSpace(b, i+1)
	}
	if c.object {
		if i >= len(b) || b[i] != '"' {
			return false
		}
		end, escaped, st := skipString(b, i+1)
		if st != stateOK {
			return false
		}
		c.key, c.keyEscaped = c.v[i+1:end], escaped
		i = skipSpace(b, end+1)
		if i >= len(b) || b[i] != ':' {
			return false
		}
		i = skipSpace(b, i+1)
	}
	end, st := skipValue(b, i)
	if st != stateOK {
		return false
	}
	c.value = Value(c.v[i:end])
	c.i = end
	return true
}
