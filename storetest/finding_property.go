package storetest

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"picket"
	"picket/criteria"
	"picket/guardduty"
)

// sameMeaning compares what a store answers with what package criteria says of the same findings in memory.
func sameMeaning(t *testing.T, s picket.Store) {
	w := populate(t, s)
	t.Run("lists", func(t *testing.T) { rapid.Check(t, w.checkList) })
	t.Run("statistics", func(t *testing.T) { rapid.Check(t, w.checkStatistics) })
}

var viewers = rapid.SampledFrom([]string{administrator, member, "000011112222", other})

// ManyValues asks a store, which is empty, for as much as the service lets pass, also where a list is read in many parts. It takes
// a while, and so is not in Run.
func ManyValues(t *testing.T, s picket.Store) {
	w := populate(t, s)
	const attributes, values = 50, 50
	none := make([]string, values)
	for i := range none {
		none[i] = fmt.Sprintf("none \x00 <%d>", i)
	}
	some := func(of []string) []string { return append(slices.Clone(of), none[len(of):]...) }
	not := []string{"no*", "?one", "*[ne", "none", "%"}
	c := picket.Criteria{
		{Attribute: "resource.accesskeydetails.username", NotEquals: some(users[:3]), NotMatches: []string{"d?na*", "*a]n*", "x", "y", "z"}},
		{Attribute: "resource.instancedetails.instanceid", NotEquals: some(instances[:1]), NotMatches: not},
		{Attribute: "resource.instancedetails.networkinterfaces.ipv6addresses", NotEquals: some(ipv6[:1]), NotMatches: not},
		{Attribute: "region", Equals: some([]string{region}), NotEquals: none, Matches: []string{"us-*", "a", "b", "c", "d"}, NotMatches: not},
		{Attribute: "accountid", Equals: some([]string{administrator, member}), NotEquals: none},
	}
	for i := len(c); i < attributes-1; i++ {
		c = append(c, picket.Condition{Attribute: fmt.Sprintf("resource.details%d.name", i), NotEquals: none, NotMatches: not})
	}
	f := func(sort string, by guardduty.GroupByType, more ...picket.Condition) {
		t.Helper()
		all := append(slices.Clip(c), more...)
		if len(w.fitting(administrator, all)) < 3 {
			t.Error("hardly anything fits")
		}
		w.lists(t, administrator, picket.FindingQuery{Criteria: all, Sort: sort, Descending: true, Limit: 50})
		w.counts(t, administrator, picket.StatisticsQuery{Criteria: all, GroupBy: by, Limit: 1000})
	}
	f("service.count", guardduty.GroupByTypeAccount)
	f("", guardduty.GroupByTypeDate, picket.Condition{Attribute: "type", Equals: types[:2]})
	f("severity", "", picket.Condition{Attribute: "severity", NotEquals: []string{"2"}})
	c = c[2:] // without those of which an index finds the few rows
	for i := range c {
		c[i].Equals, c[i].Matches = some(c[i].Equals), not
	}
	w.lists(t, administrator, picket.FindingQuery{Criteria: c, Limit: 50})
	w.counts(t, administrator, picket.StatisticsQuery{Criteria: c, GroupBy: guardduty.GroupByTypeResource, Limit: 3})
}

// asked draws criteria.
var asked = rapid.Custom(func(t *rapid.T) picket.Criteria {
	return rapid.SliceOfN(rapid.Custom(condition), 0, 3).Draw(t, "criteria")
})

var ranges = append(slices.Clone(addresses), "198.51.100.2/31", "203.0.113.0/24", "0.0.0.0/0", "198.51.100.1/32", "::/0")

// pool are the attributes that criteria ask for, each with values that findings have or might have.
var pool = map[string][]string{
	"accountid": {administrator, member, "000011112222", "999999999999"},
	"id":        {member + "-01", member + "-02", administrator + "-03", "none"},
	"type":      append(slices.Clone(types), "Recon:EC2/None"),
	"severity":  {"2", "5", "5.5", "8", "8.5", "9", "4"},
	"updatedat": times(0, 10, 20, 24, 30, 40, 48, 50), "createdat": times(0, 1, 2, 3),
	"service.archived": {"true", "false"}, "service.userfeedback": {"USEFUL", "NOT_USEFUL", "NONE"},
	"resource.accesskeydetails.username":                                         users,
	"resource.accesskeydetails.accesskeyid":                                      {"AKIAi-1", "AKIAi-2", "AKIA"},
	"resource.instancedetails.instanceid":                                        append(slices.Clone(instances), strings.Repeat("i", 600)),
	"resource.instancedetails.networkinterfaces.ipv6addresses":                   append(slices.Clone(ipv6), "2001:db8::2/127", "::/0", "2001:db8::/48"),
	"resource.instancedetails.networkinterfaces.publicip":                        ranges,
	"resource.instancedetails.networkinterfaces.privateipaddress":                ranges,
	"resource.instancedetails.networkinterfaces.securitygroups.groupid":          {"sg-1", "sg-2", "sg-3"},
	"resource.instancedetails.networkinterfaces.vpcid":                           {"vpc-1", "vpc-2", "vpc-3"},
	"resource.instancedetails.tags.key":                                          {"team", "stage", "none"},
	"resource.instancedetails.tags.value":                                        tagValues,
	"service.action.awsapicallaction.api":                                        {"Get", "Put", "Delete", "none"},
	"service.action.awsapicallaction.callertype":                                 {"Remote IP"},
	"service.action.awsapicallaction.remoteipdetails.organization.asn":           {"1", "2", "3", "4"},
	"resource.resourcetype":                                                      {"Instance", "AccessKey", "None"},
	"region":                                                                     {region, elsewhere},
	"service.count":                                                              {"1", "5", "10", "20"},
	"service.action.networkconnectionaction.blocked":                             {"true", "false"},
	"service.action.networkconnectionaction.remoteipdetails.country.countryname": {"Chad", "Mali", "Côte d'Ivoire", "Peru"},
	"service.action.networkconnectionaction.remoteipdetails.ipaddressv4":         ranges,
	"service.action.networkconnectionaction.remoteipdetails.geolocation.lat":     {"-1.5", "-0.5", "0", "1", "1.5"},
	"service.action.networkconnectionaction.remoteportdetails.port":              {"20", "22", "24", "9"},
}

func times(hours ...int) []string {
	var out []string
	for _, h := range hours {
		out = append(out, strconv.FormatInt(at(h), 10))
	}
	return out
}

// attributes are asked for alike, but half of the time it is one that decides how a list is read.
var attributes = rapid.OneOf(
	rapid.SampledFrom([]string{"type", "severity", "updatedat", "service.archived", "service.action.networkconnectionaction.remoteipdetails.country.countryname"}),
	rapid.SampledFrom(slices.Sorted(maps.Keys(pool))),
)

// condition draws a condition of those that package criteria lets pass.
func condition(t *rapid.T) picket.Condition {
	c := picket.Condition{Attribute: attributes.Draw(t, "attribute")}
	values := rapid.SampledFrom(pool[c.Attribute])
	some := rapid.SliceOfN(values, 1, 3)
	_, kind, _ := criteria.Lookup(c.Attribute)
	operators := []string{"equals", "notEquals"}
	switch kind {
	case criteria.Text, criteria.Address:
		operators = append(operators, "matches", "notMatches")
	case criteria.Number, criteria.Date:
		operators = append(operators, "bounds", "bounds")
	}
	for _, operator := range rapid.SliceOfNDistinct(rapid.SampledFrom(operators), 1, 2, rapid.ID).Draw(t, "operators") {
		switch operator {
		case "equals":
			c.Equals = some.Draw(t, "equals")
		case "notEquals":
			c.NotEquals = some.Draw(t, "notEquals")
		case "matches":
			c.Matches = patterns(t, values)
		case "notMatches":
			c.NotMatches = patterns(t, values)
		case "bounds":
			for _, b := range []**float64{&c.GT, &c.GTE, &c.LT, &c.LTE} {
				if rapid.IntRange(0, 2).Draw(t, "bounded") == 0 {
					v, _ := strconv.ParseFloat(values.Draw(t, "bound"), 64)
					*b = guardduty.Ptr(v + rapid.SampledFrom([]float64{0, 0, 0.5, -1}).Draw(t, "beside"))
				}
			}
		}
	}
	return c
}

// patterns draws patterns that are values with wildcards in place of some characters.
func patterns(t *rapid.T, values *rapid.Generator[string]) []string {
	var out []string
	for range rapid.IntRange(1, 2).Draw(t, "patterns") {
		v := []rune(values.Draw(t, "value"))
		if len(v) > 0 {
			i := rapid.IntRange(0, len(v)-1).Draw(t, "from")
			j := rapid.IntRange(i, len(v)).Draw(t, "to")
			v = slices.Concat(v[:i], []rune(rapid.SampledFrom([]string{"*", "?", "**", "?*", ""}).Draw(t, "wildcard")), v[j:])
		}
		out = append(out, string(v))
	}
	return out
}

// fitting are the findings that a viewer sees and that fit.
func (w *world) fitting(viewer string, c picket.Criteria) []glimpse {
	var out []glimpse
	for _, g := range w.views[viewer] {
		if criteria.Match(c, g.attrs) {
			out = append(out, g)
		}
	}
	return out
}

func (w *world) checkList(t *rapid.T) {
	viewer := viewers.Draw(t, "viewer")
	q := picket.FindingQuery{
		Criteria: asked.Draw(t, "asked"), Sort: rapid.OneOf(rapid.Just(""), rapid.Just("severity"), attributes).Draw(t, "sort"),
		Descending: rapid.Bool().Draw(t, "descending"), Limit: rapid.IntRange(1, 50).Draw(t, "limit"),
	}
	w.lists(t, viewer, q)
}

// lists checks a list, page by page.
func (w *world) lists(t rapid.TB, viewer string, q picket.FindingQuery) {
	want := w.fitting(viewer, q.Criteria)
	slices.SortFunc(want, func(a, b glimpse) int {
		n := cmp.Or(criteria.Compare(q.Sort, a.attrs, b.attrs), criteria.Compare("", a.attrs, b.attrs), cmp.Compare(a.id, b.id))
		if q.Descending {
			return -n
		}
		return n
	})
	wanted := []string{}
	for _, g := range want {
		wanted = append(wanted, g.id)
	}
	got := []string{}
	for {
		var page picket.FindingPage
		if err := w.store.View(context.Background(), func(tx picket.Tx) (err error) {
			page, err = tx.Findings().List(viewer, region, q)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if len(page.IDs) > q.Limit {
			t.Fatalf("a page of %d findings, more than %d", len(page.IDs), q.Limit)
		}
		if page.Next != "" && page.Next == q.After {
			t.Fatalf("the page after %s is that page", page.Next)
		}
		got = append(got, page.IDs...)
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	if diff := gocmp.Diff(wanted, got); diff != "" {
		t.Fatalf("ids (-want +got):\n%s", diff)
	}
}

func (w *world) checkStatistics(t *rapid.T) {
	viewer := viewers.Draw(t, "viewer")
	q := picket.StatisticsQuery{
		Criteria:  asked.Draw(t, "asked"),
		GroupBy:   rapid.SampledFrom(append(guardduty.GroupByType("").Values(), "")).Draw(t, "group by"),
		Ascending: rapid.Bool().Draw(t, "ascending"), Limit: rapid.SampledFrom([]int{1, 3, 1000}).Draw(t, "limit"),
	}
	w.counts(t, viewer, q)
}

// counts checks statistics.
func (w *world) counts(t rapid.TB, viewer string, q picket.StatisticsQuery) {
	want := grouped(w.fitting(viewer, q.Criteria), q)
	var got []picket.FindingGroup
	if err := w.store.View(context.Background(), func(tx picket.Tx) (err error) {
		got, err = tx.Findings().Statistics(viewer, region, q)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if q.GroupBy == guardduty.GroupByTypeResource && len(want) == q.Limit { // which of equal groups are cut is nobody's promise
		least := want[q.Limit-1].Total
		q.Limit = 1000
		every := grouped(w.fitting(viewer, q.Criteria), q)
		for i, g := range got {
			if at := slices.Index(every, g); i < len(want) && g.Total == least && at >= 0 {
				want[i], every[at] = g, picket.FindingGroup{}
			}
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Fatalf("groups (-want +got):\n%s", diff)
	}
}

// grouped counts findings in memory.
func grouped(found []glimpse, q picket.StatisticsQuery) []picket.FindingGroup {
	groups := map[picket.FindingGroup]picket.FindingGroup{}
	for _, f := range found {
		updated, _ := strconv.ParseInt(f.attrs["updatedat"][0], 10, 64)
		severity, _ := strconv.ParseFloat(f.attrs["severity"][0], 64)
		var key picket.FindingGroup
		switch q.GroupBy {
		case guardduty.GroupByTypeAccount:
			key.Key = f.account
		case guardduty.GroupByTypeDate:
			key.Key, key.Severity = time.UnixMilli(updated).UTC().Format(time.DateOnly), severity
		case guardduty.GroupByTypeFindingType:
			key.Key = f.attrs["type"][0]
		case guardduty.GroupByTypeResource:
			key.Account, key.Type = f.account, f.attrs["resource.resourcetype"][0]
			id := f.attrs[map[string]string{
				"Instance": "resource.instancedetails.instanceid", "AccessKey": "resource.accesskeydetails.accesskeyid",
			}[key.Type]]
			if len(id) == 0 {
				continue
			}
			key.Key = id[0]
		default:
			key.Key, key.Severity = fmt.Sprint(severity), severity
		}
		g := groups[key]
		g.Total++
		g.LastGenerated = max(g.LastGenerated, updated)
		groups[key] = g
	}
	var out []picket.FindingGroup
	for key, g := range groups {
		key.Total, key.LastGenerated = g.Total, g.LastGenerated
		out = append(out, key)
	}
	slices.SortFunc(out, func(a, b picket.FindingGroup) int {
		n := cmp.Compare(b.Total, a.Total)
		if q.Ascending {
			n = -n
		}
		return cmp.Or(n, cmp.Compare(a.Key, b.Key), cmp.Compare(a.Type, b.Type), cmp.Compare(a.Account, b.Account), cmp.Compare(a.Severity, b.Severity))
	})
	return out[:min(len(out), q.Limit)]
}
