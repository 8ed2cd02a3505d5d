package event

import (
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// alias returns b as a string without copying it.
func alias(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// bytesOf returns the bytes of s without copying them. They must not be written to.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }

// unescape appends the text of a JSON string, given without its quotes, to dst. What no standard allows stays as it is.
func unescape(dst, s []byte) []byte {
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			dst = append(dst, s[i])
			continue
		}
		i++
		switch s[i] {
		case 'b':
			dst = append(dst, '\b')
		case 'f':
			dst = append(dst, '\f')
		case 'n':
			dst = append(dst, '\n')
		case 'r':
			dst = append(dst, '\r')
		case 't':
			dst = append(dst, '\t')
		case 'u':
			r, ok := hex4(s[i+1:])
			if !ok {
				dst = append(dst, '\\', 'u')
				continue
			}
			i += 4
			if utf16.IsSurrogate(r) {
				low := rune(unicode.ReplacementChar)
				if len(s) > i+2 && s[i+1] == '\\' && s[i+2] == 'u' {
					low, _ = hex4(s[i+3:])
				}
				if r = utf16.DecodeRune(r, low); r != unicode.ReplacementChar {
					i += 6
				}
			}
			dst = utf8.AppendRune(dst, r)
		default:
			dst = append(dst, s[i])
		}
	}
	return dst
}

func hex4(s []byte) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	var r rune
	for _, c := range s[:4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// sampleLen is how much of a bad record is shown.
const sampleLen = 200

// sample returns the start of b with what cannot be printed as dots.
func sample(b []byte) string {
	cut := b[:min(len(b), sampleLen)]
	s := strings.Map(func(r rune) rune {
		if r == utf8.RuneError || !unicode.IsPrint(r) {
			return '.'
		}
		return r
	}, string(cut))
	return s
}

// parseTime reads an ISO 8601 time such as 2026-01-02T03:04:05Z, with a fraction or an offset if there is one, as
// seconds since the epoch.
func parseTime(s string) (int64, bool) {
	if len(s) < 20 || s[4] != '-' || s[7] != '-' || s[10] != 'T' && s[10] != ' ' || s[13] != ':' || s[16] != ':' {
		return 0, false
	}
	year, ok1 := digits2(s[0:2])
	rest, ok2 := digits2(s[2:4])
	month, ok3 := digits2(s[5:7])
	day, ok4 := digits2(s[8:10])
	hour, ok5 := digits2(s[11:13])
	minute, ok6 := digits2(s[14:16])
	sec, ok7 := digits2(s[17:19])
	if !(ok1 && ok2 && ok3 && ok4 && ok5 && ok6 && ok7) ||
		month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || sec > 60 {
		return 0, false
	}
	t := daysSinceEpoch(year*100+rest, month, day)*86400 + hour*3600 + minute*60 + sec
	offset, ok := parseZone(s[19:])
	return t - offset, ok
}

// parseZone reads what follows the seconds of a time.
func parseZone(s string) (offset int64, ok bool) {
	if s[0] == '.' {
		s = strings.TrimLeft(s[1:], "0123456789")
	}
	if s == "Z" {
		return 0, true
	}
	if len(s) < 5 || s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	hour, ok1 := digits2(s[1:3])
	minute, ok2 := digits2(strings.TrimPrefix(s[3:], ":"))
	offset = hour*3600 + minute*60
	if s[0] == '-' {
		offset = -offset
	}
	return offset, ok1 && ok2
}

func digits2(s string) (int64, bool) {
	if len(s) != 2 {
		return 0, false
	}
	a, b := s[0]-'0', s[1]-'0'
	return int64(a)*10 + int64(b), a <= 9 && b <= 9
}

// daysSinceEpoch counts days in the Gregorian calendar, years beginning in March so that leap days come last. It counts from
// 400 years earlier, the calendar's period, since the year 0 begins before March.
func daysSinceEpoch(y, m, d int64) int64 {
	if m <= 2 {
		y--
		m += 12
	}
	y += 400
	return 365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d - 1 - 719468 - 146097
}

// seconds narrows a time for a Ref.
func seconds(t int64) uint32 {
	return uint32(max(0, min(t, 1<<32-1)))
}
