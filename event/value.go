package event

import "iter"

// Value is a JSON value in a record's bytes, as logged; "" means absent. Its accessors scan the bytes, allocate only to
// unescape, and compare keys by exact case.
type Value string

// Get returns the member at path, or "" where a step is absent or not an object.
func (v Value) Get(path ...string) Value { panic("BUG: not written") }

// Exists reports whether v is present and not null.
func (v Value) Exists() bool { return v != "" && v != "null" }

// Str returns the text of a JSON string; of a number or boolean, its literal; otherwise "".
func (v Value) Str() string { panic("BUG: not written") }

// Bool reports whether v is true or "true" (in any case).
func (v Value) Bool() bool { panic("BUG: not written") }

// Int returns the whole part of a JSON number or of a string that holds one.
func (v Value) Int() (n int64, ok bool) { panic("BUG: not written") }

// Items yields the elements of an array; for {"items":[…]}, as EC2 writes lists, the elements of items;
// for null or "", nothing; for any other value, the value itself.
func (v Value) Items() iter.Seq[Value] { panic("BUG: not written") }

// Members yields the members of an object in order, keys unescaped.
func (v Value) Members() iter.Seq2[string, Value] { panic("BUG: not written") }
