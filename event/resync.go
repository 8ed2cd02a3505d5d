package event

import "bytes"

// keep is how much of a passed stretch must stay in the buffer so that the start of a record is not cut in two.
const keep = 64

// lose passes what cannot be read, from the position to where a record seems to begin at or behind failed, and reports
// it once as one bad stretch.
func (r *Reader) lose(reason string, failed int) {
	r.endGarbage()
	r.startGarbage(reason)
	from := max(failed, r.pos+1)
	for from > r.pos+1 && r.buf[from-1] <= ' ' {
		from--
	}
	for {
		b := r.buf[:r.end]
		if i := nextRecord(b, min(from, r.end)); i >= 0 {
			r.pos = i
			return
		}
		r.pos = max(r.pos, r.end-keep)
		if !r.fill() {
			r.pos = r.end
			return
		}
		from = r.pos + 1
	}
}

// nextRecord returns where a record or list seems to begin at or after b[i]: at the start of a line, or an object whose
// first key only records have.
func nextRecord(b []byte, i int) int {
	for ; i < len(b); i++ {
		switch b[i] {
		case '\n':
			if i+1 < len(b) && (b[i+1] == '{' || b[i+1] == '[' || b[i+1] == '2' || b[i+1] >= 'a' && b[i+1] <= 'z') {
				return i + 1
			}
		case '{':
			j := skipSpace(b, i+1)
			if j >= len(b) || b[j] != '"' {
				continue
			}
			end := bytes.IndexByte(b[j+1:min(len(b), j+keep)], '"')
			if s := slotOf(b[j+1 : j+1+max(end, 0)]); s != slotNone && s <= slotRecords {
				return i
			}
		}
	}
	return -1
}

func (r *Reader) startGarbage(reason string) {
	r.garbage = Bad{Offset: r.offset(), Reason: reason, Sample: sample(r.buf[r.pos:r.end])}
}

func (r *Reader) endGarbage() {
	if r.garbage.Reason == "" {
		return
	}
	r.stats.Bad++
	r.h.Bad(r.garbage)
	r.garbage = Bad{}
}

// skipLong passes the object at the position, however long, without holding it. Where a string holds a control
// character it stops: the object has lost its end.
func (r *Reader) skipLong() {
	depth, inString := 0, false
	for {
		for r.pos < r.end {
			c := r.buf[r.pos]
			switch {
			case inString && c == '\\' && r.pos+1 == r.end && r.fill():
				continue
			case inString && c == '\\':
				r.pos++
			case inString && c < ' ':
				return
			case c == '"':
				inString = !inString
			case inString:
			case c == '{' || c == '[':
				depth++
			case c == '}' || c == ']':
				depth--
			}
			r.pos++
			if depth == 0 {
				return
			}
		}
		if !r.fill() {
			return
		}
	}
}

// line handles the text line that begins at the position.
func (r *Reader) line() {
	for {
		b := r.buf[r.pos:r.end]
		n := bytes.IndexByte(b, '\n')
		switch {
		case n > r.o.MaxRecord || n < 0 && len(b) > r.o.MaxRecord:
			r.longLine(b)
			return
		case n >= 0:
			r.text(b[:n], r.offset())
			r.pos += n + 1
			return
		case r.fill():
			continue
		case r.ended():
			r.text(b, r.offset())
		}
		r.pos = r.end
		return
	}
}

// longLine passes a line that is too long without holding it.
func (r *Reader) longLine(b []byte) {
	r.endGarbage()
	r.tooLong(b)
	for {
		if n := bytes.IndexByte(r.buf[r.pos:r.end], '\n'); n >= 0 {
			r.pos += n + 1
			return
		}
		r.pos = r.end
		if !r.fill() {
			return
		}
	}
}

// text handles a line that is not JSON: a header or a record of a flow log.
func (r *Reader) text(line []byte, offset int64) {
	for len(line) > 0 && (line[len(line)-1] == '\r' || line[len(line)-1] == ' ') {
		line = line[:len(line)-1]
	}
	if isFlowHeader(line) {
		r.endGarbage()
		r.flowHeader(line, offset)
		return
	}
	if r.format == nil && isVersion2(line) {
		r.format = version2
	}
	if r.format == nil {
		if r.garbage.Reason == "" {
			r.garbage = Bad{Offset: offset, Reason: unknownText(line), Sample: sample(line)}
		}
		return
	}
	r.endGarbage()
	r.flowRow(line, offset)
}
