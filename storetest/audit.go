package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"picket"
)

func event(account string, n int) picket.AuditRecord {
	return picket.AuditRecord{Time: int64(n), Account: account, Region: region, Event: fmt.Appendf(nil, `{"eventName":"Call%d"}`, n)}
}

// verify reads the whole audit log and checks that each record follows from the one before.
func verify(t *testing.T, s picket.Store) []picket.AuditRecord {
	t.Helper()
	var all []picket.AuditRecord
	view(t, s, func(tx picket.Tx) {
		all = nil
		var last picket.AuditRecord
		for {
			page := ok(tx.Audit().All(last.Seq, 7))(t)
			if len(page) == 0 {
				return
			}
			for _, r := range page {
				if r.Seq != last.Seq+1 || r.Hash != r.Chain(nil, last.Hash) {
					t.Errorf("record %d with hash %s does not follow record %d with hash %s", r.Seq, r.Hash, last.Seq, last.Hash)
				}
				last = r
			}
			all = append(all, page...)
		}
	})
	return all
}

var auditTests = map[string]func(t *testing.T, s picket.Store){
	"records are chained and listed by account": func(t *testing.T, s picket.Store) {
		update(t, s, func(tx picket.Tx) {
			must(t, tx.Audit().Append(event(member, 1), event(other, 2)))
			must(t, tx.Audit().Append(event(member, 3)))
			must(t, tx.Audit().Append())
		})
		update(t, s, func(tx picket.Tx) { must(t, tx.Audit().Append(event(member, 4))) })
		all := verify(t, s)
		same(t, "records", len(all), 4)
		view(t, s, func(tx picket.Tx) {
			same(t, "of a member", ok(tx.Audit().List(member, 0, 10))(t), []picket.AuditRecord{all[0], all[2], all[3]})
			same(t, "page", ok(tx.Audit().List(member, 1, 1))(t), []picket.AuditRecord{all[2]})
			same(t, "the latest", ok(tx.Audit().Latest(member, 0, 2))(t), []picket.AuditRecord{all[3], all[2]})
			same(t, "before them", ok(tx.Audit().Latest(member, all[2].Seq, 2))(t), []picket.AuditRecord{all[0]})
			same(t, "of another", ok(tx.Audit().List(other, 0, 10))(t), []picket.AuditRecord{all[1]})
		})
		want := event(member, 3)
		want.Seq, want.Hash = all[2].Seq, all[2].Hash
		same(t, "record", all[2], want)
	},
	"what is undone leaves no hole": func(t *testing.T, s picket.Store) {
		update(t, s, func(tx picket.Tx) { must(t, tx.Audit().Append(event(member, 1))) })
		mine := errors.New("mine")
		err := s.Update(t.Context(), func(tx picket.Tx) error {
			must(t, tx.Audit().Append(event(member, 2)))
			return mine
		})
		if !errors.Is(err, mine) {
			t.Error(err)
		}
		update(t, s, func(tx picket.Tx) { must(t, tx.Audit().Append(event(member, 3))) })
		same(t, "records", len(verify(t, s)), 2)
	},
	"appending at once makes one chain": func(t *testing.T, s picket.Store) {
		const workers, rounds = 4, 10
		done := make(chan error)
		for w := range workers {
			go func() {
				var err error
				for i := range rounds {
					err = errors.Join(err, s.Update(context.Background(), func(tx picket.Tx) error {
						return tx.Audit().Append(event(fmt.Sprint(w), i), event(fmt.Sprint(w), i))
					}))
				}
				done <- err
			}()
		}
		for range workers {
			must(t, <-done)
		}
		same(t, "records", len(verify(t, s)), workers*rounds*2)
	},
	"what no text may hold is chained as it is stored": func(t *testing.T, s picket.Store) {
		e := event(member, 1)
		e.Event = json.RawMessage("{\"userAgent\":\"\xff\"}")
		update(t, s, func(tx picket.Tx) { must(t, tx.Audit().Append(e)) })
		same(t, "records", len(verify(t, s)), 1)
	},
}
