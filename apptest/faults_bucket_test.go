package apptest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/s3test"
	"picket/simulate"
)

// TestBucketFaults has a bucket fail in every way, object by object: what can be had later is, what can't is shown, and found once
// it can be had again. The findings are those of a bucket that never failed.
func TestBucketFaults(t *testing.T) {
	dir := t.TempDir()
	must(simulate.Run(simulate.Options{Seed: 1, Scale: 0.1, Attacks: true}, dir))(t)
	onlyCloudTrail(t, dir)
	backend := s3test.Start(t)
	s3test.Upload(t, backend, "faults", dir, "AWSLogs")
	bucket := &faulty{next: httputil.NewSingleHostReverseProxy(must(url.Parse(backend))(t)), gets: map[string]int{}}
	proxy := httptest.NewServer(bucket)
	defer proxy.Close()

	follow := func(amid func(*followed)) map[string]string {
		f := newFollowed(t, dir)
		f.hold() // what comes late must not be too late
		f.s.operator("source", "add", "logs", "s3://faults", "--endpoint", proxy.URL, "--since", "2020-01-01")
		f.while(nil, f.until(func(now followedStatus) bool { return now.Objects == len(f.files) && now.Waiting == 0 }))
		amid(f)
		f.release(nil)
		return f.end()
	}
	quarantine := func(f *followed) string { return f.s.operator("quarantine", "list", "--json") }
	want := follow(func(f *followed) {
		if got := quarantine(f); strings.TrimSpace(got) != "[]" {
			t.Errorf("without a fault, quarantine is %s", got)
		}
		n := len(f.files)
		bucket.failing(map[string]fault{
			f.files[0]: brokenTwice, f.files[n/5]: cutShort, f.files[2*n/5]: slow, f.files[3*n/5]: redirectedTwice, f.files[4*n/5]: missing,
		})
	})
	got := follow(func(f *followed) {
		if got := quarantine(f); strings.Count(got, "NoSuchKey") != 1 || strings.Count(got, `"id"`) != 1 {
			t.Errorf("quarantine is %s", got)
		}
		bucket.failing(nil)
		f.s.operator("quarantine", "replay", "--all")
		f.while(nil, f.until(func(now followedStatus) bool { return now.Waiting == 0 }))
		if got := quarantine(f); strings.TrimSpace(got) != "[]" {
			t.Errorf("after all can be had, quarantine is %s", got)
		}
	})
	if diff := cmp.Diff(want, got); diff != "" || len(want) == 0 {
		t.Errorf("of %d findings: -without faults +with\n%s", len(want), diff)
	}
	for _, key := range bucket.unseen {
		t.Errorf("%s was never asked for", key)
	}
}

// fault answers the n-th request for an object, from 1, or leaves that to the bucket.
type fault func(n int, w http.ResponseWriter, r *http.Request, next http.Handler) bool

// faulty stands before a bucket.
type faulty struct {
	next   http.Handler
	mu     sync.Mutex
	faults map[string]fault // by key
	gets   map[string]int
	unseen []string
}

// failing has objects fail, in place of those that did.
func (f *faulty) failing(faults map[string]fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for key := range f.faults {
		if f.gets[key] == 0 {
			f.unseen = append(f.unseen, key)
		}
	}
	f.faults, f.gets = faults, map[string]int{}
}

// ServeHTTP implements http.Handler.
func (f *faulty) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	key := strings.TrimPrefix(r.URL.Path, "/faults/")
	f.mu.Lock()
	f.gets[key]++
	n, fails := f.gets[key], f.faults[key]
	f.mu.Unlock()
	if fails == nil || !fails(n, w, r, f.next) {
		f.next.ServeHTTP(w, r)
	}
}

func refuseObject(w http.ResponseWriter, status int, code string) bool {
	w.WriteHeader(status)
	fmt.Fprintf(w, `<?xml version="1.0"?><Error><Code>%s</Code><Message>made up</Message></Error>`, code)
	return true
}

func missing(_ int, w http.ResponseWriter, _ *http.Request, _ http.Handler) bool {
	return refuseObject(w, http.StatusNotFound, "NoSuchKey")
}

// brokenTwice outlasts the tries of one request.
func brokenTwice(n int, w http.ResponseWriter, _ *http.Request, _ http.Handler) bool {
	return n <= 6 && refuseObject(w, http.StatusInternalServerError, "InternalError")
}

func redirectedTwice(n int, w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
	if n <= 8 {
		http.Redirect(w, r, r.URL.String(), http.StatusTemporaryRedirect)
	}
	return n <= 8
}

// cutShort ends the body in its midst, once.
func cutShort(n int, w http.ResponseWriter, r *http.Request, next http.Handler) bool {
	return n == 1 && halves(w, r, next, func() { panic(http.ErrAbortHandler) })
}

// slow pauses in the midst of a body.
func slow(_ int, w http.ResponseWriter, r *http.Request, next http.Handler) bool {
	return halves(w, r, next, func() { <-time.After(2 * time.Second) })
}

// halves hands on half of a body, and the rest after something happened.
func halves(w http.ResponseWriter, r *http.Request, next http.Handler, between func()) bool {
	whole := httptest.NewRecorder()
	next.ServeHTTP(whole, r)
	for k, v := range whole.Header() {
		w.Header()[k] = v
	}
	w.WriteHeader(whole.Code)
	body := whole.Body.Bytes()
	w.Write(body[:len(body)/2])
	http.NewResponseController(w).Flush()
	between()
	w.Write(body[len(body)/2:])
	return true
}
