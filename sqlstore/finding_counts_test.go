package sqlstore

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/guardduty"
	"picket/storetest"
)

const (
	counter       = "111122223333"
	counterRegion = "us-east-1"
)

// count stores findings of instances, so many of each, hourly since a day began; every third is high.
func count(t *testing.T, s *Store, sizes ...int) {
	t.Helper()
	all := hourly(counter, sizes...)
	if err := s.Update(t.Context(), func(tx picket.Tx) error { return tx.Findings().Save(counter, counterRegion, all) }); err != nil {
		t.Fatal(err)
	}
}

// ofMembers stores findings of members, of each so many.
func ofMembers(t *testing.T, s *Store, sizes ...int) {
	t.Helper()
	if err := s.Update(t.Context(), func(tx picket.Tx) error {
		for i, size := range sizes {
			member, relation := fmt.Sprintf("%012d", i+1), fmt.Sprint("r", i)
			if err := tx.Members().StartRelation(relation, counter, counterRegion, member, 1); err != nil {
				return err
			}
			all := hourly(member, size)
			for i := range all {
				all[i].Relation, all[i].Administrator = relation, counter
			}
			if err := tx.Findings().Save(member, counterRegion, all); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

// hourly are such findings of an account.
func hourly(account string, sizes ...int) (all []picket.StoredFinding) {
	for instance, size := range sizes {
		for n := range size {
			at := time.Date(2026, 1, 5, n, 0, 0, 0, time.UTC).Format("2006-01-02T15:04:05.000Z")
			f := picket.StoredFinding{Finding: picket.Finding{Key: fmt.Sprint(instance, n), Finding: guardduty.Finding{
				AccountId: &account, Id: guardduty.Ptr(fmt.Sprintf("%d-%d", instance, n)), Region: guardduty.Ptr(counterRegion),
				Type: guardduty.Ptr("Recon:EC2/Portscan"), Severity: guardduty.Ptr(5.0), CreatedAt: &at, UpdatedAt: &at,
				Service: &guardduty.Service{Action: &guardduty.Action{AwsApiCallAction: &guardduty.AwsApiCallAction{
					Api:             guardduty.Ptr(fmt.Sprint("Get", n%4)),
					RemoteIpDetails: &guardduty.RemoteIpDetails{Country: &guardduty.Country{CountryName: guardduty.Ptr([]string{"Chad", "Mali"}[n%2])}},
				}}},
				Resource: &guardduty.Resource{
					ResourceType:    guardduty.Ptr("Instance"),
					InstanceDetails: &guardduty.InstanceDetails{InstanceId: guardduty.Ptr(fmt.Sprint("i-", instance))},
				},
			}}}
			if n%3 == 0 {
				f.Severity = guardduty.Ptr(8.0)
			}
			all = append(all, f)
		}
	}
	return all
}

// explained returns groups, and the statements that asked for them.
func explained(t *testing.T, s *Store, q picket.StatisticsQuery) (groups []picket.FindingGroup, seen []Statement) {
	t.Helper()
	seen, err := s.Explain(t.Context(), func(tx picket.Tx) (err error) {
		groups, err = tx.Findings().Statistics(counter, counterRegion, q)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return groups, seen
}

// statistics returns groups, and how those of its own findings were asked for.
func statistics(t *testing.T, s *Store, q picket.StatisticsQuery) (groups []picket.FindingGroup, asked string) {
	t.Helper()
	groups, seen := explained(t, s, q)
	for _, statement := range seen {
		if !strings.Contains(statement.SQL, "admin_") {
			asked += statement.SQL + "\n"
		}
	}
	return groups, asked
}

func float(v int64) *float64 { return guardduty.Ptr(float64(v)) }

var (
	high    = picket.Condition{Attribute: "severity", GTE: float(7)}
	ofType  = picket.Condition{Attribute: "type", Equals: []string{"Recon:EC2/Portscan"}, NotMatches: []string{"Impact*"}}
	dayTwo  = time.Date(2026, 1, 6, 0, 0, 0, 0, time.UTC).UnixMilli()
	twoDays = picket.Condition{Attribute: "updatedat", GTE: float(dayTwo), LT: float(dayTwo + 2*msPerDay)}
	morning = picket.Condition{Attribute: "updatedat", GTE: float(dayTwo + 3*3600*1000), LTE: float(dayTwo + 10*3600*1000)}
	chad    = picket.Condition{Attribute: "service.action.awsapicallaction.remoteipdetails.country.countryname", Equals: []string{"Chad"}}
	from11  = picket.Condition{Attribute: "updatedat", GTE: float(dayTwo - 13*3600*1000)}
)

// TestCountsAreAsked: what counts answer is not counted in rows.
func TestCountsAreAsked(t *testing.T) {
	s := open(t, t.TempDir())
	s.limits.drive, s.limits.count = 0, 0
	count(t, s, 80)
	f := func(rows bool, by guardduty.GroupByType, total int, criteria ...picket.Condition) {
		t.Helper()
		groups, asked := statistics(t, s, picket.StatisticsQuery{Criteria: criteria, GroupBy: by, Limit: 100})
		got := 0
		for _, g := range groups {
			got += g.Total
		}
		if got != total || strings.Contains(asked, "count(*) AS c") != rows {
			t.Errorf("%s, %v: %d findings, want %d; rows are to be counted: %v; asked\n%s", by, criteria, got, total, rows, asked)
		}
	}
	for _, by := range []guardduty.GroupByType{guardduty.GroupByTypeAccount, guardduty.GroupByTypeDate, guardduty.GroupByTypeFindingType, guardduty.GroupByTypeSeverity} {
		f(false, by, 80)
		f(false, by, 27, high)
		f(false, by, 80, ofType)
		f(false, by, 48, twoDays)
		f(false, by, 16, twoDays, high, ofType)
		f(false, by, 40, chad)
		f(true, by, 69, from11) // of the first day
		f(true, by, 8, morning)
	}
	f(false, guardduty.GroupByTypeSeverity, 14, chad, high)
	f(false, guardduty.GroupByTypeDate, 24, chad, twoDays)
	f(true, guardduty.GroupByTypeDate, 14, chad, high)
	f(true, guardduty.GroupByTypeSeverity, 24, chad, twoDays)
	f(false, guardduty.GroupByTypeResource, 80)
	f(true, guardduty.GroupByTypeResource, 27, high)
}

// TestLargestGroups: only groups that may be among the largest are counted, and all where that isn't so.
func TestLargestGroups(t *testing.T) {
	s := open(t, t.TempDir())
	count(t, s, 6, 90, 45, 7, 3)
	f := func(likely float64, limit int, all bool, criteria ...picket.Condition) {
		t.Helper()
		q := picket.StatisticsQuery{Criteria: criteria, GroupBy: guardduty.GroupByTypeResource, Limit: limit}
		s.limits.drive, s.limits.count, s.limits.narrow, s.limits.likely = 0, 0, 0, likely
		got, asked := statistics(t, s, q)
		s.limits.largest = 0
		want, _ := statistics(t, s, q)
		s.limits.largest = 4
		if diff := cmp.Diff(want, got); diff != "" || len(got) == 0 {
			t.Errorf("%d groups of %v (-want +got):\n%s", limit, criteria, diff)
		}
		if !strings.Contains(asked, "(SELECT count(*) FROM findings") || strings.Contains(asked, "FROM finding_heads") != all {
			t.Errorf("%d groups of %v: all were to be counted: %v; asked\n%s", limit, criteria, all, asked)
		}
	}
	s.limits.largest = 4
	f(0.9, 2, false, chad)          // 45 and 23
	f(0.9, 2, false, high)          // 30 and 15; others have 13 in all at most
	f(0.9, 1, false, twoDays)       // 48
	f(1.05, 2, true, high, twoDays) // 16 and 7; one that has 7 in all may have as many
	f(2, 2, true, high)             // others may have 30
	f(0.9, 3, true, twoDays)        // there are two
	least := picket.StatisticsQuery{Criteria: picket.Criteria{high}, GroupBy: guardduty.GroupByTypeResource, Limit: 2, Ascending: true}
	if got, asked := statistics(t, s, least); len(got) != 2 || got[0].Total != 1 || got[1].Total != 2 {
		t.Errorf("the least have %v, want 1 and 2; asked\n%s", got, asked)
	}
}

// TestLargestAccounts: of few findings of an administrator's accounts those are counted that are of an account which may be among the
// largest, and all where that isn't so.
func TestLargestAccounts(t *testing.T) {
	s := open(t, t.TempDir())
	ofMembers(t, s, 6, 90, 45, 7, 3)
	s.limits.drive, s.limits.count, s.limits.largest = 0, 0, 4
	f := func(likely float64, some, all bool, criteria ...picket.Condition) {
		t.Helper()
		q := picket.StatisticsQuery{Criteria: criteria, GroupBy: guardduty.GroupByTypeAccount, Limit: 2}
		s.limits.likely = likely
		groups := func(narrow int) (groups []picket.FindingGroup, asked string) {
			s.limits.narrow = narrow
			groups, seen := explained(t, s, q)
			for _, statement := range seen {
				asked += statement.SQL + "\n"
			}
			return groups, asked
		}
		want, _ := groups(1000)
		got, asked := groups(0)
		if diff := cmp.Diff(want, got); diff != "" || len(got) != 2 {
			t.Errorf("%v (-want +got):\n%s", criteria, diff)
		}
		if strings.Contains(asked, "f.owner IN (SELECT k.k0") != some || strings.Contains(asked, "FROM finding_heads") != all {
			t.Errorf("%v: some were to be counted: %v, and all %v; asked\n%s", criteria, some, all, asked)
		}
	}
	f(0.9, true, false, high)     // 30 and 15, of 51
	f(0.9, false, false, twoDays) // 48 and 21, of 69: not less than half of what both accounts have
	f(2, true, true, high)        // others may have 30
}

// TestManyTraits: what is asked of a country is answered also where findings have thousands of traits, more than a database takes
// as parameters.
func TestManyTraits(t *testing.T) {
	const countries = 1500
	f := func(s *Store) {
		t.Helper()
		s.limits.drive, s.limits.count = 0, 0
		at := "2026-01-05T00:00:00.000Z"
		var all []picket.StoredFinding
		for n := range countries {
			all = append(all, picket.StoredFinding{Finding: picket.Finding{Key: fmt.Sprint(n), Finding: guardduty.Finding{
				AccountId: guardduty.Ptr(counter), Id: guardduty.Ptr(fmt.Sprint(n)), Region: guardduty.Ptr(counterRegion),
				Type: guardduty.Ptr("Recon:EC2/Portscan"), Severity: guardduty.Ptr(float64(n%9) + 1), CreatedAt: &at, UpdatedAt: &at,
				Service: &guardduty.Service{Action: &guardduty.Action{AwsApiCallAction: &guardduty.AwsApiCallAction{
					Api:             guardduty.Ptr(fmt.Sprint("Get", n%4)),
					RemoteIpDetails: &guardduty.RemoteIpDetails{Country: &guardduty.Country{CountryName: guardduty.Ptr(fmt.Sprint("Country ", n))}},
				}}},
			}}})
		}
		if err := s.Update(t.Context(), func(tx picket.Tx) error { return tx.Findings().Save(counter, counterRegion, all) }); err != nil {
			t.Fatal(err)
		}
		elsewhere := picket.Condition{Attribute: chad.Attribute, NotEquals: []string{"Country 7"}}
		early := picket.Condition{Attribute: "updatedat", LT: float(dayTwo)}
		for _, c := range []picket.Criteria{{elsewhere}, {elsewhere, high}, {elsewhere, early}} {
			for _, by := range []guardduty.GroupByType{
				guardduty.GroupByTypeAccount, guardduty.GroupByTypeDate, guardduty.GroupByTypeFindingType, guardduty.GroupByTypeResource, guardduty.GroupByTypeSeverity,
			} {
				if err := s.View(t.Context(), func(tx picket.Tx) error {
					_, err := tx.Findings().Statistics(counter, counterRegion, picket.StatisticsQuery{Criteria: c, GroupBy: by, Limit: 100})
					return err
				}); err != nil {
					t.Errorf("%s: statistics by %s of %v: %v", s.dialect.name, by, c, err)
				}
			}
			for _, order := range []string{"updatedat", "severity", "createdat"} {
				if err := s.View(t.Context(), func(tx picket.Tx) error {
					page, err := tx.Findings().List(counter, counterRegion, picket.FindingQuery{Criteria: c, Sort: order, Limit: 50})
					if len(page.IDs) != 50 {
						t.Errorf("%s: %d findings of %v by %s", s.dialect.name, len(page.IDs), c, order)
					}
					return err
				}); err != nil {
					t.Errorf("%s: list of %v by %s: %v", s.dialect.name, c, order, err)
				}
			}
		}
		groups, _ := statistics(t, s, picket.StatisticsQuery{Criteria: picket.Criteria{elsewhere}, GroupBy: guardduty.GroupByTypeFindingType, Limit: 100})
		if len(groups) != 1 || groups[0].Total != countries-1 {
			t.Errorf("%s: groups %v, want one of %d", s.dialect.name, groups, countries-1)
		}
	}
	f(open(t, t.TempDir()))
	f(open(t, storetest.Postgres(t)))
}

// TestTraitsAreAsked: no finding's attributes are read for what its trait decides, and the index that has the fewest others is
// asked.
func TestTraitsAreAsked(t *testing.T) {
	f := func(index string, drive, total int, criteria ...picket.Condition) {
		t.Helper()
		s := open(t, t.TempDir())
		s.limits.drive, s.limits.count = drive, drive
		count(t, s, 80, 20)
		groups, asked := statistics(t, s, picket.StatisticsQuery{Criteria: append(criteria, chad), GroupBy: guardduty.GroupByTypeResource, Limit: 100})
		got := 0
		for _, g := range groups {
			got += g.Total
		}
		if got != total || strings.Contains(asked, "finding_attrs") || !strings.Contains(asked, "AS m, min(f.n) AS n FROM findings f INDEXED BY own_"+index) {
			t.Errorf("%v: %d findings, want %d; index %s is to be asked; asked\n%s", criteria, got, total, index, asked)
		}
	}
	f("trait", 0, 50)
	f("trait", 0, 18, high)
	f("updated", 0, 24, twoDays)
	f("trait", 100, 24, twoDays)
}

// TestFewestAreAsked: of two values the one that fewer findings have finds them; if many have both, all are looked at.
func TestFewestAreAsked(t *testing.T) {
	s := open(t, t.TempDir())
	count(t, s, 80, 20)
	const api, instance = "service.action.awsapicallaction.api", "resource.instancedetails.instanceid"
	var (
		get0     = picket.Condition{Attribute: api, Equals: []string{"Get0"}} // 25
		small    = picket.Condition{Attribute: instance, Equals: []string{"i-1", "i-2"}}
		large    = picket.Condition{Attribute: instance, Equals: []string{"i-0", "i-2"}}
		byValue  = "f.n IN (SELECT x.n FROM finding_values x WHERE x.path = ? AND x.value IN (?))"
		byValues = strings.Replace(byValue, "(?)", "(?,?)", 1)
		byAll    = "FROM finding_heads"
	)
	f := func(drive, total int, by string, criteria ...picket.Condition) {
		t.Helper()
		s.limits.drive, s.limits.count = drive, drive
		groups, asked := statistics(t, s, picket.StatisticsQuery{Criteria: criteria, GroupBy: guardduty.GroupByTypeAccount, Limit: 100})
		if len(groups) != 1 || groups[0].Total != total || !strings.Contains(asked, by) || strings.Contains(asked, byAll) != (by == byAll) {
			t.Errorf("%v: %v, want %d, found by %q; asked\n%s", criteria, groups, total, by, asked)
		}
	}
	f(25, 5, byValues, get0, small)
	f(25, 5, byValues, small, get0)
	f(25, 20, byValue, get0, large)
	f(25, 20, byValue, large, get0)
	f(24, 20, byAll, get0, large)
	f(79, 80, byAll, large)
	f(80, 80, byValues, large)
	f(0, 27, byAll, large, high)
	f(0, 7, byAll, small, high)
}

// TestFewestOfAccounts: what an administrator asks of members is found by a value that few findings have, or by the accounts where these
// are fewer; if neither is few, all are looked at.
func TestFewestOfAccounts(t *testing.T) {
	s := open(t, t.TempDir())
	ofMembers(t, s, 20, 100)
	get1 := picket.Condition{Attribute: "service.action.awsapicallaction.api", Equals: []string{"Get1"}} // 30
	f := func(account string, total int, byValue, byAll bool) {
		t.Helper()
		c := picket.Criteria{get1, {Attribute: "accountid", Equals: []string{account}}}
		for _, by := range guardduty.GroupByType("").Values() {
			groups, seen := explained(t, s, picket.StatisticsQuery{Criteria: c, GroupBy: by, Limit: 100})
			got, asked := 0, ""
			for _, g := range groups {
				got += g.Total
			}
			for _, statement := range seen {
				asked += statement.SQL + "\n"
			}
			if got != total || strings.Contains(asked, "f.n IN") != byValue || strings.Contains(asked, "FROM finding_heads") != byAll {
				t.Errorf("%s by %s: %d findings, want %d; by value: %v; all: %v; asked\n%s", account, by, got, total, byValue, byAll, asked)
			}
		}
		if err := s.View(t.Context(), func(tx picket.Tx) error {
			page, err := tx.Findings().List(counter, counterRegion, picket.FindingQuery{Criteria: c, Limit: 100})
			if len(page.IDs) != total && page.Next == "" {
				t.Errorf("%s: a list of %d, want %d", account, len(page.IDs), total)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	f("000000000001", 5, false, false)
	f("000000000002", 25, true, false)
	s.limits.drive, s.limits.count, s.limits.scan = 0, 0, 12 // so that neither is few
	f("000000000001", 5, false, true)
	f("000000000002", 25, false, true)
}
