package apptest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/guardduty"
)

// listener is a receiver of webhooks. What comes twice under one id must be the same.
type listener struct {
	url  string
	mu   sync.Mutex
	told map[string]string // bodies, by the ids of events
	seen map[string]bool   // account and finding
}

func listen(t testing.TB) *listener {
	l := &listener{told: map[string]string{}, seen: map[string]bool{}}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the server was killed while it sent
		}
		var e struct {
			ID, Account string
			Detail      struct{ ID string }
		}
		if err := json.Unmarshal(body, &e); err != nil {
			t.Errorf("received %s: %v", body, err)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		if old, ok := l.told[e.ID]; ok && old != string(body) {
			t.Errorf("event %s is not always the same:\n%s\n%s", e.ID, old, body)
		}
		l.told[e.ID] = string(body)
		l.seen[e.Account+" "+e.Detail.ID] = true
	}))
	t.Cleanup(server.Close)
	l.url = server.URL
	return l
}

// unheard is how many findings that accounts see were not published by them.
func (f *followed) unheard() (n int) {
	f.s.t.Helper()
	for _, a := range f.people {
		for _, region := range f.regions {
			c := a.in(region)
			detectors := must(c.ListDetectors(ctx, &guardduty.ListDetectorsInput{}))(f.s.t)
			pages := guardduty.NewListFindingsPaginator(c, &guardduty.ListFindingsInput{DetectorId: &detectors.DetectorIds[0]})
			for pages.HasMorePages() {
				page := must(pages.NextPage(ctx))(f.s.t)
				f.heard.mu.Lock()
				for _, id := range page.FindingIds {
					if !f.heard.seen[a.ID+" "+id] {
						n++
					}
				}
				f.heard.mu.Unlock()
			}
		}
	}
	return n
}
