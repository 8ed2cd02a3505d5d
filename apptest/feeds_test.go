package apptest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/guardduty"
)

// feedServer publishes two feeds, of bad addresses and of trusted ones.
type feedServer struct {
	bad, trusted atomic.Pointer[string]
	asked        atomic.Int64 // for the bad ones
	flags        []string     // of picket intel, for the server that has them
}

// withFeeds has servers fetch two feeds, ten times a second.
func withFeeds(t *testing.T) (*feedServer, option) {
	s := &feedServer{}
	s.publish("198.51.100.7\n", "203.0.113.50\n")
	h := httptest.NewServer(s)
	t.Cleanup(h.Close)
	return s, func(c map[string]any) {
		table, dir := filepath.Join(t.TempDir(), "feeds.yaml"), t.TempDir()
		must(0, os.WriteFile(table, []byte(strings.ReplaceAll(`feeds:
  - {name: bad, url: HOST/bad, category: malicious, ttl: 24h, every: 100ms}
  - {name: office, url: HOST/trusted, category: trusted, every: 100ms}
`, "HOST", h.URL)), 0o600))(t)
		s.flags = []string{"--dir", dir, "--feeds", table}
		c["intel"], c["feeds"] = []string{dir}, map[string]any{"table": table, "allow": []string{"127.0.0.0/8"}}
		s.intel(t, "update", "--allow", "127.0.0.0/8") // from now on, servers do
	}
}

// intel runs a command of picket intel and returns what it prints.
func (s *feedServer) intel(t testing.TB, args ...string) string {
	t.Helper()
	out, err := exec.Command(must(binary())(t), append(append([]string{"intel"}, args...), s.flags...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("picket intel %v: %v\n%s", args, err, out)
	}
	return string(out)
}

func (s *feedServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := s.trusted.Load()
	if r.URL.Path == "/bad" {
		body = s.bad.Load()
		s.asked.Add(1)
	}
	if body == nil {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	http.ServeContent(w, r, "", time.Time{}, strings.NewReader(*body))
}

func (s *feedServer) publish(bad, trusted string) { s.bad.Store(&bad); s.trusted.Store(&trusted) }

// feedWorld is a server that keeps the feeds fresh, and a folder of logs.
type feedWorld struct {
	*server
	*account
	t        *testing.T
	feeds    *feedServer
	logs     string
	detector *string
	files    int
	at       string // when all calls are: a threshold counts within ten minutes
}

func newFeedWorld(t *testing.T, options ...option) *feedWorld {
	feeds, fetched := withFeeds(t)
	w := &feedWorld{t: t, feeds: feeds, logs: t.TempDir(), at: time.Now().Truncate(10 * time.Minute).UTC().Format(time.RFC3339), server: start(t, append(options, fetched)...)}
	w.account = w.server.account("111122223333")
	w.account.Client = guardduty.New(w.Options(), func(o *guardduty.Options) { o.RetryMaxAttempts = 5 }) // servers are killed
	w.detector = w.enable()
	w.operator("source", "add", "logs", w.logs)
	return w
}

// record brings a file of calls to the server, and waits until it is read.
func (w *feedWorld) record(calls ...string) {
	w.t.Helper()
	w.files++
	path := filepath.Join(w.logs, fmt.Sprintf("%d.jsonl", w.files))
	must(0, os.WriteFile(path, []byte(strings.Join(calls, "\n")+"\n"), 0o600))(w.t)
	until(w.t, "the server reads the file", func() bool {
		var status struct {
			Waiting int
			Sources []struct{ Objects int }
		}
		must(0, json.Unmarshal([]byte(w.operator("status", "--json")), &status))(w.t)
		return status.Waiting == 0 && len(status.Sources) == 1 && status.Sources[0].Objects == w.files
	})
}

// applied waits until what is published now applies: a server asks again when it has stored what it got before.
func (s *feedServer) applied(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for before := s.asked.Load(); s.asked.Load() < before+3; {
		select {
		case <-look.C:
		case <-ctx.Done():
			return fmt.Errorf("the feeds are not fetched: %w", ctx.Err())
		}
	}
	return nil
}

func (w *feedWorld) refresh() {
	w.t.Helper()
	must(0, w.feeds.applied(ctx))(w.t)
}

// call is what a person does from an address.
func (w *feedWorld) call(user, ip, service, name, secret string) string {
	return fmt.Sprintf(`{"eventVersion":"1.11","eventID":"%[1]s-%[5]s","eventTime":"%[6]s","eventSource":"%[3]s.amazonaws.com","eventName":"%[4]s","awsRegion":"us-east-1","recipientAccountId":"111122223333","sourceIPAddress":"%[2]s","userAgent":"aws-cli/2.17.0","requestParameters":{"secretId":"%[5]s"},"eventType":"AwsApiCall","eventCategory":"Management","userIdentity":{"type":"IAMUser","principalId":"AIDA%[1]s","arn":"arn:aws:iam::111122223333:user/%[1]s","accountId":"111122223333","accessKeyId":"AKIA%[1]s","userName":"%[1]s"}}`,
		user, ip, service, name, secret, w.at)
}

func (w *feedWorld) lists(user, ip string) string { return w.call(user, ip, "iam", "ListUsers", "") }

func (w *feedWorld) secrets(user, ip string, from, to int) (all []string) {
	for i := from; i < to; i++ {
		all = append(all, w.call(user, ip, "secretsmanager", "GetSecretValue", fmt.Sprint("s", i)))
	}
	return all
}

// want wants these people to be found, and nobody else.
func (w *feedWorld) want(people ...string) {
	w.t.Helper()
	ids := must(w.ListFindings(ctx, &guardduty.ListFindingsInput{DetectorId: w.detector}))(w.t).FindingIds
	got := map[string]bool{}
	if len(ids) > 0 {
		out := must(w.GetFindings(ctx, &guardduty.GetFindingsInput{DetectorId: w.detector, FindingIds: ids}))(w.t)
		for _, f := range out.Findings {
			got[*f.Resource.AccessKeyDetails.UserName] = true
		}
	}
	ok := len(got) == len(people)
	for _, who := range people {
		ok = ok && got[who]
	}
	if !ok {
		w.t.Fatalf("found are %v, want %v\n%s", got, people, w.stderr)
	}
}

func (w *feedWorld) kill() {
	w.process.Process.Kill()
	w.process.Wait()
}

// TestFeedsRefresh: a server fetches feeds that were asked for once again by itself; what comes later is judged by the new version,
// and what came before by the old one, also when it is read again because the server was killed.
func TestFeedsRefresh(t *testing.T) {
	address := freeAddress(t)
	w := newFeedWorld(t, withMetrics(address))
	w.record(append(w.secrets("frank", "203.0.113.50", 0, 10), w.lists("dana", "198.51.100.7"), w.lists("erin", "203.0.113.9"))...)
	w.want("dana")

	w.feeds.publish("203.0.113.9\n", "192.0.2.1\n")
	w.refresh()
	w.record(append(w.secrets("frank", "203.0.113.50", 10, 20), w.lists("gina", "203.0.113.9"), w.lists("hans", "198.51.100.7"))...)
	w.want("dana", "gina")

	w.kill()
	w.feeds.publish("198.51.100.7\n", "192.0.2.2\n")
	w.server.run()
	w.refresh()
	w.record(append(w.secrets("frank", "203.0.113.50", 20, 24), w.lists("ines", "198.51.100.7"), w.lists("jack", "203.0.113.9"))...)
	w.want("dana", "gina", "ines") // of frank's 24 secrets, ten were read from a trusted address
	w.record(w.secrets("frank", "203.0.113.50", 24, 25)...)
	w.want("dana", "gina", "ines", "frank")

	w.feeds.bad.Store(nil)
	w.refresh()
	w.record(w.lists("kate", "198.51.100.7"))
	w.want("dana", "gina", "ines", "frank", "kate")
	w.failing(address)
}

// failing holds that people are told of a feed that can't be fetched.
func (w *feedWorld) failing(address string) {
	w.t.Helper()
	status := w.operator("status")
	for _, word := range []string{"feed bad was fetched ", "503 Service Unavailable", "1 feed fetched as they should be"} {
		if !strings.Contains(status, word) {
			w.t.Errorf("the status does not say %q:\n%s", word, status)
		}
	}
	if list := w.feeds.intel(w.t, "list"); !strings.Contains(list, "bad was fetched ") || !strings.Contains(list, "office") {
		w.t.Errorf("the lists do not tell of the failure:\n%s", list)
	}
	got, _ := scrape(w.t, address)
	if got["picket_feeds_failing"] != 1 || got["picket_intel_failing"] != 0 {
		w.t.Errorf("metrics say that %v fail, %v", got["picket_feeds_failing"], got["picket_intel_failing"])
	}
	if age, ok := got[`picket_feed_age_seconds{feed="office"}`]; !ok || age > 600 {
		w.t.Errorf("the metric of the feed's age is %v", age)
	}
}
