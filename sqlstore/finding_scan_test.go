package sqlstore

import (
	"cmp"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"picket"
	"picket/guardduty"
)

// packedTruth compares what is packed with what it is packed of.
func packedTruth(t *testing.T, s *Store, after string) {
	t.Helper()
	heads := func(query string) map[string]bool {
		all := map[string]bool{}
		if err := s.View(t.Context(), func(x picket.Tx) error {
			_, err := rows(x.(*tx), func(r scanner) (key int64, err error) {
				var body []byte
				err = r.Scan(&key, &body)
				if len(body) == 0 {
					t.Errorf("after %s: nothing is packed in %d", after, key)
				}
				for h := range slices.Chunk(body, headSize) {
					one := fmt.Sprintf("%d %x", key, h)
					if all[one] {
						t.Errorf("after %s: twice %s", after, one)
					}
					all[one] = true
				}
				return key, err
			}, query)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		return all
	}
	want := heads(`SELECT (owner * 2 << 32) + n / 512, picket_head(n, archived, feedback, kind, trait, owner, updated_at, place)
			FROM findings WHERE frozen_at = 0
		UNION ALL SELECT ((administrator * 2 + 1) << 32) + n / 512,
			picket_head(n, admin_archived, admin_feedback, kind, trait, owner, updated_at, place) FROM findings WHERE administrator > 0`)
	if diff := gocmp.Diff(want, heads("SELECT key, body FROM finding_heads")); diff != "" {
		t.Errorf("after %s: heads (-want +got):\n%s", after, diff)
	}
	if diff := gocmp.Diff(listsOf(t, s), packedLists(t, s)); diff != "" {
		t.Errorf("after %s: columns (-want +got):\n%s", after, diff)
	}
}

// listsOf are the lists of all findings that have attributes, by the columns' numbers and the findings'.
func listsOf(t *testing.T, s *Store) map[[2]int64]string {
	t.Helper()
	all := map[[2]int64]string{}
	if err := s.View(t.Context(), func(x picket.Tx) error {
		_, err := rows(x.(*tx), func(r scanner) (stored storedRow, err error) {
			stored, err = readAttrs(r)
			for attribute, number := range columned {
				if list := listOf(stored.attrs[attribute]); len(list) > maxListed {
					all[[2]int64{number, stored.n}] = "unlisted"
				} else if list != "" {
					all[[2]int64{number, stored.n}] = list
				}
			}
			return stored, err
		}, "SELECT n, json(attrs) FROM finding_attrs")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// packedLists are the lists in columns.
func packedLists(t *testing.T, s *Store) map[[2]int64]string {
	t.Helper()
	all := map[[2]int64]string{}
	if err := s.View(t.Context(), func(x picket.Tx) error {
		_, err := rows(x.(*tx), func(r scanner) (key int64, err error) {
			var body string
			if err := r.Scan(&key, &body); err != nil {
				return key, err
			}
			c := newColumn()
			if err := c.read(body); err != nil {
				return key, err
			}
			n := len(all)
			for slot, code := range c.codes {
				at := [2]int64{key >> 32, key&(1<<32-1)<<chunkBits + int64(slot)}
				if code == unlisted {
					all[at] = "unlisted"
				} else if code > 0 {
					all[at] = c.lists[code]
				}
			}
			if len(all) == n {
				t.Errorf("column %d is empty", key)
			}
			return key, nil
		}, "SELECT key, body FROM finding_columns")
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestPacked: what is packed is what findings are, after they are stored, changed, marked, shared, frozen, purged, swept and expired.
func TestPacked(t *testing.T) {
	s := open(t, t.TempDir())
	do := func(what string, f func(picket.Tx) error) {
		t.Helper()
		if err := s.Update(t.Context(), f); err != nil {
			t.Fatal(what, err)
		}
		packedTruth(t, s, what)
	}
	const member = "000000000001"
	all := hourly(member, 700)
	save := func(some []picket.StoredFinding) func(picket.Tx) error {
		return func(x picket.Tx) error { return x.Findings().Save(member, counterRegion, some) }
	}
	do("findings were stored", save(all[:600]))
	do("more were", save(all[500:]))
	do("a relation began", func(x picket.Tx) error { return x.Members().StartRelation("r", counter, counterRegion, member, 1) })
	for i := range all {
		all[i].Relation, all[i].Administrator = "r", counter
		all[i].Service.Action.AwsApiCallAction.Api = guardduty.Ptr(fmt.Sprint("Put", i%200, strings.Repeat("ö", 3*i)))
		all[i].Service.Action.AwsApiCallAction.CallerType = guardduty.Ptr("Remote IP")
		all[i].UpdatedAt, all[i].Severity = guardduty.Ptr("2026-02-07T01:02:03.456Z"), guardduty.Ptr(2.0)
	}
	do("some were shared", save(all[:650]))
	all[3].Service.Action.AwsApiCallAction.CallerType = nil
	all[4].Service.Action = nil
	do("values went", save(all[:50]))
	for _, viewer := range []string{member, counter} {
		do("some were marked", func(x picket.Tx) error {
			_, err := x.Findings().Mark(viewer, counterRegion, []string{"0-1", "0-2", "0-600"}, func(s *picket.Side) {
				s.Archived, s.Feedback = !s.Archived, guardduty.FeedbackUseful
			})
			return err
		})
	}
	do("feedback was given", func(x picket.Tx) error {
		_, err := x.Findings().Mark(counter, counterRegion, []string{"0-7"}, func(s *picket.Side) { s.Feedback = guardduty.FeedbackNotUseful })
		return err
	})
	do("the relation ended", func(x picket.Tx) error { return x.Members().EndRelation("r", 2) })
	do("some went on alone", save(all[40:60]))
	do("old ones expired", func(x picket.Tx) error {
		_, err := x.Findings().Expire(dayTwo+30*msPerDay, 30)
		return err
	})
	do("the account purged", func(x picket.Tx) error { return x.Findings().Purge(member, counterRegion) })
	do("some were stored anew", save(hourly(member, 20)))
	for range 9 {
		do("purged ones were swept", func(x picket.Tx) error {
			_, err := x.Findings().Expire(0, 100)
			return err
		})
	}
	do("the administrator purged", func(x picket.Tx) error { return x.Findings().Purge(counter, counterRegion) })
	do("all expired", func(x picket.Tx) error {
		_, err := x.Findings().Expire(dayTwo+900*msPerDay, 1000)
		return err
	})
	full := hourly(member, 1100)
	for i := range full {
		full[i].Service.Action.AwsApiCallAction.Api = guardduty.Ptr(fmt.Sprint("Get", i))
	}
	do("a chunk was full of different values", save(full))
	full[700].Service.Action.AwsApiCallAction.Api = guardduty.Ptr("Put")
	do("one of them changed", save(full[700:701]))
	do("all expired again", func(x picket.Tx) error {
		_, err := x.Findings().Expire(dayTwo+900*msPerDay, 2000)
		return err
	})
	if err := s.View(t.Context(), func(x picket.Tx) error {
		left, err := rows(x.(*tx), value[int64], "SELECT key FROM finding_heads UNION ALL SELECT key FROM finding_columns")
		if len(left) > 0 {
			t.Errorf("%d rows are left of no finding", len(left))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

// TestEveryFindingIsLookedAt: what columns have is asked of no row, and what they don't have only of the rows that may fit.
func TestEveryFindingIsLookedAt(t *testing.T) {
	s := open(t, t.TempDir())
	s.limits.drive, s.limits.count = 0, 0
	all := hourly(counter, 700)
	for i := range 300 {
		all[i].Service.Action.AwsApiCallAction.CallerType = guardduty.Ptr("Remote IP")
	}
	for i := range 20 {
		all[i*20].Service.Action.AwsApiCallAction.Api = guardduty.Ptr(strings.Repeat("x", 2000))
	}
	if err := s.Update(t.Context(), func(x picket.Tx) error { return x.Findings().Save(counter, counterRegion, all) }); err != nil {
		t.Fatal(err)
	}
	const api, lat = "service.action.awsapicallaction.api", "service.action.networkconnectionaction.remoteipdetails.geolocation.lat"
	f := func(total int, row string, criteria ...picket.Condition) {
		t.Helper()
		for i, by := range guardduty.GroupByType("").Values() {
			s.limits.chunks = 1 + i%2
			groups, asked := statistics(t, s, picket.StatisticsQuery{Criteria: criteria, GroupBy: by, Limit: 100})
			got := 0
			for _, g := range groups {
				got += g.Total
			}
			if got != total || !strings.Contains(asked, "FROM finding_heads") || strings.Contains(asked, "WHERE f.n IN") != (row != "") || !strings.Contains(asked, row) {
				t.Errorf("%v by %s: %d findings, want %d; asked\n%s", criteria, by, got, total, asked)
			}
		}
	}
	f(0, "", picket.Condition{Attribute: "service.count", GT: float(0)})
	f(700, "", picket.Condition{Attribute: "resource.instancedetails.instanceid", NotEquals: []string{"i-1"}})
	f(300, "", picket.Condition{Attribute: "service.action.awsapicallaction.callertype", Equals: []string{"Remote IP"}})
	f(234, "", picket.Condition{Attribute: "resource.instancedetails.instanceid", Matches: []string{"?-0"}}, high)
	f(4, "", picket.Condition{Attribute: "resource.instancedetails.instanceid", NotEquals: []string{"i-1"}},
		picket.Condition{Attribute: "updatedat", GTE: float(dayTwo), LTE: float(dayTwo + 3*3600*1000)})
	f(525, "x.path = ?", picket.Condition{Attribute: api, NotEquals: []string{"Get1"}})
	f(20, "v.value GLOB", picket.Condition{Attribute: api, Matches: []string{"*x"}})
	f(20, "v.value IN", picket.Condition{Attribute: api, Equals: []string{strings.Repeat("x", 2000)}})
	f(0, "finding_attrs", picket.Condition{Attribute: lat, GT: float(0)})
	f(24, "f.updated_at IN", picket.Condition{Attribute: "createdat", LT: float(dayTwo)},
		picket.Condition{Attribute: "updatedat", NotEquals: []string{fmt.Sprint(dayTwo + 5)}})
}

// TestHalves: what an administrator has of an account from before that purged its findings counts with what it has since, also where only
// the first groups are wanted.
func TestHalves(t *testing.T) {
	s := open(t, t.TempDir())
	s.limits.drive, s.limits.count = 0, 0
	ofMembers(t, s, 30, 40)
	const member = "000000000001"
	if err := s.Update(t.Context(), func(x picket.Tx) error {
		again := hourly(member, 50)[30:]
		for i := range again {
			again[i].Relation, again[i].Administrator = "r0", counter
		}
		return cmp.Or(x.Findings().Purge(member, counterRegion), x.Findings().Save(member, counterRegion, again))
	}); err != nil {
		t.Fatal(err)
	}
	for by, want := range map[guardduty.GroupByType]picket.FindingGroup{
		guardduty.GroupByTypeAccount:  {Key: member, Total: 50, LastGenerated: dayTwo + 25*3600*1000},
		guardduty.GroupByTypeResource: {Key: "i-0", Type: "Instance", Account: member, Total: 50, LastGenerated: dayTwo + 25*3600*1000},
	} {
		groups, _ := explained(t, s, picket.StatisticsQuery{
			Criteria: picket.Criteria{{Attribute: "createdat", GT: float(0)}}, GroupBy: by, Limit: 1,
		})
		if diff := gocmp.Diff([]picket.FindingGroup{want}, groups); diff != "" {
			t.Errorf("by %s (-want +got):\n%s", by, diff)
		}
	}
}

// TestLargestOfAll: where every finding is looked at only groups are counted that may be among the largest, and all where that isn't so.
func TestLargestOfAll(t *testing.T) {
	s := open(t, t.TempDir())
	count(t, s, 60, 900, 450, 70, 30)
	s.limits.drive, s.limits.count, s.limits.narrow, s.limits.chunks = 0, 0, 0, 1
	f := func(likely float64, limit, largest int, twice bool, criteria ...picket.Condition) {
		t.Helper()
		q := picket.StatisticsQuery{
			Criteria: append(criteria, picket.Condition{Attribute: "createdat", GT: float(0)}), GroupBy: guardduty.GroupByTypeResource, Limit: limit,
		}
		s.limits.likely, s.limits.largest = likely, largest
		got, asked := statistics(t, s, q)
		s.limits.largest = 0
		want, _ := statistics(t, s, q)
		if diff := gocmp.Diff(want, got); diff != "" || len(got) == 0 {
			t.Errorf("%d groups of %v (-want +got):\n%s", limit, criteria, diff)
		}
		if n := strings.Count(asked, "FROM finding_heads"); (n > 4) != twice {
			t.Errorf("%d groups of %v: %d looks at heads; twice was to be: %v", limit, criteria, n, twice)
		}
	}
	f(0.9, 2, 4, false)
	f(0.9, 2, 4, false, high)
	f(0.9, 2, 1, false)      // all, as those that are large enough would be too many
	f(1.5, 2, 4, true)       // none is so large
	f(1.1, 5, 4, true, high) // others may have as many as the smallest
	f(0.9, 9, 4, false)      // there are five
}

// TestBrokenPacking: what can't be read in packed rows is an error that says so.
func TestBrokenPacking(t *testing.T) {
	one := hourly(counter, 1)
	for _, change := range []string{
		"finding_heads SET body = x'00'", "finding_columns SET body = x'00'",
		"finding_heads SET body = zeroblob(2) || x'07' || zeroblob(29)", "finding_heads SET body = zeroblob(3) || x'07' || zeroblob(28)",
		"finding_columns SET body = zeroblob(1024) || x'05'", "finding_columns SET body = zeroblob(1022) || x'0009'",
	} {
		s := open(t, t.TempDir())
		s.limits.drive, s.limits.count = 0, 0
		if err := s.Update(t.Context(), func(x picket.Tx) error {
			_, err := x.(*tx).exec("UPDATE " + change)
			return cmp.Or(x.Findings().Save(counter, counterRegion, one), err)
		}); err != nil {
			t.Fatal(err)
		}
		err := s.Update(t.Context(), func(x picket.Tx) error {
			if _, err := x.(*tx).exec("UPDATE " + change); err != nil {
				return err
			}
			_, err := x.Findings().Statistics(counter, counterRegion, picket.StatisticsQuery{
				Criteria: picket.Criteria{{Attribute: "createdat", GT: float(0)}}, GroupBy: guardduty.GroupByTypeDate, Limit: 1,
			})
			return err
		})
		if !errors.Is(err, picket.ErrUnreadable) {
			t.Errorf("%s: %v, want that it is unreadable", change, err)
		}
	}
}

// TestTallies compares what is counted with what a map counts.
func TestTallies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var bodies []byte
		var found []glimpse
		want := map[[2]int64]tally{}
		many := rapid.SampledFrom([]int{1, 10, 5000}).Draw(t, "groups")
		for n := range int64(rapid.SampledFrom([]int{0, 50, 20_000}).Draw(t, "findings")) {
			owner, place := int64(0), n*n%int64(many)+1
			h, err := newHead([]driver.Value{n, int64(0), "", int64(1), int64(2), owner, n * 3, place})
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, glimpse{n: n, at: int32(len(bodies))})
			bodies = append(bodies, h...)
			one := want[[2]int64{owner, place}]
			want[[2]int64{owner, place}] = tally{of: uint32(owner), in: place, total: one.total + 1, last: n * 3, n: cmp.Or(one.n, n)}
		}
		all := tallies{by: guardduty.GroupByTypeResource, most: rapid.SampledFrom([]int{1, 5000, 100_000}).Draw(t, "most")}
		for some := range slices.Chunk(found, 1000) {
			all.add(some, bodies)
		}
		all.count()
		got := map[[2]int64]tally{}
		for one := range all.each {
			got[[2]int64{int64(one.of), one.in}] = one
		}
		if diff := gocmp.Diff(want, got, gocmp.AllowUnexported(tally{})); diff != "" {
			t.Fatalf("-want +got:\n%s", diff)
		}
		q := picket.StatisticsQuery{Limit: rapid.IntRange(1, 30).Draw(t, "limit"), Ascending: rapid.Bool().Draw(t, "ascending")}
		var totals []int
		for _, one := range want {
			totals = append(totals, one.total)
		}
		slices.Sort(totals)
		if !q.Ascending {
			slices.Reverse(totals)
		}
		cut := totals[:min(len(totals), q.Limit)]
		tied := len(cut)
		for tied > 0 && tied < len(totals) && totals[tied] == cut[len(cut)-1] {
			tied++
		}
		for ties, want := range map[bool][]int{false: cut, true: totals[:tied]} {
			first := []int{}
			for _, one := range all.first(q, ties) {
				first = append(first, one.total)
			}
			slices.SortFunc(first, func(a, b int) int {
				if q.Ascending {
					return a - b
				}
				return b - a
			})
			if !slices.Equal(first, want) {
				t.Fatalf("first %d, ascending %v, ties %v: %v, want %v", q.Limit, q.Ascending, ties, first, want)
			}
		}
	})
}
