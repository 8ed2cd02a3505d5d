package scan

import (
	"cmp"
	"context"
	"slices"

	"picket"
	"picket/event"
	"picket/finding"
)

// maxEvidenceBytes bounds the text of the records kept for one finding.
const maxEvidenceBytes = 256 << 10

// resolve reads the records behind findings again and puts them into their Evidence.
// What can't be read again is returned as problems; the rest is there.
func (r *run) resolve(ctx context.Context, findings []*finding.Result) []Problem {
	wanted := map[uint64][]int64{}
	for _, f := range findings {
		for _, e := range f.Refs {
			wanted[e.Object] = append(wanted[e.Object], e.Offset)
		}
	}
	found := map[uint64]map[int64]event.Raw{}
	var problems []Problem
	for object, offsets := range wanted {
		slices.Sort(offsets)
		var raws []event.Raw
		err := picket.Guarded(func() (err error) {
			raws, err = r.extract(ctx, object, slices.Compact(offsets))
			return err
		})
		if err != nil {
			problems = append(problems, Problem{Object: r.objects[object].Name, Reason: "read evidence: " + err.Error()})
		}
		found[object] = map[int64]event.Raw{}
		for _, raw := range raws {
			found[object][raw.Offset] = raw
		}
	}
	for _, f := range findings {
		r.attach(f, found)
	}
	slices.SortFunc(problems, func(a, b Problem) int { return cmp.Compare(a.Object, b.Object) })
	return problems
}

func (r *run) extract(ctx context.Context, object uint64, offsets []int64) ([]event.Raw, error) {
	in, err := r.objects[object].Open(ctx)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return r.options(object).Extract(in, offsets)
}

func (r *run) attach(f *finding.Result, found map[uint64]map[int64]event.Raw) {
	size := 0
	for _, e := range f.Refs {
		raw, ok := found[e.Object][e.Offset]
		if size += len(raw.Text); !ok || size > maxEvidenceBytes {
			continue
		}
		f.Evidence.Records = append(f.Evidence.Records, picket.EvidenceRecord{
			Object: r.objects[e.Object].Name, Offset: e.Offset, Kind: raw.Kind.String(),
			Header: raw.Header, Text: raw.Text, Time: int64(e.Sec),
		})
	}
}
