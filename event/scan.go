package event

import (
	"encoding/binary"
	"math/bits"
)

// maxDepth is how deep the values of a record may nest.
const maxDepth = 1000

// state is how a scan ended.
type state uint8

const (
	stateOK      state = iota
	stateShort         // the bytes end before the value does
	stateBad           // not JSON
	stateDeep          // nested deeper than maxDepth
	stateEntered       // stopped behind the '[' of a list of records
)

// Eight bytes at once, each compared with a byte of these.
const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// skipString returns the index of the quote that ends the string whose text begins at b[i], and whether it has escapes.
// Where it fails, the index is the place. A control character is an error, as in the standard, which is what keeps a
// string that lost its end from swallowing the lines after it.
func skipString(b []byte, i int) (end int, escaped bool, st state) {
	for {
		if len(b)-i >= 8 {
			// Of ASCII bytes, only controls and the quote are below 0x21 once 0x02 is flipped; a borrow spoils no byte before the
			// first hit.
			x := binary.LittleEndian.Uint64(b[i:])
			low, slash := (x^0x02*lowBits)-0x21*lowBits, (x^'\\'*lowBits)-lowBits
			m := (low | slash) &^ x & highBits
			if m == 0 {
				i += 8
				continue
			}
			i += bits.TrailingZeros64(m) >> 3
		}
		switch {
		case i >= len(b):
			return i, escaped, stateShort
		case b[i] == '"':
			return i, escaped, stateOK
		case b[i] < ' ':
			return i, escaped, stateBad
		case b[i] != '\\':
			i++
		case i+1 >= len(b):
			return i, escaped, stateShort
		case b[i+1] < ' ':
			return i + 1, escaped, stateBad
		default:
			escaped = true
			i += 2
		}
	}
}

// skipSpace returns the index of the first byte at or after i that is not white space.
func skipSpace(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// skipLiteral passes a number, true, false or null.
func skipLiteral(b []byte, i int) (int, state) {
	start := i
	for i < len(b) && isLiteral(b[i]) {
		i++
	}
	if i == len(b) {
		return i, stateShort
	}
	switch string(b[start:i]) {
	case "true", "false", "null":
		return i, stateOK
	case "":
		return i, stateBad
	}
	if c := b[start]; c != '-' && (c < '0' || c > '9') {
		return start, stateBad
	}
	return i, stateOK
}

func isLiteral(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c == '-' || c == '+' || c == '.' || c == 'E'
}

// skipValue returns the index behind the JSON value that starts at b[i]. Where it fails, the index is the place. A
// number that ends with b is short: only what follows tells that it is whole.
func skipValue(b []byte, i int) (int, state) {
	if i >= len(b) {
		return i, stateShort
	}
	switch b[i] {
	case '"':
		end, _, st := skipString(b, i+1)
		if st != stateOK {
			return end, st
		}
		return end + 1, stateOK
	case '{', '[':
		return skipNested(b, i)
	}
	return skipLiteral(b, i)
}

// skipNested passes an object or array without recursion: one bit a level remembers which of the two it is.
func skipNested(b []byte, i int) (int, state) {
	var arrays [maxDepth/64 + 1]uint64
	depth := 0
open:
	inArray := b[i] == '['
	depth++
	if depth > maxDepth {
		return i, stateDeep
	}
	if inArray {
		arrays[depth>>6] |= 1 << (depth & 63)
	} else {
		arrays[depth>>6] &^= 1 << (depth & 63)
	}
	i++
	if i < len(b) && b[i] <= ' ' {
		i = skipSpace(b, i)
	}
	if i >= len(b) {
		return i, stateShort
	}
	if b[i] == '}' && !inArray || b[i] == ']' && inArray {
		goto closed
	}
member:
	if !inArray {
		if b[i] != '"' {
			return i, stateBad
		}
		end, _, st := skipString(b, i+1)
		if st != stateOK {
			return end, st
		}
		i = end + 1
		if i < len(b) && b[i] <= ' ' {
			i = skipSpace(b, i)
		}
		if i >= len(b) {
			return i, stateShort
		}
		if b[i] != ':' {
			return i, stateBad
		}
		i++
		if i < len(b) && b[i] <= ' ' {
			i = skipSpace(b, i)
		}
		if i >= len(b) {
			return i, stateShort
		}
	}
	switch b[i] {
	case '"':
		end, _, st := skipString(b, i+1)
		if st != stateOK {
			return end, st
		}
		i = end + 1
	case '{', '[':
		goto open
	default:
		end, st := skipLiteral(b, i)
		if st != stateOK {
			return end, st
		}
		i = end
	}
after:
	if i < len(b) && b[i] <= ' ' {
		i = skipSpace(b, i)
	}
	if i >= len(b) {
		return i, stateShort
	}
	switch {
	case b[i] == ',':
		i++
		if i < len(b) && b[i] <= ' ' {
			i = skipSpace(b, i)
		}
		if i >= len(b) {
			return i, stateShort
		}
		goto member
	case b[i] == '}' && !inArray || b[i] == ']' && inArray:
		goto closed
	}
	return i, stateBad
closed:
	i++
	depth--
	if depth == 0 {
		return i, stateOK
	}
	inArray = arrays[depth>>6]>>(depth&63)&1 == 1
	goto after
}
