package main

import (
	"context"
	"fmt"
	"time"

	"picket"
	"picket/guardduty"
)

const (
	listLimit  = 25 * time.Millisecond
	countLimit = 200 * time.Millisecond
)

// questions are what is measured.
func questions() []question {
	var all []question
	for _, viewer := range []struct{ name, account string }{{"one account", alone}, {"administrator", chief}} {
		for _, l := range lists {
			for _, sort := range []string{"updatedat", "severity"} {
				for _, page := range []int{1, 100} {
					name := fmt.Sprintf("%s: %s, by %s, page %d", viewer.name, l.name, sort, page)
					all = append(all, question{name, listLimit, func(b *storeBench) (ask, error) {
						return b.list(viewer.account, picket.FindingQuery{Criteria: l.criteria(b), Sort: sort, Descending: true, Limit: 50}, page)
					}, false})
				}
			}
		}
		for _, by := range append(guardduty.GroupByType("").Values(), "") {
			for _, current := range []bool{false, true} {
				name := viewer.name + ": statistics by " + string(by)
				q := picket.StatisticsQuery{GroupBy: by, Limit: 100}
				if current {
					name += ", current"
					q.Criteria = picket.Criteria{isCurrent}
				}
				all = append(all, question{name, countLimit, always(func(tx picket.Tx) error {
					_, err := tx.Findings().Statistics(viewer.account, storeRegion, q)
					return err
				}), false})
			}
		}
	}
	return append(all, others...)
}

var isCurrent = picket.Condition{Attribute: "service.archived", Equals: []string{"false"}}

// lists are criteria as people have them, three each.
var lists = []struct {
	name     string
	criteria func(b *storeBench) picket.Criteria
}{
	{"current, 3 types, severity 4 and up", func(b *storeBench) picket.Criteria {
		var types []string
		for range 3 {
			types = append(types, string(b.rules[b.few(len(b.rules))].Info().Type))
		}
		return picket.Criteria{isCurrent, {Attribute: "type", Equals: types}, {Attribute: "severity", GTE: guardduty.Ptr(4.0)}}
	}},
	{"current, of 30 days, severity 7 and up", func(*storeBench) picket.Criteria {
		return picket.Criteria{
			isCurrent,
			{Attribute: "updatedat", GTE: guardduty.Ptr(float64(storeEnd.AddDate(0, 0, -30).UnixMilli()))},
			{Attribute: "severity", GTE: guardduty.Ptr(7.0)},
		}
	}},
	{"current, a remote address, severity 4 and up", func(b *storeBench) picket.Criteria {
		address := fmt.Sprintf("198.%d.%d.%d", 18+b.few(2), b.few(256), b.few(256))
		return picket.Criteria{
			isCurrent,
			{Attribute: "service.action.awsapicallaction.remoteipdetails.ipaddressv4", Equals: []string{address}},
			{Attribute: "severity", GTE: guardduty.Ptr(4.0)},
		}
	}},
	{"current, 3 accounts, of 30 days", func(b *storeBench) picket.Criteria {
		return picket.Criteria{
			isCurrent,
			{Attribute: "accountid", Equals: []string{memberID(b.few(b.Members)), memberID(b.few(b.Members)), memberID(b.few(b.Members))}},
			{Attribute: "updatedat", GTE: guardduty.Ptr(float64(storeEnd.AddDate(0, 0, -30).UnixMilli()))},
		}
	}},
	{"current, a country, severity 4 and up", func(b *storeBench) picket.Criteria {
		return picket.Criteria{
			isCurrent,
			{Attribute: "service.action.awsapicallaction.remoteipdetails.country.countryname", Equals: []string{countries[b.few(len(countries))]}},
			{Attribute: "severity", GTE: guardduty.Ptr(4.0)},
		}
	}},
}

// always draws the same.
func always(a ask) func(*storeBench) (ask, error) {
	return func(*storeBench) (ask, error) { return a, nil }
}

// list asks for a page, after reading those before it; the last one there is if it isn't there.
func (b *storeBench) list(viewer string, q picket.FindingQuery, page int) (ask, error) {
	read := func(tx picket.Tx) (picket.FindingPage, error) { return tx.Findings().List(viewer, storeRegion, q) }
	for range page - 1 {
		var before picket.FindingPage
		err := b.store.View(context.Background(), func(tx picket.Tx) (err error) {
			before, err = read(tx)
			return err
		})
		if err != nil {
			return nil, err
		}
		if before.Next == "" {
			break
		}
		q.After = before.Next
	}
	return func(tx picket.Tx) error {
		_, err := read(tx)
		return err
	}, nil
}

var others = []question{
	{"50 findings, whole", 0, func(b *storeBench) (ask, error) {
		at := float64(storeEnd.UnixMilli()) - b.Float64()*storeDays*24*3600*1000
		return func(tx picket.Tx) error {
			page, err := tx.Findings().List(alone, storeRegion, picket.FindingQuery{Criteria: picket.Criteria{{Attribute: "updatedat", GTE: &at}}, Limit: 50})
			if err != nil {
				return err
			}
			_, err = tx.Findings().Get(alone, storeRegion, page.IDs)
			return err
		}, nil
	}, false},
	{"a page of 50 members", 10 * time.Millisecond, func(b *storeBench) (ask, error) {
		q := picket.MemberQuery{After: memberID(b.IntN(b.Members)), Limit: 50, Associated: true}
		return func(tx picket.Tx) error {
			_, err := tx.Members().List(chief, storeRegion, q)
			return err
		}, nil
	}, false},
	{"count of members", 0, always(func(tx picket.Tx) error {
		_, err := tx.Members().Count(chief, storeRegion)
		return err
	}), false},
	{"50 members written", 25 * time.Millisecond, func(b *storeBench) (ask, error) {
		from := b.IntN(b.Members - 50)
		return func(tx picket.Tx) error { return writeMembers(tx, from) }, nil
	}, true},
}

// writeMembers is what CreateMembers of 50 does in the store.
func writeMembers(tx picket.Tx, from int) error {
	if _, err := tx.Members().Count(chief, storeRegion); err != nil {
		return err
	}
	for i := from; i < from+50; i++ {
		if _, err := tx.Members().Get(chief, storeRegion, memberID(i)); err != nil {
			return err
		}
		if err := tx.Members().Put(newMember(i)); err != nil {
			return err
		}
	}
	return tx.Audit().Append(picket.AuditRecord{Account: chief, Region: storeRegion, Event: []byte(`{"eventName":"CreateMembers"}`)})
}
