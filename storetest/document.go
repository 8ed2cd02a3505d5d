package storetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"picket"
)

type detector struct {
	Name string
	Tags map[string]string
}

var documentTests = map[string]func(t *testing.T, s picket.Store){
	"what is put is got, until it is deleted": func(t *testing.T, s picket.Store) {
		k := key("detector", member, region, "d")
		update(t, s, func(tx picket.Tx) {
			must(t, tx.Documents().Put(k, detector{"first", map[string]string{"a": "ä <&> \u2028"}}))
			must(t, tx.Documents().Put(k, detector{"second", map[string]string{"a": "ä <&> \u2028"}}))
			var d detector
			must(t, tx.Documents().Get(k, &d))
			same(t, "in the transaction", d, detector{"second", map[string]string{"a": "ä <&> \u2028"}})
		})
		update(t, s, func(tx picket.Tx) {
			var d detector
			must(t, tx.Documents().Get(k, &d))
			same(t, "after it", d, detector{"second", map[string]string{"a": "ä <&> \u2028"}})
			must(t, tx.Documents().Delete(k))
			must(t, tx.Documents().Delete(k))
			notFound(t, tx.Documents().Get(k, &d))
		})
	},
	"every part of the key tells documents apart": func(t *testing.T, s picket.Store) {
		keys := []picket.DocumentKey{
			key("filter", member, region, "a"), key("ipset", member, region, "a"), key("filter", other, region, "a"),
			key("filter", member, elsewhere, "a"), key("filter", member, "", "a"), key("filter", "", "", "a"),
			key("filter", member, region, "A"), key("filter", member, region, ""),
		}
		update(t, s, func(tx picket.Tx) {
			for i, k := range keys {
				must(t, tx.Documents().Put(k, i))
			}
		})
		update(t, s, func(tx picket.Tx) {
			for i, k := range keys {
				var n int
				must(t, tx.Documents().Get(k, &n))
				same(t, "document", n, i)
			}
			must(t, tx.Documents().Delete(keys[0]))
			for _, k := range keys[1:] {
				var n int
				must(t, tx.Documents().Get(k, &n))
			}
			same(t, "list", ids(ok(list(tx, "filter", member, region, ""))(t)), []string{"A"})
			same(t, "count", ok(tx.Documents().Count("filter"))(t), 6)
			same(t, "count of one", ok(tx.Documents().CountOf("filter", member, region))(t), 2)
			same(t, "count of nobody", ok(tx.Documents().CountOf("filter", "", region))(t), 0)
		})
	},
	"one that can't be decoded is said to be unreadable": func(t *testing.T, s picket.Store) {
		update(t, s, func(tx picket.Tx) {
			must(t, tx.Documents().Put(key("filter", member, region, "a"), "a text"))
			must(t, tx.Documents().Put(key("filter", member, region, "b"), detector{Name: "b"}))
			var d detector
			if err := tx.Documents().Get(key("filter", member, region, "a"), &d); !errors.Is(err, picket.ErrUnreadable) {
				t.Errorf("got %v", err)
			}
			must(t, tx.Documents().Get(key("filter", member, region, "b"), &d))
		})
	},
	"lists go on after an id, in the order of bytes": func(t *testing.T, s picket.Store) {
		update(t, s, func(tx picket.Tx) {
			for _, id := range []string{"b", "a", "Z", "é", "a-1", "a1", "z"} {
				must(t, tx.Documents().Put(key("filter", member, region, id), detector{Name: id}))
			}
		})
		view(t, s, func(tx picket.Tx) {
			same(t, "all", ids(ok(list(tx, "filter", member, region, ""))(t)), []string{"Z", "a", "a-1", "a1", "b", "z", "é"})
			page := ok(tx.Documents().List("filter", member, region, "a", 2))(t)
			same(t, "page", ids(page), []string{"a-1", "a1"})
			var d detector
			must(t, json.Unmarshal(page[0].Body, &d))
			same(t, "body", d, detector{Name: "a-1"})
			same(t, "key", page[0].DocumentKey, key("filter", member, region, "a-1"))
			same(t, "of another account", len(ok(list(tx, "filter", other, region, ""))(t)), 0)
			same(t, "of another region", len(ok(list(tx, "filter", member, elsewhere, ""))(t)), 0)
		})
	},
	"All pages through every account": func(t *testing.T, s picket.Store) {
		want := []picket.DocumentKey{
			key("detector", "", "", "z"), key("detector", "1", "r1", "b"), key("detector", "1", "r2", "a"), key("detector", "2", "r1", "a"),
		}
		update(t, s, func(tx picket.Tx) {
			for _, i := range []int{2, 0, 3, 1} {
				must(t, tx.Documents().Put(want[i], i))
			}
			must(t, tx.Documents().Put(key("filter", "1", "r1", "c"), 0))
		})
		view(t, s, func(tx picket.Tx) {
			var got []picket.DocumentKey
			var after picket.DocumentKey
			for {
				page := ok(tx.Documents().All("detector", after, 1))(t)
				if len(page) == 0 {
					break
				}
				after = page[0].DocumentKey
				got = append(got, after)
			}
			same(t, "keys", got, want)
		})
	},
	"Unchanged compares what is stored": func(t *testing.T, s picket.Store) {
		a, b, none := key("user", member, "", "a"), key("user", member, "", "b"), key("user", member, "", "none")
		var docs []picket.Document
		times := map[string]int64{}
		unchanged := func(what string, want bool, docs ...picket.Document) {
			t.Helper()
			for range 2 { // the second time it may know
				name := fmt.Sprint(docs)
				got, now, err := s.Unchanged(t.Context(), docs, times[name])
				must(t, err)
				same(t, what, got, want)
				if delete(times, name); got {
					times[name] = now
				}
			}
		}
		update(t, s, func(tx picket.Tx) {
			must(t, tx.Documents().Put(a, detector{Name: "ä <&> \u2028"}))
			must(t, tx.Documents().Put(b, detector{Name: "b"}))
			docs = append(ok(list(tx, "user", member, "", ""))(t), picket.Document{DocumentKey: none})
		})
		unchanged("just written", true, docs...)
		unchanged("one alone", true, docs[1])
		unchanged("what isn't there", true, docs[2])
		unchanged("what isn't there any more", false, picket.Document{DocumentKey: none, Body: []byte("{}")})
		unchanged("what is there now", false, docs[0], picket.Document{DocumentKey: b})
		unchanged("another's", false, picket.Document{DocumentKey: key("user", other, "", "a"), Body: docs[0].Body})
		update(t, s, func(tx picket.Tx) { must(t, tx.Documents().Put(b, detector{Name: "c"})) })
		unchanged("the other was written", false, docs...)
		update(t, s, func(tx picket.Tx) { must(t, tx.Documents().Put(b, detector{Name: "b"})) })
		unchanged("written back", true, docs...)
		update(t, s, func(tx picket.Tx) { must(t, tx.Documents().Put(none, 1)) })
		unchanged("one more", false, docs...)
		update(t, s, func(tx picket.Tx) { must(t, tx.Documents().Delete(none)) })
		unchanged("deleted again", true, docs...)
		update(t, s, func(tx picket.Tx) { must(t, tx.Documents().Delete(a)) })
		unchanged("one less", false, docs...)
		purged := key("user", member, region, "p")
		update(t, s, func(tx picket.Tx) { must(t, tx.Documents().Put(purged, 1)) })
		unchanged("written", true, picket.Document{DocumentKey: purged, Body: []byte("1")})
		update(t, s, func(tx picket.Tx) { must(t, tx.Documents().Purge("user", member, region)) })
		unchanged("purged", false, picket.Document{DocumentKey: purged, Body: []byte("1")})
	},
	"Purge takes the kinds of an account and region that begin so": func(t *testing.T, s picket.Store) {
		keys := []picket.DocumentKey{
			key("list/ip", member, region, "a"), key("list/threat", member, region, "a"), key("list", member, region, "a"),
			key("list/ip", other, region, "a"), key("list/ip", member, elsewhere, "a"), key("filter", member, region, "a"),
		}
		update(t, s, func(tx picket.Tx) {
			for i, k := range keys {
				must(t, tx.Documents().Put(k, i))
			}
			must(t, tx.Documents().Purge("list/", member, region))
			for i, k := range keys {
				var n int
				if err := tx.Documents().Get(k, &n); i < 2 {
					notFound(t, err)
				} else {
					must(t, err)
				}
			}
			must(t, tx.Documents().Purge("", member, region))
			same(t, "left", len(ok(tx.Documents().List("filter", member, region, "", 9))(t)), 0)
		})
	},
	"hostile keys are keys like others": func(t *testing.T, s picket.Store) {
		hostile := []string{"a\x00b", "\xff\xfe", "' OR 1=1 --", "%", "?", "$1", "\\", "\"", "\n"}
		update(t, s, func(tx picket.Tx) {
			for _, id := range hostile {
				var n int
				notFound(t, tx.Documents().Get(key("filter", member, region, id), &n))
			}
			for i, id := range hostile {
				must(t, tx.Documents().Put(key("filter", member, region, id), i))
			}
			for i, id := range hostile {
				var n int
				must(t, tx.Documents().Get(key("filter", member, region, id), &n))
				same(t, id, n, i)
			}
		})
	},
}

func list(tx picket.Tx, kind, account, region, after string) ([]picket.Document, error) {
	return tx.Documents().List(kind, account, region, after, 100)
}

func ids(docs []picket.Document) []string {
	all := []string{}
	for _, d := range docs {
		all = append(all, d.ID)
	}
	return all
}
