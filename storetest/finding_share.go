package storetest

import (
	"testing"

	"picket"
	"picket/guardduty"
)

// begin makes a store with a relation r of the member and the administrator, under which finding a is shared; b was there
// before.
func begin(t *testing.T, s picket.Store) {
	t.Helper()
	update(t, s, func(tx picket.Tx) {
		must(t, save(tx, aFinding(member, "b", at(0))))
		must(t, tx.Members().StartRelation("r", administrator, region, member, at(1)))
		must(t, save(tx, shared(evident(member, "a", at(1)), "r", administrator)))
	})
}

// end ends relation r at 2 o'clock, and lets finding a occur again at 3.
func end(t *testing.T, s picket.Store) {
	t.Helper()
	update(t, s, func(tx picket.Tx) { must(t, tx.Members().EndRelation("r", at(2))) })
	update(t, s, func(tx picket.Tx) {
		again := ok(tx.Findings().ByKey(member, region, []picket.FindingKey{{Type: "Recon:EC2/Portscan", Key: "key of a"}}))(t)
		must(t, save(tx, titled(again[0], "second", at(3)))) // with the old stamp, as one who does not know
	})
}

const frozen = "first/1767578400000" // at 2 o'clock

var sharingTests = map[string]func(t *testing.T, s picket.Store){
	"a copy is there from its stamp on": func(t *testing.T, s picket.Store) {
		begin(t, s)
		view(t, s, func(tx picket.Tx) {
			same(t, "administrator's", listed(t, tx, administrator), []string{"a"})
			same(t, "member's", listed(t, tx, member), []string{"a", "b"})
			same(t, "finding", seen(t, tx, administrator, "a"), []string{"first/0"})
			f := ok(tx.Findings().Get(administrator, region, []string{"a"}))(t)[0]
			same(t, "stamp", [2]string{f.Relation, f.Administrator}, [2]string{"r", administrator})
		})
		update(t, s, func(tx picket.Tx) {
			must(t, save(tx, shared(titled(evident(member, "a", at(1)), "second", at(3)), "r", administrator)))
			must(t, save(tx, shared(titled(aFinding(member, "b", at(0)), "second", at(3)), "r", administrator)))
		})
		view(t, s, func(tx picket.Tx) {
			same(t, "administrator's", listed(t, tx, administrator), []string{"b", "a"})
			same(t, "finding", seen(t, tx, administrator, "a"), []string{"second/0"})
		})
	},
	"a copy is frozen when its relation ends": func(t *testing.T, s picket.Store) {
		begin(t, s)
		update(t, s, func(tx picket.Tx) {
			ok(tx.Findings().Mark(administrator, region, []string{"a"}, func(s *picket.Side) { s.Comments = "seen" }))(t)
			must(t, tx.Members().EndRelation("r", at(2)))
			same(t, "copy", seen(t, tx, administrator, "a"), []string{frozen})
			same(t, "own", seen(t, tx, member, "a"), []string{"first/0"})
		})
		update(t, s, func(tx picket.Tx) { must(t, save(tx, titled(aFinding(member, "a", at(1)), "second", at(3)))) })
		view(t, s, func(tx picket.Tx) {
			same(t, "copy", seen(t, tx, administrator, "a"), []string{frozen})
			same(t, "own", seen(t, tx, member, "a"), []string{"second/0"})
			same(t, "administrator's", listed(t, tx, administrator), []string{"a"})
			same(t, "member's", listed(t, tx, member), []string{"a", "b"})
			want := asStored(t, evident(member, "a", at(1)))
			want.Relation, want.Administrator, want.FrozenAt, want.Admin.Comments = "r", administrator, at(2), "seen"
			same(t, "the whole copy", ok(tx.Findings().Get(administrator, region, []string{"a"}))(t), []picket.StoredFinding{want})
			f := ok(tx.Findings().Get(member, region, []string{"a"}))(t)[0]
			same(t, "what is left of the administrator", [2]string{f.Relation, f.Administrator}, [2]string{})
			same(t, "the administrator's side", f.Admin, picket.Side{})
		})
	},
	"a stamp of an ended relation shares nothing": func(t *testing.T, s picket.Store) {
		begin(t, s)
		end(t, s)
		update(t, s, func(tx picket.Tx) { must(t, save(tx, shared(aFinding(member, "c", at(4)), "r", administrator))) })
		view(t, s, func(tx picket.Tx) {
			same(t, "copy", seen(t, tx, administrator, "a"), []string{frozen})
			same(t, "own", seen(t, tx, member, "a"), []string{"second/0"})
			same(t, "administrator's", listed(t, tx, administrator), []string{"a"})
			same(t, "member's", listed(t, tx, member), []string{"c", "a", "b"})
		})
	},
	"a frozen copy is marked by its administrator alone": func(t *testing.T, s picket.Store) {
		begin(t, s)
		end(t, s)
		update(t, s, func(tx picket.Tx) {
			same(t, "marked", ok(tx.Findings().Mark(administrator, region, []string{"a"}, archive))(t), 1)
			same(t, "copy", ok(tx.Findings().Get(administrator, region, []string{"a"}))(t)[0].Admin, picket.Side{Archived: true})
			same(t, "own", ok(tx.Findings().Get(member, region, []string{"a"}))(t)[0].Admin, picket.Side{})
			same(t, "marked by owner", ok(tx.Findings().Mark(member, region, []string{"a"}, func(s *picket.Side) { *s = picket.Side{} }))(t), 1)
			same(t, "its owner's side", ok(tx.Findings().Get(administrator, region, []string{"a"}))(t)[0].Owner, evident(member, "a", 0).Owner)
		})
	},
	"a copy gives way when the relation begins again": func(t *testing.T, s picket.Store) {
		begin(t, s)
		end(t, s)
		rejoin(t, s)
	},
	"also where nothing happened in between": func(t *testing.T, s picket.Store) {
		begin(t, s)
		update(t, s, func(tx picket.Tx) { must(t, tx.Members().EndRelation("r", at(2))) })
		rejoin(t, s)
	},
	"the next administrator begins anew": func(t *testing.T, s picket.Store) {
		begin(t, s)
		end(t, s)
		update(t, s, func(tx picket.Tx) {
			must(t, tx.Members().StartRelation("s", other, region, member, at(4)))
			must(t, save(tx, shared(titled(aFinding(member, "a", at(1)), "third", at(5)), "s", other)))
		})
		view(t, s, func(tx picket.Tx) {
			same(t, "the first one's copy", seen(t, tx, administrator, "a"), []string{frozen})
			same(t, "the next one's", seen(t, tx, other, "a"), []string{"third/0"})
			same(t, "the first one's list", listed(t, tx, administrator), []string{"a"})
			same(t, "the next one's list", listed(t, tx, other), []string{"a"})
			same(t, "the member's list", listed(t, tx, member), []string{"a", "b"})
		})
	},
	"a member's purge leaves the copies": func(t *testing.T, s picket.Store) {
		begin(t, s)
		update(t, s, func(tx picket.Tx) {
			must(t, save(tx, aFinding(other, "d", at(1))))
			must(t, tx.Members().EndRelation("r", at(2)))
			must(t, tx.Findings().Purge(member, region))
			must(t, tx.Findings().Purge(member, region))
		})
		check := func() {
			t.Helper()
			view(t, s, func(tx picket.Tx) {
				same(t, "member's", listed(t, tx, member), []string{})
				same(t, "member's finding", seen(t, tx, member, "b"), []string{})
				same(t, "copy", seen(t, tx, administrator, "a"), []string{frozen})
				same(t, "administrator's", listed(t, tx, administrator), []string{"a"})
				same(t, "by account", listed(t, tx, administrator, picket.Condition{Attribute: "accountid", Equals: []string{member}}), []string{"a"})
				same(t, "another's", listed(t, tx, other), []string{"d"})
			})
		}
		check()
		for _, want := range []int{1, 1, 0} {
			update(t, s, func(tx picket.Tx) { same(t, "swept", ok(tx.Findings().Expire(at(0), 1))(t), want) })
			check()
		}
	},
	"a member begins anew after its purge": func(t *testing.T, s picket.Store) {
		begin(t, s)
		update(t, s, func(tx picket.Tx) {
			must(t, tx.Members().EndRelation("r", at(2)))
			must(t, tx.Findings().Purge(member, region))
			must(t, tx.Members().StartRelation("r2", administrator, region, member, at(4)))
			must(t, save(tx, shared(titled(evident(member, "a", at(1)), "third", at(5)), "r2", administrator)))
			must(t, save(tx, shared(titled(evident(member, "c", at(1)), "third", at(6)), "r2", administrator)))
		})
		for range 2 {
			view(t, s, func(tx picket.Tx) {
				same(t, "member's", listed(t, tx, member), []string{"c", "a"})
				same(t, "administrator's", listed(t, tx, administrator), []string{"c", "a"})
				same(t, "finding", seen(t, tx, administrator, "a"), []string{"third/0"})
			})
			update(t, s, func(tx picket.Tx) { ok(tx.Findings().Expire(at(0), 10))(t) })
		}
	},
	"an administrator's purge takes its copies alone": func(t *testing.T, s picket.Store) {
		begin(t, s)
		end(t, s)
		update(t, s, func(tx picket.Tx) {
			must(t, tx.Members().StartRelation("r2", administrator, region, member, at(4)))
			must(t, save(tx, shared(aFinding(member, "c", at(4)), "r2", administrator), aFinding(member, "d", at(5))))
			must(t, save(tx, aFinding(administrator, "e", at(4))))
			same(t, "administrator's", listed(t, tx, administrator), []string{"e", "c", "a"})
			must(t, tx.Members().EndRelation("r2", at(5)))
			must(t, tx.Findings().Purge(administrator, region))
		})
		for range 2 {
			view(t, s, func(tx picket.Tx) {
				same(t, "administrator's", listed(t, tx, administrator), []string{})
				same(t, "member's", listed(t, tx, member), []string{"d", "c", "a", "b"})
				same(t, "finding", seen(t, tx, member, "c"), []string{"first/0"})
			})
			update(t, s, func(tx picket.Tx) { ok(tx.Findings().Expire(at(0), 10))(t) })
		}
		update(t, s, func(tx picket.Tx) { must(t, save(tx, titled(aFinding(member, "c", at(4)), "second", at(6)))) })
		view(t, s, func(tx picket.Tx) { same(t, "administrator's", listed(t, tx, administrator), []string{}) })
	},
}

// rejoin begins a relation r2, under which finding a occurs again.
func rejoin(t *testing.T, s picket.Store) {
	t.Helper()
	f := shared(titled(aFinding(member, "a", at(1)), "third", at(5)), "r2", administrator)
	f.Admin = picket.Side{Feedback: guardduty.FeedbackUseful}
	update(t, s, func(tx picket.Tx) {
		must(t, tx.Members().StartRelation("r2", administrator, region, member, at(4)))
		must(t, save(tx, f))
	})
	view(t, s, func(tx picket.Tx) {
		same(t, "finding", seen(t, tx, administrator, "a"), []string{"third/0"})
		same(t, "administrator's", listed(t, tx, administrator), []string{"a"})
		same(t, "member's", listed(t, tx, member), []string{"a", "b"})
		same(t, "side", ok(tx.Findings().Get(administrator, region, []string{"a"}))(t)[0].Admin, f.Admin)
	})
}
