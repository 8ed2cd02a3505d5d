package storetest

import (
	"encoding/json"
	"testing"

	"picket"
)

var outboxTests = map[string]func(t *testing.T, s picket.Store){
	"what is put is got, until it is deleted": func(t *testing.T, s picket.Store) {
		e := picket.OutboxEntry{Kind: "mail", ID: "a", Due: 5, Attempts: 2, Body: json.RawMessage(`{"to": ["m@example.com"]}`)}
		update(t, s, func(tx picket.Tx) {
			must(t, tx.Outbox().Put(picket.OutboxEntry{Kind: "mail", ID: "a", Body: json.RawMessage("1")}))
			must(t, tx.Outbox().Put(e))
			must(t, tx.Outbox().Put(picket.OutboxEntry{Kind: "hook", ID: "a", Body: json.RawMessage("2")}))
		})
		update(t, s, func(tx picket.Tx) {
			same(t, "entry", ok(tx.Outbox().Get("mail", "a"))(t), e)
			must(t, tx.Outbox().Delete("mail", "a"))
			must(t, tx.Outbox().Delete("mail", "a"))
			_, err := tx.Outbox().Get("mail", "a")
			notFound(t, err)
			same(t, "of another kind", string(ok(tx.Outbox().Get("hook", "a"))(t).Body), "2")
		})
	},
	"kinds are counted": func(t *testing.T, s picket.Store) {
		view(t, s, func(tx picket.Tx) { same(t, "counts of nothing", len(ok(tx.Outbox().Counts())(t)), 0) })
		update(t, s, func(tx picket.Tx) {
			for _, id := range []string{"a", "b"} {
				must(t, tx.Outbox().Put(picket.OutboxEntry{Kind: "mail", ID: id, Body: json.RawMessage("1")}))
			}
			must(t, tx.Outbox().Put(picket.OutboxEntry{Kind: "hook", ID: "x", Body: json.RawMessage("1")}))
		})
		view(t, s, func(tx picket.Tx) {
			same(t, "counts", ok(tx.Outbox().Counts())(t), map[string]int{"mail": 2, "hook": 1})
		})
	},
	"what is due comes first": func(t *testing.T, s picket.Store) {
		update(t, s, func(tx picket.Tx) {
			for id, due := range map[string]int64{"a": 30, "b": 10, "c": 20, "d": 40, "e": 10} {
				must(t, tx.Outbox().Put(picket.OutboxEntry{Kind: "mail", ID: id, Due: due, Body: json.RawMessage("1")}))
			}
			must(t, tx.Outbox().Put(picket.OutboxEntry{Kind: "hook", ID: "x", Body: json.RawMessage("1")}))
		})
		view(t, s, func(tx picket.Tx) {
			f := func(now int64, limit int, want ...string) {
				t.Helper()
				var got []string
				for _, e := range ok(tx.Outbox().Due("mail", now, limit))(t) {
					got = append(got, e.ID)
				}
				same(t, "due", got, want)
			}
			f(9, 10)
			f(30, 10, "b", "e", "c", "a")
			f(30, 2, "b", "e")
		})
		view(t, s, func(tx picket.Tx) {
			f := func(after string, limit int, want ...string) {
				t.Helper()
				var got []string
				for _, e := range ok(tx.Outbox().DueAfter("mail", 30, after, limit))(t) {
					got = append(got, e.ID)
				}
				same(t, "due after "+after, got, want)
			}
			f("", 10, "a", "b", "c", "e")
			f("a", 1, "b")
			f("c", 10, "e")
			f("e", 10)
		})
	},
}
