package s3_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"picket/pipeline"
	"picket/s3test"
	"picket/scan"
	"picket/source/s3"
)

// through returns a client of a server that holds keys in the bucket trail, behind a proxy.
func through(t *testing.T, keys []string, intercept func(http.ResponseWriter, *http.Request) bool) *s3.Client {
	t.Helper()
	backend, err := url.Parse(s3test.Start(t))
	if err != nil {
		t.Fatal(err)
	}
	fill(t, backend.String(), "trail", keys)
	client, err := s3.Open(t.Context(), s3.Endpoint{URL: newProxy(t, backend, intercept)})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// refuse answers as S3 does where it will not.
func refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `<?xml version="1.0"?><Error><Code>%s</Code><Message>made up</Message></Error>`, code)
}

// TestListFailsHalfway holds that a folder which can't be listed takes no other with it, and that a server which refuses
// everything isn't asked for ever.
func TestListFailsHalfway(t *testing.T) {
	var all []string
	for i := range 15 {
		account := 111122220000 + i
		all = append(all, fmt.Sprintf("AWSLogs/%d/CloudTrail/us-east-1/2026/01/01/%d_CloudTrail_us-east-1_20260101T0005Z_AbCdEfGhIjKlMnOp.json.gz", account, account))
	}
	var refused atomic.Pointer[string]
	client := through(t, all, func(w http.ResponseWriter, r *http.Request) bool {
		if p := refused.Load(); p == nil || !strings.HasPrefix(r.URL.Query().Get("prefix"), *p) {
			return false
		}
		refuse(w, http.StatusForbidden, "AccessDenied")
		return true
	})
	f := func(prefix string, objects, problems int) {
		t.Helper()
		refused.Store(&prefix)
		got, failed := client.List(t.Context(), "s3://trail/AWSLogs/", &scan.Filter{})
		if len(got) != objects || len(failed) != problems {
			t.Fatalf("refusing %q: got %d objects, problems %v; want %d and %d", prefix, len(got), failed, objects, problems)
		}
		if p := failed[0]; !strings.HasPrefix(p.Object, "s3://trail/"+prefix) || !strings.HasPrefix(p.Reason, "list: AccessDenied: made up") {
			t.Errorf("got %+v", p)
		}
		if p := failed[len(failed)-1]; strings.HasSuffix(p.Reason, "given up") != (problems > 1) {
			t.Errorf("got %+v", p)
		}
	}
	f("AWSLogs/111122220003/CloudTrail/us-east-1/2026/", 14, 1)
	f("AWSLogs/1111", 0, 10)
}

// TestListPages holds that a listing goes on where a page of it ends, and that a page which fails is told.
func TestListPages(t *testing.T) {
	const n, day = 1100, "AWSLogs/111122223333/CloudTrail/us-east-1/2026/01/01" // S3 answers 1,000 at a time
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "trail", day), 0o700); err != nil {
		t.Fatal(err)
	}
	for i := range n { // to put them would take a minute on a slow disk
		name := fmt.Sprintf("111122223333_CloudTrail_us-east-1_20260101T0005Z_%016d.json.gz", i)
		if err := os.WriteFile(filepath.Join(dir, "trail", day, name), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	backend, err := url.Parse(s3test.Serve(t, dir))
	if err != nil {
		t.Fatal(err)
	}
	var broken atomic.Bool
	client, err := s3.Open(t.Context(), s3.Endpoint{URL: newProxy(t, backend, func(w http.ResponseWriter, r *http.Request) bool {
		if !broken.Load() || !r.URL.Query().Has("continuation-token") {
			return false
		}
		refuse(w, http.StatusForbidden, "AccessDenied")
		return true
	})})
	if err != nil {
		t.Fatal(err)
	}
	if objects := list(t, client, "s3://trail/AWSLogs/"); len(objects) != n {
		t.Errorf("got %d objects, want %d", len(objects), n)
	}
	broken.Store(true)
	if objects, problems := client.List(t.Context(), "s3://trail/AWSLogs/", &scan.Filter{}); len(objects) != 1000 || len(problems) != 1 {
		t.Errorf("without its second page: got %d objects, problems %v; want 1,000 and one", len(objects), problems)
	}
}

// TestThrottled holds that a server which asks for patience gets it.
func TestThrottled(t *testing.T) {
	var gets atomic.Int32
	client := through(t, []string{"a"}, func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/trail/a" || gets.Add(1) > 1 {
			return false
		}
		refuse(w, http.StatusServiceUnavailable, "SlowDown")
		return true
	})
	r := scan.Run(t.Context(), scan.Config{Objects: list(t, client, "s3://trail/")}, &scan.Progress{})
	if gets.Load() != 2 || r.Bytes != 1 || slices.ContainsFunc(r.Problems, func(p scan.Problem) bool { return p.Count == 0 }) {
		t.Errorf("after %d requests: %d bytes, problems %+v", gets.Load(), r.Bytes, r.Problems)
	}
}

// TestSilence holds that a server which takes a request and says nothing is asked again, and that this ends.
func TestSilence(t *testing.T) {
	backend, err := url.Parse(s3test.Start(t))
	if err != nil {
		t.Fatal(err)
	}
	fill(t, backend.String(), "trail", []string{"a"})
	var asked, silent atomic.Int32
	front := newProxy(t, backend, func(_ http.ResponseWriter, r *http.Request) bool {
		if asked.Add(1) > silent.Load() {
			return false
		}
		<-r.Context().Done() // the client went
		return true
	})
	client, err := s3.Open(t.Context(), s3.Endpoint{URL: front, Silence: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	look := func() ([]pipeline.Object, error) {
		b := s3.Bucket{Client: client, Name: "trail", Now: time.Now, Since: time.Now().Add(-time.Hour)}
		shown, err := b.Look(t.Context(), 0)
		return shown.Objects, err
	}
	silent.Store(1)
	if shown, err := look(); err != nil || len(shown) != 1 {
		t.Errorf("after a silence: got %v, %v", shown, err)
	}
	silent.Store(1000)
	if _, err := look(); err == nil || !strings.Contains(err.Error(), "timeout") {
		t.Errorf("of a server that is silent: got %v", err)
	}
}

// TestResume holds that a scan which was interrupted and begun again reads what one without a break reads, each record once,
// tells whether it went through everything, and fetches nothing twice.
func TestResume(t *testing.T) {
	record := func(i int) string {
		return fmt.Sprintf(`{"eventVersion":"1.08","eventID":"%d","eventTime":"2026-01-05T10:00:00Z","eventSource":"iam.amazonaws.com","eventName":"Call","awsRegion":"us-east-1","recipientAccountId":"111122223333","userIdentity":{"type":"IAMUser","principalId":"AIDA%d"}}`, i, i)
	}
	var names []string
	for i := range 8 {
		names = append(names, record(i)) // each object holds its name
	}
	var interrupt atomic.Pointer[context.CancelFunc]
	fetched := map[string]int{}
	client := through(t, names, func(_ http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodGet || !strings.HasPrefix(r.URL.Path, "/trail/{") {
			return false
		}
		fetched[r.URL.Path]++
		if stop := interrupt.Load(); len(fetched) == 4 && stop != nil {
			(*stop)()
		}
		return false
	})
	dir := t.TempDir()
	run := func(ctx context.Context) *scan.Report {
		objects := list(t, client, "s3://trail/")
		if err := s3.Keep(objects, dir); err != nil {
			t.Fatal(err)
		}
		return scan.Run(ctx, scan.Config{Objects: objects, Workers: 1}, &scan.Progress{})
	}
	ctx, stop := context.WithCancel(t.Context())
	interrupt.Store(&stop)
	if r := run(ctx); !r.Interrupted || r.Objects == 0 || r.Objects == len(names) || len(r.Problems) == 0 {
		t.Fatalf("interrupted: %d objects, %d records, interrupted %v, problems %v", r.Objects, r.Total(), r.Interrupted, r.Problems)
	}
	interrupt.Store(nil)
	if r := run(t.Context()); r.Interrupted || r.Objects != len(names) || r.Total() != int64(len(names)) || len(r.Problems) > 0 {
		t.Errorf("resumed: %d objects, %d records, interrupted %v, problems %v", r.Objects, r.Total(), r.Interrupted, r.Problems)
	}
	again := 0
	for _, n := range fetched {
		again += n - 1
	}
	if again > 1 { // the one that was under way
		t.Errorf("%d objects were fetched again: %v", again, fetched)
	}
}
