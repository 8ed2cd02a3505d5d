package finding

import (
	"cmp"
	"maps"
	"sync"

	"picket"
)

// Limits bound how many findings collectors keep, until they are taken. Whoever floods one type in one account must not hide the other types,
// and what is low must not hide what is grave.
type Limits struct {
	Kind  int // of one type in one account and region; 0: DefaultKind
	Total int // a tenth of which is for High and Critical; 0: DefaultTotal
}

// The limits where none are set: what people still read, and what memory holds.
const (
	DefaultKind  = 1_000
	DefaultTotal = 50_000
)

// What one finding keeps at most.
const (
	maxWindows     = 100_000 // its count stops there
	maxCallNames   = 1_000
	maxCallRecords = 100_000 // of one name
)

// kind is what Limits.Kind counts.
type kind struct {
	typ             picket.FindingType
	account, region string
}

// room is the findings that collectors keep together.
type room struct {
	mu    sync.Mutex
	ids   map[string]struct{}
	kinds map[kind]int
	lost  map[picket.FindingType]int64
}

// admit reports whether there is room for a finding, which is known by its id. It counts what there is none for.
func (b *About) admit(id string, k kind, severity picket.Severity) bool {
	r, limits := &b.room, Limits{cmp.Or(b.Limits.Kind, DefaultKind), cmp.Or(b.Limits.Total, DefaultTotal)}
	if severity < picket.High {
		limits.Total -= limits.Total / 10
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ids == nil {
		r.ids, r.kinds, r.lost = map[string]struct{}{}, map[kind]int{}, map[picket.FindingType]int64{}
	}
	if _, ok := r.ids[id]; ok {
		return true
	}
	if r.kinds[k] >= limits.Kind || len(r.ids) >= limits.Total {
		r.lost[k.typ]++
		return false
	}
	r.ids[id] = struct{}{}
	r.kinds[k]++
	return true
}

// leave makes the room free that findings took.
func (b *About) leave(all []*Aggregate) {
	r := &b.room
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range all {
		if _, ok := r.ids[a.ID]; ok {
			delete(r.ids, a.ID)
			r.kinds[kind{a.Type, a.Account, a.Region}]--
		}
	}
}

// Lost counts the hits of findings that there was no room for, those of every Take. Nothing may be hit meanwhile.
func (c *Collector) Lost() int64 { return c.lost }

// Lost counts the hits of findings that there was no room for, by type.
func (b *About) Lost() map[picket.FindingType]int64 {
	b.room.mu.Lock()
	defer b.room.mu.Unlock()
	return maps.Clone(b.room.lost)
}
