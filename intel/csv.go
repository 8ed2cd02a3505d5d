package intel

import (
	"strconv"
	"strings"
)

// table is a CSV file being read: the names of its columns and one row. A row is one line; quoted line breaks are not
// supported, so that one bad quote spoils one line only.
type table struct {
	comma  byte
	header map[string]int
	row    []string
}

// rows yields the rows of a CSV file that follow its header, which may stand in a comment, as in abuse.ch's files. A file
// without a header has columns without names. has says which names a header is known by.
func (r *reading) rows(has func(map[string]int) bool) func(yield func(int, *table) bool) {
	return func(yield func(int, *table) bool) {
		t := &table{comma: delimiter(r.data)}
		for n, line := range r.lines {
			comment := line[0] == '#' || line[0] == ';'
			if t.header == nil {
				h := columns(splitRow(strings.TrimLeft(line, "#; "), t.comma))
				if has(h) {
					t.header = h
					continue
				}
			}
			if comment {
				continue
			}
			t.row = splitRow(line, t.comma)
			if !yield(n, t) {
				return
			}
		}
	}
}

// get returns the field of the first of the named columns that the row has and is not empty.
func (t *table) get(names ...string) string {
	for _, name := range names {
		if i, ok := t.header[name]; ok && i < len(t.row) && t.row[i] != "" {
			return t.row[i]
		}
	}
	return ""
}

func columns(names []string) map[string]int {
	h := map[string]int{}
	for i, name := range names {
		h[strings.ToLower(name)] = i
	}
	return h
}

// delimiter returns the byte that separates the columns: the one that is most frequent in the first lines with any.
func delimiter(data []byte) byte {
	head := string(data[:min(len(data), detectionBytes)])
	best, most := byte(','), 0
	for line := range strings.Lines(head) {
		if line[0] == '#' && most > 0 {
			continue
		}
		for _, c := range []byte{',', ';', '\t', '|'} {
			if n := strings.Count(line, string(c)); n > most {
				best, most = c, n
			}
		}
	}
	return best
}

// splitRow splits a line at comma, outside of double quotes.
func splitRow(line string, comma byte) []string {
	var row []string
	for {
		field, rest, more := nextField(line, comma)
		row = append(row, field)
		if !more {
			return row
		}
		line = rest
	}
}

func nextField(line string, comma byte) (field, rest string, more bool) {
	line = strings.TrimLeft(line, " ")
	if !strings.HasPrefix(line, `"`) {
		field, rest, more = strings.Cut(line, string(comma))
		return strings.TrimSpace(field), rest, more
	}
	var b strings.Builder
	for i := 1; i < len(line); i++ {
		if line[i] != '"' {
			b.WriteByte(line[i])
			continue
		}
		if i+1 < len(line) && line[i+1] == '"' {
			b.WriteByte('"')
			i++
			continue
		}
		_, rest, more = strings.Cut(line[i+1:], string(comma))
		return strings.TrimSpace(b.String()), rest, more
	}
	return strings.TrimSpace(b.String()), "", false
}

func looksCSV(head string) bool {
	line := firstLine(head)
	return !strings.Contains(line, "://") && (strings.Contains(line, ",") || strings.Count(line, ";") > 1 || strings.Count(line, "|") > 1)
}

// readCSV reads the indicators of one column, named or numbered; without either, of the first column whose field reads as
// one. Ports and threat names come from columns with the usual names.
func readCSV(r *reading) {
	number, _ := strconv.Atoi(r.column)
	name := strings.ToLower(r.column)
	isHeader := func(h map[string]int) bool {
		if number == 0 && name != "" {
			_, ok := h[name]
			return ok
		}
		return anyColumn(h)
	}
	seen := false
	for n, t := range r.rows(isHeader) {
		seen = true
		var ind Indicator
		var err error
		switch {
		case number > 0 && number <= len(t.row):
			ind, err = parseIndicator(t.row[number-1])
		case number > 0:
			r.bad(n, "no such column")
			continue
		case name != "":
			if t.header == nil {
				r.bad(n, "no header names the column "+quote(r.column))
				return
			}
			ind, err = parseIndicator(t.get(name))
		default:
			ind, err = firstIndicator(t.row)
		}
		fillFromColumns(&ind, t)
		r.add(n, ind, err)
	}
	if !seen && name != "" && len(r.data) > 0 && len(r.problems) == 0 {
		r.bad(1, "no rows")
	}
}

// anyColumn reports whether h names columns that lists usually have.
func anyColumn(h map[string]int) bool {
	for _, name := range []string{"ip", "dst_ip", "src_ip", "address", "indicator", "domain", "host", "hostname", "url", "ioc_value", "ioc", "value"} {
		if _, ok := h[name]; ok {
			return true
		}
	}
	return false
}

func firstIndicator(row []string) (Indicator, error) {
	for _, field := range row {
		if ind, err := parseIndicator(field); err == nil {
			return ind, nil
		}
	}
	return Indicator{}, errNoIndicator
}

func fillFromColumns(ind *Indicator, t *table) {
	if port, err := strconv.ParseUint(t.get("port", "dst_port", "dstport"), 10, 16); err == nil && ind.Port == 0 {
		ind.Port = uint16(port)
	}
	if name := t.get("malware_printable", "malware", "malware_family", "malwarefamily", "threat", "threat_name", "signature"); name != "" {
		ind.Threats = []string{name}
	}
	if c, err := strconv.Atoi(t.get("confidence", "confidence_level")); err == nil {
		ind.Confidence = percent(c)
	}
}

// percent bounds a confidence to 0 to 100.
func percent(n int) uint8 { return uint8(min(max(n, 0), 100)) }
