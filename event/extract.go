package event

import (
	"fmt"
	"io"
	"strings"
)

// Raw is the text of one record, as logged.
type Raw struct {
	Offset int64
	Kind   Kind
	Text   string
	Header string // of a flow record, the names of its columns
}

// Extract reads an object again and returns the records at offsets, which must ascend. Records found before an error of
// the object are returned with it; an offset at which no record begins is an error too.
func Extract(r io.Reader, offsets []int64) ([]Raw, error) { return Options{}.Extract(r, offsets) }

// Extract is the function Extract for an object that was read with options o.
func (o Options) Extract(r io.Reader, offsets []int64) ([]Raw, error) {
	if len(offsets) == 0 {
		return nil, nil
	}
	x := &extraction{want: offsets}
	_, err := x.Read(r, o, x)
	if err != nil && len(x.found) < len(offsets) {
		return x.found, err
	}
	if len(x.found) < len(offsets) {
		return x.found, fmt.Errorf("extract: no record at offset %d", x.want[0])
	}
	return x.found, nil
}

// extraction is a handler that keeps the records asked for and stops its reader behind the last.
type extraction struct {
	Reader
	want  []int64
	found []Raw
}

func (x *extraction) take(ref Ref, k Kind, text, header string) {
	if len(x.want) == 0 || ref.Offset != x.want[0] {
		return
	}
	x.want = x.want[1:]
	x.found = append(x.found, Raw{ref.Offset, k, strings.Clone(text), strings.Clone(header)})
	x.Reader.stop = len(x.want) == 0
}

// CloudTrail, Flow, DNS and Bad make an extraction a Handler.
func (x *extraction) CloudTrail(e *CloudTrail) { x.take(e.Ref, KindCloudTrail, e.Raw, "") }
func (x *extraction) Flow(f *Flow)             { x.take(f.Ref, KindFlow, f.Raw, f.Header) }
func (x *extraction) DNS(d *DNS)               { x.take(d.Ref, KindDNS, d.Raw, "") }
func (x *extraction) Bad(Bad)                  {}
