package event

import "unsafe"

// own moves the bytes of raw and of the strings, which mostly lie in raw, into one new allocation.
func own(raw *string, strs ...*string) {
	old := *raw
	size := len(old)
	for _, s := range strs {
		if _, in := within(old, *s); !in {
			size += len(*s)
		}
	}
	b := append(make([]byte, 0, size), old...)
	for _, s := range strs {
		at, in := within(old, *s)
		if !in {
			at = len(b)
			b = append(b, *s...)
		}
		*s = alias(b[at : at+len(*s)])
	}
	*raw = alias(b[:len(old)])
}

// within returns where s lies in the bytes of old, if it does.
func within(old, s string) (int, bool) {
	if s == "" {
		return 0, true
	}
	from, at := uintptr(unsafe.Pointer(unsafe.StringData(old))), uintptr(unsafe.Pointer(unsafe.StringData(s)))
	if at < from || at+uintptr(len(s)) > from+uintptr(len(old)) {
		return 0, false
	}
	return int(at - from), true
}
