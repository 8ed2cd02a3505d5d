package main

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/mail"
	"picket/publish"
	"picket/service"
)

func TestStatusForPeople(t *testing.T) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	at := func(d time.Duration) int64 { return now.Add(-d).Unix() }
	f := func(s service.Status, want string) {
		t.Helper()
		var b strings.Builder
		printStatus(&b, s, now)
		if diff := cmp.Diff(strings.TrimLeft(want, "\n"), b.String()); diff != "" {
			t.Error(diff)
		}
	}
	f(service.Status{}, `
no sources: picket source add says where logs come from
0 objects to be read
`)
	f(service.Status{
		Sources: []service.SourceStatus{
			{Source: service.Source{ID: "fine", Location: "/logs"}, Objects: 1200, Through: at(time.Second)},
			{Source: service.Source{ID: "late", Location: "s3://logs"}, Objects: 1, Through: at(3 * time.Hour), Failed: "\x1b[2Jno such key"},
			{Source: service.Source{ID: "quiet", Location: "push"}, Silent: true},
			{Source: service.Source{ID: "hung", Location: "s3://x"}, Unseen: true},
			{Source: service.Source{ID: "held", Location: "/x", Paused: true}},
		},
		Silent:      []service.Silence{{Account: "111122223333", Region: "us-east-1", Kind: "VPC flow", Since: at(48 * time.Hour)}},
		IdleFilters: []service.IdleFilter{{Account: "111122223333", Region: "us-east-1", Name: "scans"}},
		Strain: service.Strain{
			Late:   service.Late{Records: 1234, First: at(80 * time.Hour), Last: at(30 * time.Hour), At: at(time.Hour)},
			Limits: map[string]int64{"seen": 5, "facts": 0, "findings": 3}, Regions: map[string]int64{"mars-1": 2},
			Accounts: map[string]int64{"444455556666": 7, "999999999999": 1230, "": 1},
		},
		Waiting: 7, Failing: "the disk is full", Unread: 1,
		Destinations: []service.Destination{
			{ID: "soc", Type: publish.Webhook, Account: "111122223333", Waiting: 3, GivenUp: 2, State: publish.State{
				FailingSince: now.Add(-time.Hour).UnixMilli(), Error: "no answer",
			}},
			{ID: "fine", Waiting: 1},
		},
		Mails: mail.Backlog{Waiting: 2, Failing: 1, To: "b\x1bob@example.com", Administrator: "111122223333"},
		Lists: []service.ListTrouble{{Account: "111122223333", Region: "us-east-1", ID: "abc", Name: "bad", Reason: "there is nothing"}},
	}, `
source fine: 1,200 objects read from /logs
source late: 1 object read from s3://logs, 3 hours behind
  it can't be read in full: �[2Jno such key
source quiet: 0 objects read from push, nothing has come yet
source hung: 0 objects read from s3://x, not looked through yet since the server started
source held: 0 objects read from /x, paused
account 111122223333 in us-east-1: no VPC flow logs since 2026-02-27T12:00:00Z
7 objects to be read
  which can't be done now: the disk is full
1 place that could not be read: picket quarantine list
1,234 records from 2026-02-26 to 2026-02-28 came after others of their time were decided, the last 2026-03-01T11:00:00Z, and were judged by themselves:
  picket source backfill ID --since 2026-02-26 judges all together; picket coverage list --account ID shows an account's
5 things seen before forgotten for want of room: what is called new may not be:
  so it was in the last week; docs/design.md has the bounds: give the accounts that write most a server of their own
3 hits of findings not kept in the last week: more of a type at once, in an account and region, than there is room for:
  picket findings list has those that were kept: see what sets them off; picket source backfill, of a day at a time, finds more of them
not analysed in the last week: 1,238 records of more than 2 accounts without an enabled detector, 999999999999 (1,230), 444455556666 (7), and others:
  picket account create, and a detector, or leave their logs out of the source
not analysed in the last week: 2 records of 1 region that the server doesn't have, mars-1 (2):
  add to regions in the configuration, and make detectors, or leave these logs out of the source
4 events to go to 2 destinations
destination soc of account 111122223333 fails since 2026-03-01 11:00: no answer
2 events given up: picket destination replay sends them again
2 mails to be sent, 1 of them tried in vain, like the one to b�ob@example.com for account 111122223333: picket member show MEMBER --account 111122223333 says why
filter scans of account 111122223333 in us-east-1 archived nothing for 30 days
list bad (abc) of account 111122223333 in us-east-1 is not in force: there is nothing
`)
}
