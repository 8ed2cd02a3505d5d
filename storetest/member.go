package storetest

import (
	"fmt"
	"testing"

	"picket"
)

// aMember has every field set.
func aMember(administrator, account string, status picket.MemberStatus) picket.Member {
	return picket.Member{
		Administrator: administrator, Region: region, Account: account, Email: account + "@example.com", Status: status,
		Mode: picket.Autonomous, DetectorID: "d-" + account, Relation: "r-" + account, CreatedAt: 1, UpdatedAt: 2,
		Invitation: picket.Invitation{
			ID: "i-" + account, SentAt: 3, Message: "hello\nworld", Deleted: true,
			Mail: picket.Mail{State: picket.MailFailed, At: 4, Detail: "no route"},
		},
		History: []picket.MemberChange{{At: 1, Status: picket.Created, By: "arn:aws:iam::111122223333:root", Reason: "added"}},
	}
}

var memberTests = map[string]func(t *testing.T, s picket.Store){
	"what is put is got, until it is deleted": func(t *testing.T, s picket.Store) {
		m := aMember(administrator, member, picket.Invited)
		bare := picket.Member{Administrator: administrator, Region: elsewhere, Account: member, Email: "m@example.com", Status: picket.Created}
		update(t, s, func(tx picket.Tx) {
			must(t, tx.Members().Put(aMember(administrator, member, picket.Created)))
			must(t, tx.Members().Put(m))
			must(t, tx.Members().Put(bare))
		})
		update(t, s, func(tx picket.Tx) {
			same(t, "member", ok(tx.Members().Get(administrator, region, member))(t), m)
			same(t, "in another region", ok(tx.Members().Get(administrator, elsewhere, member))(t), bare)
			_, err := tx.Members().Get(other, region, member)
			notFound(t, err)
			must(t, tx.Members().Delete(administrator, region, member))
			must(t, tx.Members().Delete(administrator, region, member))
			_, err = tx.Members().Get(administrator, region, member)
			notFound(t, err)
			same(t, "in another region", ok(tx.Members().Get(administrator, elsewhere, member))(t), bare)
		})
	},
	"every field is written over": func(t *testing.T, s picket.Store) {
		bare := picket.Member{Administrator: administrator, Region: region, Account: member}
		for _, m := range []picket.Member{aMember(administrator, member, picket.Enabled), bare} {
			update(t, s, func(tx picket.Tx) { must(t, tx.Members().Put(m)) })
			view(t, s, func(tx picket.Tx) {
				same(t, "member", ok(tx.Members().Get(administrator, region, member))(t), m)
			})
		}
	},
	"lists page by account": func(t *testing.T, s picket.Store) {
		statuses := []picket.MemberStatus{picket.Created, picket.Invited, picket.Enabled, picket.Disabled, picket.Removed, picket.Resigned}
		update(t, s, func(tx picket.Tx) {
			for i := range 12 {
				must(t, tx.Members().Put(aMember(administrator, fmt.Sprintf("%012d", 11-i), statuses[(11-i)%6])))
			}
			must(t, tx.Members().Put(aMember(other, "000000000002", picket.Enabled)))
		})
		view(t, s, func(tx picket.Tx) {
			f := func(q picket.MemberQuery, want ...string) {
				t.Helper()
				got := []string{}
				for _, m := range ok(tx.Members().List(administrator, region, q))(t) {
					got = append(got, m.Account[10:])
				}
				same(t, fmt.Sprintf("%+v", q), got, want)
			}
			f(picket.MemberQuery{Limit: 3}, "00", "01", "02")
			f(picket.MemberQuery{Limit: 3, After: "000000000002"}, "03", "04", "05")
			f(picket.MemberQuery{Limit: 3, Associated: true}, "02", "03", "08")
			f(picket.MemberQuery{Limit: 3, Sharing: true}, "01", "02", "03")
			f(picket.MemberQuery{Limit: 3, Sharing: true, After: "000000000003"}, "07", "08", "09")
			f(picket.MemberQuery{Limit: 3, Associated: true, After: "000000000008"}, "09")
			same(t, "of another region", len(ok(tx.Members().List(administrator, elsewhere, picket.MemberQuery{Limit: 3}))(t)), 0)
			two := picket.MemberCount{N: 2, Changed: 12}
			same(t, "count", ok(tx.Members().Count(administrator, region))(t), map[picket.MemberStatus]picket.MemberCount{
				picket.Created: two, picket.Invited: two, picket.Enabled: two, picket.Disabled: two, picket.Removed: two, picket.Resigned: two,
			})
			same(t, "count of none", ok(tx.Members().Count(member, region))(t), map[picket.MemberStatus]picket.MemberCount{})
		})
	},
	"counts follow what is written": func(t *testing.T, s picket.Store) {
		f := func(want map[picket.MemberStatus]picket.MemberCount, changes func(picket.Members)) {
			t.Helper()
			update(t, s, func(tx picket.Tx) { changes(tx.Members()) })
			view(t, s, func(tx picket.Tx) { same(t, "count", ok(tx.Members().Count(administrator, region))(t), want) })
		}
		put := func(account string, status picket.MemberStatus, updated, mail int64) func(picket.Members) {
			return func(m picket.Members) {
				p := aMember(administrator, account, status)
				p.UpdatedAt, p.Invitation.Mail.At = updated, mail
				must(t, m.Put(p))
			}
		}
		f(map[picket.MemberStatus]picket.MemberCount{picket.Created: {N: 1, Changed: 3}}, put(member, picket.Created, 1, 2))
		f(map[picket.MemberStatus]picket.MemberCount{picket.Created: {N: 2, Changed: 10}}, put(other, picket.Created, 3, 4))
		f(map[picket.MemberStatus]picket.MemberCount{picket.Created: {N: 2, Changed: 12}}, put(other, picket.Created, 5, 4))
		f(map[picket.MemberStatus]picket.MemberCount{picket.Created: {N: 1, Changed: 3}, picket.Invited: {N: 1, Changed: 13}}, put(other, picket.Invited, 6, 7))
		f(map[picket.MemberStatus]picket.MemberCount{picket.Invited: {N: 2, Changed: 17}}, put(member, picket.Invited, 4, 0))
		f(map[picket.MemberStatus]picket.MemberCount{picket.Invited: {N: 1, Changed: 13}}, func(m picket.Members) { must(t, m.Delete(administrator, region, member)) })
	},
	"inviters are listed by invitation": func(t *testing.T, s picket.Store) {
		update(t, s, func(tx picket.Tx) {
			for i, a := range []string{"000000000003", "000000000001", "000000000002", "000000000000"} {
				m := aMember(a, member, picket.Invited)
				m.Invitation.SentAt = int64(i / 2)
				must(t, tx.Members().Put(m))
			}
			must(t, tx.Members().Put(aMember(administrator, other, picket.Invited)))
		})
		view(t, s, func(tx picket.Tx) {
			var got []string
			for _, m := range ok(tx.Members().Inviters(member, region))(t) {
				same(t, "account", m.Account, member)
				got = append(got, m.Administrator[11:])
			}
			same(t, "inviters", got, []string{"1", "3", "0", "2"})
			same(t, "in another region", len(ok(tx.Members().Inviters(member, elsewhere))(t)), 0)
		})
	},
	"a relation ends once": func(t *testing.T, s picket.Store) {
		update(t, s, func(tx picket.Tx) {
			must(t, tx.Members().StartRelation("r", administrator, region, member, 1))
			must(t, tx.Members().EndRelation("r", 2))
			notFound(t, tx.Members().EndRelation("r", 3))
			notFound(t, tx.Members().EndRelation("s", 3))
		})
	},
}
