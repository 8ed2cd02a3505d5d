package service_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"picket"
	"picket/guardduty"
	"picket/service"
)

// search returns the titles that a search finds in their order, and how many it says there are.
func (w *world) search(c picket.Caller, in service.FindingSearch) string {
	w.t.Helper()
	out, err := w.SearchFindings(context.Background(), c, in)
	w.ok(err)
	all := []string{}
	for _, f := range out.Findings {
		all = append(all, strings.TrimPrefix(*f.Title, "title "))
	}
	return strings.TrimSpace(fmt.Sprintf("%s of %d", strings.Join(all, " "), out.Total))
}

// remote is a hit of an address, with a severity.
func remote(account, typ, key, address string, severity float64) picket.Finding {
	f := hit(account, typ, key, 100)
	f.Severity = &severity
	f.Service.Action = &guardduty.Action{
		ActionType:              guardduty.Ptr("NETWORK_CONNECTION"),
		NetworkConnectionAction: &guardduty.NetworkConnectionAction{RemoteIpDetails: &guardduty.RemoteIpDetails{IpAddressV4: &address}},
	}
	return f
}

func TestSearchFindings(t *testing.T) {
	w := newWorld(t)
	admin, member, stranger := w.family()
	w.join(admin, member)
	w.records(member, remote(member.Account, ssh, "web", "198.51.100.7", 5), remote(member.Account, scan, "web2", "203.0.113.9", 2))
	w.records(admin, remote(admin.Account, ssh, "db", "198.51.100.8", 8))
	f := func(c picket.Caller, in service.FindingSearch, want string) {
		t.Helper()
		if got := w.search(c, in); got != want {
			t.Errorf("account %s, %+v: found %q, want %q", c.Account, in, got, want)
		}
	}
	words := func(words ...string) service.FindingSearch { return service.FindingSearch{Words: words, Limit: 10} }
	types := func(types ...string) service.FindingSearch { return service.FindingSearch{Types: types, Limit: 10} }
	f(admin, service.FindingSearch{Limit: 10}, "db web web2 of 3")
	f(admin, service.FindingSearch{Limit: 2}, "db web of 3")
	f(admin, service.FindingSearch{}, "of 3")
	f(member, service.FindingSearch{Limit: 10}, "web web2 of 2")
	f(stranger, service.FindingSearch{Limit: 10}, "of 0")
	f(stranger, words("ssh"), "of 0")
	f(stranger, types("*"), "of 0")

	f(admin, words("SSH", "brute"), "db web of 2")
	f(admin, words("ssh", "198.51.100.8"), "db of 1")
	f(admin, words("i-WEB"), "web web2 of 2")
	f(admin, words("222222222222", "portscan"), "web2 of 1")
	f(admin, words("portscan", "198.51.100"), "of 0")
	f(admin, words("*"), "of 0")
	f(admin, words("198.51.100.0/28"), "db web of 2")
	f(admin, words("198.51.100.8/31", "ssh"), "db of 1")
	f(admin, service.FindingSearch{Words: []string{"ssh"}, Limit: 1}, "db of 2")
	f(admin, service.FindingSearch{Words: []string{"ssh"}}, "of 2")

	f(admin, types(strings.ToLower(ssh)), "db web of 2")
	f(admin, types("recon:*"), "web2 of 1")
	f(admin, types("Recon:*", "*/SSH*"), "db web web2 of 3")
	f(admin, types("Recon"), "of 0")
	f(admin, service.FindingSearch{Types: []string{"*ssh*"}, Words: []string{"web"}, Limit: 10, Criteria: criterion(`{"severity":{"gte":4}}`)}, "web of 1")

	_, err := w.SearchFindings(context.Background(), admin, service.FindingSearch{Limit: 501})
	w.refused(err, "The request is rejected")
}

func TestSearchReadsNoMoreThanItSays(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	w.enable(a)
	found := []picket.Finding{remote(a.Account, ssh, "needle", "198.51.100.7", 2)}
	for i := range 10_400 {
		found = append(found, remote(a.Account, ssh, fmt.Sprint("hay", i), "198.51.100.7", 5))
	}
	w.records(a, found...)
	out, err := w.SearchFindings(context.Background(), a, service.FindingSearch{Words: []string{"needle"}, Limit: 10})
	w.ok(err)
	if out.Total != 0 || out.Unread != 401 {
		t.Errorf("found %d, and %d unread; want 0 and 401", out.Total, out.Unread)
	}
	out, err = w.SearchFindings(context.Background(), a, service.FindingSearch{Words: []string{"needle"}, Limit: 10, Criteria: criterion(`{"severity":{"lt":4}}`)})
	w.ok(err)
	if out.Total != 1 || out.Unread != 0 {
		t.Errorf("found %d, and %d unread; want 1 and 0", out.Total, out.Unread)
	}
}

func TestFollowFindings(t *testing.T) {
	w := newWorld(t)
	admin, member, stranger := w.family()
	w.join(admin, member)
	var many []picket.Finding
	for i := range 700 {
		many = append(many, remote(member.Account, scan, fmt.Sprint(i), "198.51.100.7", 5))
	}
	w.records(member, many...)
	w.records(admin, remote(admin.Account, ssh, "late", "198.51.100.7", 8))
	f := func(c picket.Caller, in service.FindingSearch, want int) (last string) {
		t.Helper()
		seen := map[string]bool{}
		for {
			out, err := w.FollowFindings(context.Background(), c, in)
			w.ok(err)
			for _, f := range out.Findings {
				seen[*f.Id], last = true, *f.Title
			}
			if in.After = out.Next; in.After == "" {
				break
			}
		}
		if len(seen) != want {
			t.Errorf("account %s, %+v: %d findings, want %d", c.Account, in, len(seen), want)
		}
		return last
	}
	if last := f(admin, service.FindingSearch{}, 701); last != "title late" {
		t.Errorf("the last is %q", last)
	}
	f(admin, service.FindingSearch{Words: []string{"brute"}}, 1)
	f(admin, service.FindingSearch{Types: []string{"recon:*"}}, 700)
	f(member, service.FindingSearch{}, 700)
	f(stranger, service.FindingSearch{}, 0)
}

func TestFindingsByID(t *testing.T) {
	w := newWorld(t)
	admin, member, stranger := w.family()
	w.join(admin, member)
	x := hit(member.Account, ssh, "x", 100)
	x.Techniques = []string{"T1110"}
	x.Evidence = picket.Evidence{Records: []picket.EvidenceRecord{{Object: "flow.gz", Text: "a record"}}}
	w.records(member, x)
	w.records(stranger, hit(stranger.Account, ssh, "x", 100))
	id := *w.sees(member, `{}`)["title x"].Id
	f := func(c picket.Caller, beginning string, want int) {
		t.Helper()
		found, err := w.FindingsByID(context.Background(), c, beginning)
		w.ok(err)
		if len(found) != want {
			t.Fatalf("account %s finds %d that begin with %s, want %d", c.Account, len(found), beginning, want)
		}
	}
	for _, beginning := range []string{id, id[:4], id[:31], strings.ToUpper(id[:8])} {
		f(admin, beginning, 1)
		f(member, beginning, 1)
	}
	f(stranger, id, 0)
	f(stranger, id[:12], 0)
	w.ok(w.Store.Update(context.Background(), func(tx picket.Tx) error {
		var alike []picket.StoredFinding
		for i := range 3 {
			f := hit(stranger.Account, ssh, fmt.Sprint("alike", i), 100)
			f.Id, f.CreatedAt, f.UpdatedAt = guardduty.Ptr(fmt.Sprintf("abcdabcd%024d", i)), guardduty.Ptr("2026-01-05T10:00:00.000Z"), guardduty.Ptr("2026-01-05T10:00:00.000Z")
			alike = append(alike, picket.StoredFinding{Finding: f})
		}
		return tx.Findings().Save(stranger.Account, stranger.Region, alike)
	}))
	f(stranger, "abcdabcd", 2)
	f(stranger, "abcdabcd"+strings.Repeat("0", 23), 2)
	f(stranger, "abcdabcd"+strings.Repeat("0", 23)+"2", 1)
	found, err := w.FindingsByID(context.Background(), admin, id)
	w.ok(err)
	if d := found[0]; !slices.Equal(d.Techniques, x.Techniques) || d.Evidence.Records[0].Text != "a record" || *d.Finding.Title != "title x" {
		t.Errorf("got %+v", d)
	}
	for _, hostile := range []string{"", "*", "abc", "????", "abc*", "../../etc", "0123' OR 1=1 --", id + "0", "\x00\x00\x00\x00", "ａｂｃｄ"} {
		if _, err := w.FindingsByID(context.Background(), admin, hostile); picket.ErrorCode(err) != picket.CodeBadRequest {
			t.Errorf("id %q: got %v", hostile, err)
		}
	}
}
