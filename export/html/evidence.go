package html

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"picket"
)

// records is the evidence that fits on the page.
type records struct {
	Groups []group
	Shown  int
	Kept   int  // that the finding has
	Cut    bool // a record was too long to be shown whole
	Share  string
}

// group is records in a row that are shown alike: flow records under one header, or one record of JSON.
type group struct {
	Header []string
	Rows   []flowRow
	JSON   *jsonRecord
}

// flowRow is a flow record.
type flowRow struct {
	Time, Origin string
	Fields       []string
}

// jsonRecord is a CloudTrail or DNS record.
type jsonRecord struct {
	Time, Origin string
	Summary      string
	Text         string
}

// newRecords shows what fits into share bytes, and the first record in any case.
func newRecords(e []picket.EvidenceRecord, share int) *records {
	r := &records{Kept: len(e), Share: fmt.Sprintf("%d kB", share>>10)}
	header := ""
	for i := range e {
		text, cut := e[i].Text, false
		if len(text) > share {
			if r.Shown > 0 {
				break
			}
			text, cut = text[:share], true
		}
		share -= len(text)
		r.Shown++
		r.Cut = r.Cut || cut
		fields, names := strings.Fields(text), strings.Fields(e[i].Header)
		if cut || len(names) == 0 || len(fields) != len(names) {
			r.Groups = append(r.Groups, group{JSON: newJSONRecord(&e[i], text)})
			header = ""
			continue
		}
		if e[i].Header != header {
			header = e[i].Header
			r.Groups = append(r.Groups, group{Header: names})
		}
		g := &r.Groups[len(r.Groups)-1]
		g.Rows = append(g.Rows, flowRow{stamp(e[i].Time), origin(&e[i]), fields})
	}
	return r
}

func origin(e *picket.EvidenceRecord) string { return fmt.Sprintf("%s @%d", e.Object, e.Offset) }

func newJSONRecord(e *picket.EvidenceRecord, text string) *jsonRecord {
	r := &jsonRecord{Time: stamp(e.Time), Origin: origin(e), Text: indent(text)}
	var m struct {
		EventSource, EventName, ErrorCode, SourceIPAddress string
		QueryName                                          string `json:"query_name"`
		QueryType                                          string `json:"query_type"`
		RCode, SrcAddr                                     string
	}
	if json.Unmarshal([]byte(text), &m) != nil {
		r.Summary = e.Kind + " record"
		return r
	}
	said := []string{m.EventSource, m.EventName, m.ErrorCode, m.SourceIPAddress, m.QueryName, m.QueryType, m.RCode, m.SrcAddr}
	r.Summary = strings.Join(slices.DeleteFunc(said, func(s string) bool { return s == "" }), " ")
	return r
}

// indent lays JSON out for reading; what is no JSON stays as it is.
func indent(text string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "", "  ") != nil {
		return text
	}
	return b.String()
}
