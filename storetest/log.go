package storetest

import (
	"bytes"
	"testing"

	"picket"
)

var logTests = map[string]func(t *testing.T, s picket.Store){
	"messages are numbered in their partition": func(t *testing.T, s picket.Store) {
		update(t, s, func(tx picket.Tx) {
			must(t, tx.Log().Append(3, []byte("a"), []byte{0, 1, 2, 0xff}))
			must(t, tx.Log().Append(4, []byte("other")))
			must(t, tx.Log().Append(3))
		})
		update(t, s, func(tx picket.Tx) { must(t, tx.Log().Append(3, []byte("c"))) })
		view(t, s, func(tx picket.Tx) {
			all := []picket.LogMessage{{Seq: 1, Body: []byte("a")}, {Seq: 2, Body: []byte{0, 1, 2, 0xff}}, {Seq: 3, Body: []byte("c")}}
			same(t, "all", ok(tx.Log().Read(3, 0, 10))(t), all)
			same(t, "the second", ok(tx.Log().Read(3, 1, 1))(t), all[1:2])
			same(t, "none", len(ok(tx.Log().Read(5, 0, 10))(t)), 0)
			same(t, "partitions", ok(tx.Log().Partitions())(t), []picket.Partition{{Number: 3, Last: 3}, {Number: 4, Last: 1}})
		})
	},
	"one owner at a time": func(t *testing.T, s picket.Store) {
		update(t, s, func(tx picket.Tx) { must(t, tx.Log().Append(7, []byte("a"), []byte("b"))) })
		own := func() (p picket.Partition) {
			update(t, s, func(tx picket.Tx) { p = ok(tx.Log().Own(7))(t) })
			return p
		}
		first := own()
		update(t, s, func(tx picket.Tx) { must(t, tx.Log().Apply(7, first.Epoch, 1)) })
		second := own()
		same(t, "the second finds", second, picket.Partition{Number: 7, Epoch: first.Epoch + 1, Applied: 1, Last: 2, Deaths: 2})
		for _, late := range []func(picket.Tx) error{
			func(tx picket.Tx) error { return tx.Log().Apply(7, first.Epoch, 2) },
			func(tx picket.Tx) error { return tx.Log().Release(7, first.Epoch) },
			func(tx picket.Tx) error { return tx.Log().KeepState(7, first.Epoch, 2, []byte("x"), 0) },
		} {
			if err := s.Update(t.Context(), late); picket.ErrorCode(err) != picket.CodeConflict {
				t.Errorf("the first owner is told %v", err)
			}
		}
		update(t, s, func(tx picket.Tx) { must(t, tx.Log().Release(7, second.Epoch)) })
		same(t, "after a word", own().Deaths, 1)
		err := s.Update(t.Context(), func(tx picket.Tx) error { _, err := tx.Log().Own(9); return err })
		notFound(t, err)
	},
	"a state is kept, and what it makes needless goes": func(t *testing.T, s picket.Store) {
		big := bytes.Repeat([]byte{1, 2, 3, 4, 5}, 1_700_000)
		var p picket.Partition
		update(t, s, func(tx picket.Tx) {
			must(t, tx.Log().Append(1, []byte("a"), []byte("b"), []byte("c"), []byte("d")))
			p = ok(tx.Log().Own(1))(t)
			same(t, "no state", len(ok(tx.Log().State(1))(t)), 0)
			must(t, tx.Log().KeepState(1, p.Epoch, 1, big, 9))
		})
		view(t, s, func(tx picket.Tx) {
			if got := ok(tx.Log().State(1))(t); !bytes.Equal(got, big) {
				t.Errorf("%d bytes came back of %d", len(got), len(big))
			}
		})
		update(t, s, func(tx picket.Tx) { must(t, tx.Log().KeepState(1, p.Epoch, 4, []byte("small"), 3)) })
		view(t, s, func(tx picket.Tx) {
			same(t, "state", string(ok(tx.Log().State(1))(t)), "small")
			same(t, "left", ok(tx.Log().Read(1, 0, 9))(t), []picket.LogMessage{{Seq: 3, Body: []byte("c")}, {Seq: 4, Body: []byte("d")}})
			same(t, "partition", ok(tx.Log().Partitions())(t)[0].State, int64(4))
		})
	},
}
