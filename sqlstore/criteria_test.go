package sqlstore

import (
	"testing"

	"picket"
)

func TestSpan(t *testing.T) {
	const none = -1
	n := func(p *int64) int64 {
		if p == nil {
			return none
		}
		return *p
	}
	f := func(from, to int64, conditions ...picket.Condition) {
		t.Helper()
		var s span
		for _, c := range conditions {
			s.narrow(c)
		}
		if n(s.from) != from || n(s.to) != to {
			t.Errorf("%+v: from %d to %d, want %d to %d", conditions, n(s.from), n(s.to), from, to)
		}
	}
	at := func(v float64) *float64 { return &v }
	f(none, none)
	f(6, none, picket.Condition{GT: at(5)})
	f(6, none, picket.Condition{GT: at(5.5)})
	f(5, none, picket.Condition{GTE: at(5)})
	f(6, none, picket.Condition{GTE: at(5.5)})
	f(none, 4, picket.Condition{LT: at(5)})
	f(none, 5, picket.Condition{LT: at(5.5)})
	f(none, 5, picket.Condition{LTE: at(5)})
	f(none, 5, picket.Condition{LTE: at(5.5)})
	f(4, 7, picket.Condition{GT: at(3), LT: at(9), LTE: at(7)})
	f(4, 7, picket.Condition{GTE: at(4), LTE: at(7)}, picket.Condition{GTE: at(2), LTE: at(8)})
	f(2, 8, picket.Condition{GTE: at(1), LTE: at(9)}, picket.Condition{GTE: at(2), LTE: at(8)})
}
