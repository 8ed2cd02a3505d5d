package sqlstore

import (
	"bytes"
	"cmp"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"modernc.org/sqlite"

	"picket/guardduty"
)

// SQLite keeps what statistics ask of findings packed, so that a million are looked at in a fraction of a second: what is short of
// those that a viewer sees on a side in rows of finding_heads, the values of attributes in rows of finding_columns.
//
// The rows have findings whose numbers agree but for these bits.
const (
	chunkBits = 9
	chunkSize = 1 << chunkBits
)

// slotOf is where in its chunk a finding is.
func slotOf(n int64) uint16 { return uint16(n & (chunkSize - 1)) }

// headsKey is the key of a row of finding_heads; that of the first chunk is 0.
func headsKey(viewer int64, s *side, chunk int64) int64 {
	return (viewer*2+int64(s.number))<<32 + chunk
}

// head is a finding as statistics see it: its slot; on a side, whether it is archived, and its feedback; its kind, trait and owner; when
// it was updated; and its place.
type head []byte

const headSize = 2 + 1 + 1 + 4 + 4 + 4 + 8 + 8

func (h head) slot() uint16   { return binary.BigEndian.Uint16(h) }
func (h head) archived() byte { return h[2] }
func (h head) feedback() byte { return h[3] }
func (h head) kind() uint32   { return binary.BigEndian.Uint32(h[4:]) }
func (h head) trait() uint32  { return binary.BigEndian.Uint32(h[8:]) }
func (h head) owner() uint32  { return binary.BigEndian.Uint32(h[12:]) }
func (h head) updated() int64 { return int64(binary.BigEndian.Uint64(h[16:])) }
func (h head) place() int64   { return int64(binary.BigEndian.Uint64(h[24:])) }

// newHead makes a head of n, archived, feedback, kind, trait, owner, updated_at and place.
func newHead(args []driver.Value) (head, error) {
	text, _ := args[2].(string)
	feedback := slices.Index(feedbacks, guardduty.Feedback(text))
	var numbers [8]int64
	for i, a := range args {
		var ok bool
		if numbers[i], ok = a.(int64); !ok && i != 2 {
			return nil, fmt.Errorf("BUG: a head of %T", a)
		}
	}
	h := append(binary.BigEndian.AppendUint16(nil, slotOf(numbers[0])), byte(numbers[1]), byte(feedback))
	for _, n := range numbers[3:6] {
		if n != int64(uint32(n)) || feedback < 0 {
			return nil, fmt.Errorf("BUG: no head has room for %v", args)
		}
		h = binary.BigEndian.AppendUint32(h, uint32(n))
	}
	h = binary.BigEndian.AppendUint64(h, uint64(numbers[6]))
	return binary.BigEndian.AppendUint64(h, uint64(numbers[7])), nil
}

// withHead is a body with a head, in the place of that in its slot if there is one: a body that stays as long is changed in one page.
func withHead(body []byte, h head) []byte {
	changed := append(make([]byte, 0, len(body)+headSize), body...)
	if at := slotAt(body, h.slot()); at >= 0 {
		copy(changed[at:], h)
		return changed
	}
	return append(changed, h...)
}

// withoutHead is a body less what it has in a slot.
func withoutHead(body []byte, slot uint16) []byte {
	at := slotAt(body, slot)
	if at < 0 {
		return bytes.Clone(body)
	}
	return slices.Concat(body[:at], body[at+headSize:])
}

// slotAt is where in a body a slot's head is, -1 for nowhere.
func slotAt(body []byte, slot uint16) int {
	for at := 0; at+headSize <= len(body); at += headSize {
		if head(body[at:]).slot() == slot {
			return at
		}
	}
	return -1
}

// headTest is what is asked of heads.
type headTest struct {
	any                   bool // nothing is
	archived, feedback    []bool
	kinds, traits, owners numbers
	from, to              int64 // of the time of the update
}

// numbers are those that fit; nil is all.
type numbers []bool

func (n numbers) has(i uint32) bool { return n == nil || int(i) < len(n) && n[i] }

func numbersOf(some []int64) numbers {
	n := numbers{}
	for _, i := range some {
		n = append(n, make(numbers, max(0, int(i)+1-len(n)))...)
		n[i] = true
	}
	return n
}

// headTest is what a question asks of heads.
func (l *listing) headTest(owners clause) (t headTest, err error) {
	for _, archived := range []int64{0, 1} {
		t.archived = append(t.archived, slices.Contains(l.archived, archived))
	}
	for _, f := range feedbacks {
		t.feedback = append(t.feedback, slices.Contains(l.feedback, string(f)))
	}
	if l.someKind {
		var ids []int64
		for _, k := range l.wanted {
			ids = append(ids, k.id)
		}
		t.kinds = numbersOf(ids)
	}
	if l.someTrait {
		t.traits = numbersOf(l.question.traits)
	}
	if owners.text != "" {
		ids, err := rows(l.tx, value[int64], "SELECT f.owner FROM (SELECT id AS owner FROM holders) f WHERE "+owners.text, owners.args...)
		if err != nil {
			return t, err
		}
		t.owners = numbersOf(ids)
	}
	t.from, t.to = math.MinInt64, math.MaxInt64
	if l.updated.from != nil {
		t.from = *l.updated.from
	}
	if l.updated.to != nil {
		t.to = *l.updated.to
	}
	t.any = !slices.Contains(t.archived, false) && !slices.Contains(t.feedback, false) && !l.someKind && !l.someTrait && owners.text == "" &&
		l.updated.from == nil && l.updated.to == nil
	return t, nil
}

func (t *headTest) fits(h head) bool {
	return t.any || t.archived[h.archived()] && t.feedback[h.feedback()] && t.kinds.has(h.kind()) && t.traits.has(h.trait()) &&
		t.owners.has(h.owner()) && t.from <= h.updated() && h.updated() <= t.to
}

// addPacking gives SQLite the functions that its triggers and migrations pack findings with. What they are given is theirs only
// until they return.
var addPacking = sync.OnceValue(func() error {
	scalar := func(name string, args int32, f func([]driver.Value) (driver.Value, error)) error {
		return sqlite.RegisterFunction(name, &sqlite.FunctionImpl{
			NArgs: args, Deterministic: true, VolatileArgs: true,
			Scalar: func(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) { return f(args) },
		})
	}
	packed := func(name string, args int32, p func() packing) error {
		return sqlite.RegisterFunction(name, &sqlite.FunctionImpl{
			NArgs: args, Deterministic: true, VolatileArgs: true,
			MakeAggregate: func(sqlite.FunctionContext) (sqlite.AggregateFunction, error) { return aggregate{p()}, nil },
		})
	}
	return cmp.Or(
		scalar("picket_head", 8, func(args []driver.Value) (driver.Value, error) {
			h, err := newHead(args)
			return []byte(h), err
		}),
		scalar("picket_with_head", 2, func(args []driver.Value) (driver.Value, error) {
			body, _ := args[0].([]byte)
			h, _ := args[1].([]byte)
			return withHead(body, h), nil
		}),
		scalar("picket_without_head", 2, func(args []driver.Value) (driver.Value, error) {
			body, _ := args[0].([]byte)
			n, _ := args[1].(int64)
			return withoutHead(body, slotOf(n)), nil
		}),
		packed("picket_heads", 1, func() packing { return &heads{} }),
		packed("picket_column", 2, func() packing { return newColumn() }),
	)
})

// packing makes a body of what a migration has in rows.
type packing interface {
	add(args []driver.Value) error
	body() []byte
}

// aggregate is a packing as SQLite knows it.
type aggregate struct{ packing }

func (a aggregate) Step(_ *sqlite.FunctionContext, args []driver.Value) error {
	return a.add(args)
}

func (a aggregate) WindowValue(*sqlite.FunctionContext) (driver.Value, error) { return a.body(), nil }
func (aggregate) Final(*sqlite.FunctionContext)                               {}
func (aggregate) WindowInverse(*sqlite.FunctionContext, []driver.Value) error {
	return errors.New("a body gives nothing back")
}

// heads are a body of heads.
type heads struct{ packed []byte }

func (h *heads) add(args []driver.Value) error {
	one, _ := args[0].([]byte)
	h.packed = append(h.packed, one...)
	return nil
}
func (h *heads) body() []byte { return h.packed }
