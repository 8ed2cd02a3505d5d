package storetest

import (
	"bytes"
	"testing"

	"picket"
)

func marks(seconds ...int64) (all []picket.Message) {
	for _, s := range seconds {
		all = append(all, picket.Message{Mark: s})
	}
	return all
}

func own(t *testing.T, tx picket.Tx, partition int) (picket.Partition, []byte) {
	t.Helper()
	p, state, err := tx.Log().Own(partition)
	must(t, err)
	return p, state
}

var logTests = map[string]func(t *testing.T, s picket.Store){
	"messages are numbered in their partition": func(t *testing.T, s picket.Store) {
		object := picket.Message{Object: &picket.LogObject{Source: "s", Name: "a", Version: "1", From: 2, To: 3, Inline: []byte{0, 0xff}, Delivered: 4}}
		update(t, s, func(tx picket.Tx) {
			must(t, tx.Log().Append(3, marks(1, 2)...))
			must(t, tx.Log().Append(4, object))
			must(t, tx.Log().Append(3))
		})
		update(t, s, func(tx picket.Tx) { must(t, tx.Log().Append(3, marks(3)...)) })
		view(t, s, func(tx picket.Tx) {
			all := []picket.Message{{Seq: 1, Mark: 1}, {Seq: 2, Mark: 2}, {Seq: 3, Mark: 3}}
			same(t, "all", ok(tx.Log().Read(3, 0, 10))(t), all)
			same(t, "the second", ok(tx.Log().Read(3, 1, 1))(t), all[1:2])
			object.Seq = 1
			same(t, "of the other", ok(tx.Log().Read(4, 0, 10))(t), []picket.Message{object})
			same(t, "none", len(ok(tx.Log().Read(5, 0, 10))(t)), 0)
			same(t, "partitions", ok(tx.Log().Partitions())(t), []picket.Partition{{Number: 3, Last: 3}, {Number: 4, Last: 1}})
		})
	},
	"one owner at a time": func(t *testing.T, s picket.Store) {
		update(t, s, func(tx picket.Tx) { must(t, tx.Log().Append(7, marks(1, 2)...)) })
		taken := func() (p picket.Partition) {
			update(t, s, func(tx picket.Tx) { p, _ = own(t, tx, 7) })
			return p
		}
		first := taken()
		update(t, s, func(tx picket.Tx) { must(t, tx.Log().Apply(7, first.Epoch, 1)) })
		second := taken()
		same(t, "the second finds", second, picket.Partition{Number: 7, Epoch: first.Epoch + 1, Applied: 1, Last: 2, Dirty: true})
		for _, late := range []func(picket.Tx) error{
			func(tx picket.Tx) error { return tx.Log().Apply(7, first.Epoch, 2) },
			func(tx picket.Tx) error { return tx.Log().Release(7, first.Epoch) },
			func(tx picket.Tx) error { return tx.Log().Try(7, first.Epoch, 2, 1) },
			func(tx picket.Tx) error { return tx.Log().KeepState(7, first.Epoch, 2, []byte("x"), 0) },
		} {
			if err := s.Update(t.Context(), late); picket.ErrorCode(err) != picket.CodeConflict {
				t.Errorf("the first owner is told %v", err)
			}
		}
		update(t, s, func(tx picket.Tx) { must(t, tx.Log().Release(7, second.Epoch)) })
		same(t, "after a word", taken().Dirty, false)
		err := s.Update(t.Context(), func(tx picket.Tx) error { _, _, err := tx.Log().Own(9); return err })
		notFound(t, err)
	},
	"a state is kept, and what it makes needless goes": func(t *testing.T, s picket.Store) {
		big := bytes.Repeat([]byte{1, 2, 3, 4, 5}, 1_700_000)
		var p picket.Partition
		update(t, s, func(tx picket.Tx) {
			must(t, tx.Log().Append(1, marks(1, 2, 3, 4)...))
			p, _ = own(t, tx, 1)
			must(t, tx.Log().KeepState(1, p.Epoch, 1, big, 9))
		})
		update(t, s, func(tx picket.Tx) {
			var got []byte
			if p, got = own(t, tx, 1); !bytes.Equal(got, big) {
				t.Errorf("%d bytes came back of %d", len(got), len(big))
			}
		})
		update(t, s, func(tx picket.Tx) { must(t, tx.Log().KeepState(1, p.Epoch, 4, []byte("small"), 3)) })
		update(t, s, func(tx picket.Tx) {
			_, got := own(t, tx, 1)
			same(t, "state", string(got), "small")
			same(t, "left", ok(tx.Log().Read(1, 0, 9))(t), []picket.Message{{Seq: 3, Mark: 3}, {Seq: 4, Mark: 4}})
			same(t, "partition", ok(tx.Log().Partitions())(t)[0].State, int64(4))
		})
	},
	"a message that may end its owner is noted": func(t *testing.T, s picket.Store) {
		update(t, s, func(tx picket.Tx) { must(t, tx.Log().Append(2, marks(1, 2)...)) })
		f := func(seq int64, times int) {
			t.Helper()
			update(t, s, func(tx picket.Tx) {
				p, _ := own(t, tx, 2)
				must(t, tx.Log().Try(2, p.Epoch, seq, times))
			})
			update(t, s, func(tx picket.Tx) {
				p, _ := own(t, tx, 2)
				same(t, "noted", [2]int64{p.Trying, int64(p.Tries)}, [2]int64{seq, int64(times)})
			})
		}
		f(1, 1)
		f(2, 3)
		f(2, 0)
	},
}
