package storetest

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"picket"
	"picket/guardduty"
)

// seen returns what a viewer sees of findings with an id, as "title/frozen".
func seen(t *testing.T, tx picket.Tx, viewer, id string) []string {
	t.Helper()
	all := []string{}
	for _, f := range ok(tx.Findings().Get(viewer, region, []string{id}))(t) {
		all = append(all, fmt.Sprintf("%s/%d", *f.Title, f.FrozenAt))
	}
	return all
}

// listed returns the ids that a viewer's list has, the latest first.
func listed(t *testing.T, tx picket.Tx, viewer string, c ...picket.Condition) []string {
	t.Helper()
	all := []string{}
	q := picket.FindingQuery{Criteria: c, Descending: true, Limit: 3}
	for {
		page := ok(tx.Findings().List(viewer, region, q))(t)
		all = append(all, page.IDs...)
		if q.After = page.Next; q.After == "" {
			return all
		}
	}
}

// asStored is a finding as a store returns it: what it holds has been JSON.
func asStored(t *testing.T, f picket.StoredFinding) picket.StoredFinding {
	t.Helper()
	b, err := json.Marshal(f.Finding)
	must(t, err)
	f.Finding = picket.Finding{}
	must(t, json.Unmarshal(b, &f.Finding))
	return f
}

var findingTests = map[string]func(t *testing.T, s picket.Store){
	"what is saved is got, whole": func(t *testing.T, s picket.Store) {
		f := evident(member, "a", at(1))
		update(t, s, func(tx picket.Tx) { must(t, save(tx, aFinding(member, "a", at(0)))) })
		update(t, s, func(tx picket.Tx) { must(t, save(tx, f, aFinding(member, "b", at(2)))) })
		view(t, s, func(tx picket.Tx) {
			want := []picket.StoredFinding{asStored(t, f)}
			same(t, "by id", ok(tx.Findings().Get(member, region, []string{"a", "x"}))(t), want)
			same(t, "by key", ok(tx.Findings().ByKey(member, region, []picket.FindingKey{
				{Type: *f.Type, Key: f.Key}, {Type: "Recon:EC2/PortProbe", Key: f.Key}, {Type: *f.Type, Key: "other"},
			}))(t), want)
			same(t, "list", listed(t, tx, member), []string{"b", "a"})
		})
	},
	"nobody else sees it": func(t *testing.T, s picket.Store) {
		update(t, s, func(tx picket.Tx) { must(t, save(tx, aFinding(member, "a", at(1)))) })
		update(t, s, func(tx picket.Tx) {
			for _, viewer := range []string{other, administrator, ""} {
				same(t, "list", len(listed(t, tx, viewer)), 0)
				same(t, "found", len(seen(t, tx, viewer, "a")), 0)
				same(t, "marked", ok(tx.Findings().Mark(viewer, region, []string{"a"}, archive))(t), 0)
				same(t, "groups", len(ok(tx.Findings().Statistics(viewer, region, picket.StatisticsQuery{Limit: 9}))(t)), 0)
			}
			same(t, "in another region", len(ok(tx.Findings().Get(member, elsewhere, []string{"a"}))(t)), 0)
			same(t, "by key", len(ok(tx.Findings().ByKey(other, region, []picket.FindingKey{{Type: "Recon:EC2/Portscan", Key: "key of a"}}))(t)), 0)
		})
	},
	"two accounts may have one id": func(t *testing.T, s picket.Store) {
		update(t, s, func(tx picket.Tx) {
			must(t, save(tx, aFinding(member, "a", at(1))))
			must(t, save(tx, titled(aFinding(other, "a", at(1)), "others", at(1))))
			same(t, "member", seen(t, tx, member, "a"), []string{"first/0"})
			same(t, "other", seen(t, tx, other, "a"), []string{"others/0"})
		})
	},
	"what isn't the account's is refused": func(t *testing.T, s picket.Store) {
		incomplete := aFinding(member, "a", at(1))
		incomplete.UpdatedAt = nil
		abroad := aFinding(member, "a", at(1))
		abroad.Region = ptr(elsewhere)
		for name, f := range map[string]picket.StoredFinding{
			"another account's":      aFinding(other, "a", at(1)),
			"another region's":       abroad,
			"an incomplete one":      incomplete,
			"an unknown relation":    shared(aFinding(member, "a", at(1)), "none", administrator),
			"another's relation":     shared(aFinding(member, "a", at(1)), "others", administrator),
			"another administrator":  shared(aFinding(member, "a", at(1)), "mine", other),
			"another region's stamp": shared(aFinding(member, "a", at(1)), "elsewhere", administrator),
		} {
			err := s.Update(t.Context(), func(tx picket.Tx) error {
				must(t, tx.Members().StartRelation("others", administrator, region, other, 1))
				must(t, tx.Members().StartRelation("mine", administrator, region, member, 1))
				must(t, tx.Members().StartRelation("elsewhere", administrator, elsewhere, member, 1))
				return tx.Findings().Save(member, region, []picket.StoredFinding{f})
			})
			if err == nil {
				t.Errorf("%s was saved", name)
			}
		}
	},
	"each side has its own state": func(t *testing.T, s picket.Store) {
		update(t, s, func(tx picket.Tx) {
			must(t, tx.Members().StartRelation("r", administrator, region, member, 1))
			must(t, save(tx, shared(aFinding(member, "a", at(1)), "r", administrator), aFinding(member, "b", at(1))))
		})
		update(t, s, func(tx picket.Tx) {
			same(t, "marked by owner", ok(tx.Findings().Mark(member, region, []string{"a", "b", "x"}, archive))(t), 2)
			same(t, "marked by administrator", ok(tx.Findings().Mark(administrator, region, []string{"a", "b"}, func(s *picket.Side) {
				*s = picket.Side{Feedback: guardduty.FeedbackNotUseful, Comments: "noise"}
			}))(t), 1)
		})
		view(t, s, func(tx picket.Tx) {
			f := ok(tx.Findings().Get(administrator, region, []string{"a", "b"}))(t)
			same(t, "seen", len(f), 1)
			same(t, "owner's side", f[0].Owner, picket.Side{Archived: true})
			same(t, "administrator's side", f[0].Admin, picket.Side{Feedback: guardduty.FeedbackNotUseful, Comments: "noise"})
			isArchived := picket.Condition{Attribute: "service.archived", Equals: []string{"true"}}
			same(t, "archived by owner", listed(t, tx, member, isArchived), []string{"b", "a"})
			same(t, "archived by administrator", listed(t, tx, administrator, isArchived), []string{})
			same(t, "judged by administrator", listed(t, tx, administrator, picket.Condition{
				Attribute: "service.userfeedback", Equals: []string{"NOT_USEFUL"},
			}), []string{"a"})
		})
	},
	"hostile values are values like others": func(t *testing.T, s picket.Store) {
		long := strings.Repeat("long\x00", 2000)
		f := evident(member, "a", at(1))
		f.Resource.ResourceType, f.Resource.InstanceDetails.InstanceId, f.Key = ptr("Instance"), ptr(long), long
		f.Resource.AccessKeyDetails = &guardduty.AccessKeyDetails{UserName: ptr("' OR 1=1 -- \xff"), PrincipalId: ptr("a?b*c%[d]$1")}
		update(t, s, func(tx picket.Tx) { must(t, save(tx, f)) })
		view(t, s, func(tx picket.Tx) {
			same(t, "by key", len(ok(tx.Findings().ByKey(member, region, []picket.FindingKey{{Type: *f.Type, Key: long}}))(t)), 1)
			for attribute, value := range map[string]string{
				"resource.instancedetails.instanceid":   strings.ReplaceAll(long, "\x00", "\ufffd"),
				"resource.accesskeydetails.username":    "' OR 1=1 -- \ufffd",
				"resource.accesskeydetails.principalid": "a?b*c%[d]$1",
				`no"such'attribute`:                     "x",
			} {
				want := []string{"a"}
				if attribute[:2] == "no" {
					want = []string{}
				}
				same(t, attribute, listed(t, tx, member, picket.Condition{Attribute: attribute, Equals: []string{value}}), want)
			}
			same(t, "groups", len(ok(tx.Findings().Statistics(member, region, picket.StatisticsQuery{GroupBy: guardduty.GroupByTypeResource, Limit: 9}))(t)), 1)
			_, err := tx.Findings().List(member, region, picket.FindingQuery{After: "no place", Limit: 9})
			if err == nil {
				t.Error("a place that is none was taken")
			}
		})
	},
	"the largest groups come first": func(t *testing.T, s picket.Store) {
		update(t, s, func(tx picket.Tx) {
			for i, instances := range []string{"i-1", "i-2", "i-2", "i-3", "i-3", "i-3", ""} {
				f := evident(member, fmt.Sprint(i), at(i))
				f.Resource.InstanceDetails.InstanceId = ptr(instances)
				must(t, save(tx, f))
			}
		})
		view(t, s, func(tx picket.Tx) {
			f := func(ascending bool, want ...picket.FindingGroup) {
				t.Helper()
				same(t, "groups", ok(tx.Findings().Statistics(member, region, picket.StatisticsQuery{
					GroupBy: guardduty.GroupByTypeResource, Ascending: ascending, Limit: 2,
				}))(t), want)
			}
			group := func(id string, total, last int) picket.FindingGroup {
				return picket.FindingGroup{Key: id, Type: "Instance", Account: member, Total: total, LastGenerated: at(last)}
			}
			f(false, group("i-3", 3, 5), group("i-2", 2, 2))
			f(true, group("i-1", 1, 0), group("i-2", 2, 2))
		})
	},
	"pages hold while findings come": func(t *testing.T, s picket.Store) {
		update(t, s, func(tx picket.Tx) {
			for i := range 9 {
				must(t, save(tx, aFinding(member, fmt.Sprint(i), at(i))))
			}
		})
		var got []string
		q := picket.FindingQuery{Descending: true, Limit: 2}
		for round := 0; ; round++ {
			view(t, s, func(tx picket.Tx) {
				page := ok(tx.Findings().List(member, region, q))(t)
				got = append(got, page.IDs...)
				q.After = page.Next
			})
			if q.After == "" {
				break
			}
			update(t, s, func(tx picket.Tx) { must(t, save(tx, aFinding(member, "new "+fmt.Sprint(round), at(20+round)))) })
		}
		same(t, "ids", got, []string{"8", "7", "6", "5", "4", "3", "2", "1", "0"})
	},
	"what is old expires, with its copies": func(t *testing.T, s picket.Store) {
		update(t, s, func(tx picket.Tx) {
			must(t, tx.Members().StartRelation("r", administrator, region, member, 1))
			must(t, save(tx, shared(evident(member, "a", at(1)), "r", administrator), aFinding(member, "b", at(2)), aFinding(member, "c", at(3))))
			must(t, save(tx, evident(other, "d", at(1)), evident(other, "e", at(4))))
			must(t, tx.Members().EndRelation("r", at(2)))
			must(t, save(tx, titled(aFinding(member, "a", at(1)), "later", at(5))))
		})
		for _, want := range []int{2, 1, 0} {
			update(t, s, func(tx picket.Tx) { same(t, "expired", ok(tx.Findings().Expire(at(3), 2))(t), want) })
		}
		view(t, s, func(tx picket.Tx) {
			same(t, "member", listed(t, tx, member), []string{"a", "c"})
			same(t, "administrator", listed(t, tx, administrator), []string{})
			same(t, "other", listed(t, tx, other), []string{"e"})
			same(t, "by instance", listed(t, tx, other, picket.Condition{Attribute: "resource.instancedetails.instanceid", Equals: []string{"i-1"}}), []string{"e"})
		})
	},
}

func archive(s *picket.Side) { s.Archived = true }
