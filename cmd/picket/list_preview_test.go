package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/service"
)

// A preview looks at the records that a list would apply to, in the account and region where it is, and changes nothing.
func TestListPreviewInLogs(t *testing.T) {
	var lines []string
	call := func(account, service, ip string, days int) {
		at := time.Now().UTC().AddDate(0, 0, -days).Format(time.RFC3339)
		lines = append(lines, fmt.Sprintf(loggedCall, account, service, ip, fmt.Sprint("dana", len(lines)), at, "ListUsers"))
	}
	for _, account := range []string{administrator, member} {
		call(account, "iam", "198.51.100.7", 29)
		call(account, "iam", "203.0.113.9", 1)
		call(account, "iam", "203.0.113.9", 1)
		call(account, "iam", "192.0.2.1", 1)
		call(account, "iam", "198.51.100.7", 31)
		call(account, "ec2", "198.51.100.7", 1) // at home, where the member doesn't listen
		lines = append(lines, fmt.Sprintf(loggedQuery, account, abroad, time.Now().UTC().Format(time.RFC3339)))
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "logs.jsonl"), []byte(strings.Join(lines, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	flow := "account-id region interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status\n"
	for _, remote := range []string{"203.0.113.9", "192.0.2.1"} {
		flow += fmt.Sprintf("%s %s eni-1 10.0.0.1 %s 443 50000 6 1 40 %d %[4]d ACCEPT OK\n", member, abroad, remote, time.Now().Unix()-600)
	}
	if err := os.WriteFile(filepath.Join(folder, "flow.log"), []byte(flow), 0o600); err != nil {
		t.Fatal(err)
	}
	w := newBackfillWorld(t, folder)
	_, err := w.service.AddSource(t.Context(), service.Source{ID: "flows", Location: "push"})
	w.ok(err)
	_, err = w.service.AddSource(t.Context(), service.Source{ID: "later", Location: "/later"})
	w.ok(err)
	w.ok(w.service.PauseSource(t.Context(), "later", true))
	all, err := w.service.Lists(t.Context(), service.ListOf{Account: member, Region: abroad})
	w.ok(err)
	f := func(name string, matched int64, things map[string]int64) {
		t.Helper()
		for _, l := range all {
			if l.Name != "s3://lists/"+name {
				continue
			}
			got, err := w.service.PreviewListInLogs(t.Context(), service.ListOf{Account: member, Region: abroad, ID: l.ID})
			w.ok(err)
			want := &service.LogsPreview{Since: got.Logs.Since, Matched: matched, Things: things, Looked: service.Looked{
				Sources: []string{"logs"}, Objects: 2, Records: 7,
				LeftOut: []string{"flows: what is pushed is not kept", "later: it is paused"},
			}}
			if diff := cmp.Diff(want, got.Logs); diff != "" {
				t.Errorf("%s: -want +got\n%s", name, diff)
			}
			return
		}
		t.Errorf("there is no list %s in %+v", name, all)
	}
	f("bad", 4, map[string]int64{"198.51.100.7": 1, "203.0.113.9": 3})
	f("good", 3, map[string]int64{"203.0.113.9": 3})
	f("names", 1, map[string]int64{"www.unwanted.example": 1})
	if found := w.found(); len(found) > 0 {
		t.Errorf("a preview made %q", found)
	}
}
