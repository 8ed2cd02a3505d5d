package fetch

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"

	"picket/intel"
)

// today is the time of these tests.
var today = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// local is the policy of these tests: the servers are on loopback.
func local() Policy {
	return Policy{
		Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")},
		Now:   func() time.Time { return today },
	}
}

// serve starts a server and returns a feed of its.
func serve(t *testing.T, h http.HandlerFunc) Feed {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return Feed{Name: "feed", URL: s.URL + "/list", Format: intel.TXT, Category: intel.C2}
}

func update(t *testing.T, f Feed, dir string, p Policy) Result {
	t.Helper()
	return Update(t.Context(), []Feed{f}, dir, p)[0]
}

// copyOf returns the bytes of the feed's copy.
func copyOf(t *testing.T, dir string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "feed.list"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return string(data)
}

func TestUpdateETag(t *testing.T) {
	var sent, unchanged atomic.Int32
	f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", `"one"`)
		if r.Header.Get("If-None-Match") == `"one"` {
			unchanged.Add(1)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		sent.Add(1)
		fmt.Fprint(w, "198.51.100.7\n203.0.113.9\n")
	})
	dir := filepath.Join(t.TempDir(), "made")
	p := local()
	r := update(t, f, dir, p)
	want := Result{Feed: "feed", Changed: true, Fetched: today, Bytes: 25, Entries: 2}
	if diff := cmp.Diff(want, r); diff != "" {
		t.Errorf("first: -want +got\n%s", diff)
	}
	later := today.Add(time.Hour)
	p.Now = func() time.Time { return later }
	r = update(t, f, dir, p)
	if diff := cmp.Diff(Result{Feed: "feed", Fetched: later, Bytes: 25}, r); diff != "" {
		t.Errorf("second: -want +got\n%s", diff)
	}
	update(t, f, dir, p)
	if sent.Load() != 1 || unchanged.Load() != 2 {
		t.Errorf("sent %d times, unchanged %d times", sent.Load(), unchanged.Load())
	}

	// A copy that is not the one whose ETag was kept must be fetched again.
	if err := os.WriteFile(filepath.Join(dir, "feed.list"), []byte("torn"), 0o600); err != nil {
		t.Fatal(err)
	}
	if r = update(t, f, dir, p); r.Err != nil || !r.Changed || copyOf(t, dir) != "198.51.100.7\n203.0.113.9\n" {
		t.Errorf("torn copy: %+v, %q", r, copyOf(t, dir))
	}
}

func TestUpdateIfModifiedSince(t *testing.T) {
	const when = "Sun, 01 Mar 2026 10:00:00 GMT"
	f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("If-Modified-Since") == when {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		w.Header().Set("Last-Modified", when)
		fmt.Fprint(w, "198.51.100.7\n")
	})
	dir := t.TempDir()
	if r := update(t, f, dir, local()); r.Err != nil || !r.Changed {
		t.Fatalf("%+v", r)
	}
	if r := update(t, f, dir, local()); r.Err != nil || r.Changed {
		t.Errorf("%+v", r)
	}
	// Another server's validators say nothing of this one's file.
	other := f
	other.URL += "2"
	if r := update(t, other, dir, local()); r.Err != nil || r.Entries != 1 {
		t.Errorf("%+v", r)
	}
}

// TestUpdateKeepsLastGood lets the second download go wrong in every way and wants the first one's copy kept.
func TestUpdateKeepsLastGood(t *testing.T) {
	const good = "# ours\n198.51.100.7\n"
	f := func(name string, second http.HandlerFunc, want error) {
		t.Helper()
		var first atomic.Bool
		feed := serve(t, func(w http.ResponseWriter, r *http.Request) {
			if !first.Swap(true) {
				fmt.Fprint(w, good)
				return
			}
			second(w, r)
		})
		dir := t.TempDir()
		p := local()
		p.MaxBytes = 1000
		if r := update(t, feed, dir, p); r.Err != nil {
			t.Fatalf("%s: %v", name, r.Err)
		}
		r := update(t, feed, dir, p)
		if r.Err == nil || want != nil && !errors.Is(r.Err, want) {
			t.Errorf("%s: error %v, want %v", name, r.Err, want)
		}
		if got := copyOf(t, dir); got != good || r.Changed || !r.Fetched.Equal(today) || r.Bytes != len(good) {
			t.Errorf("%s: copy %q, result %+v", name, got, r)
		}
		if left, _ := filepath.Glob(filepath.Join(dir, ".new-*")); left != nil {
			t.Errorf("%s: left behind: %v", name, left)
		}
	}
	f("oversize", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, strings.Repeat("198.51.100.7\n", 100)) }, ErrTooLarge)
	f("gzip bomb", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		fmt.Fprint(z, strings.Repeat("198.51.100.7\n", 10_000))
		z.Close()
	}, ErrTooLarge)
	f("error page", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<html>\n<h1>Service down</h1>\n</html>\n")
	}, ErrCorrupt)
	f("empty", func(http.ResponseWriter, *http.Request) {}, ErrCorrupt)
	f("status", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "198.51.100.8", http.StatusBadGateway) }, nil)
	f("cut off", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "500")
		fmt.Fprint(w, "198.51.100.8\n")
	}, io.ErrUnexpectedEOF)
	f("torn gzip", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		fmt.Fprint(w, "not gzip at all")
	}, gzip.ErrHeader)
	f("unasked 304", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotModified) }, nil)
	f("metadata", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
	}, ErrForbidden)
	f("private", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://10.0.0.1/", http.StatusFound)
	}, ErrForbidden)
	f("a loop", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, r.URL.Path, http.StatusFound) }, ErrRedirects)
	f("a file", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "file:///etc/passwd", http.StatusFound)
	}, ErrForbidden)
}

func TestUpdateSlowServer(t *testing.T) {
	stop := make(chan struct{})
	f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, "198.51.100.7\n")
		w.(http.Flusher).Flush()
		select {
		case <-stop:
		case <-r.Context().Done():
		}
	})
	t.Cleanup(func() { close(stop) })
	p := local()
	p.Timeout = time.Millisecond
	if r := update(t, f, t.TempDir(), p); !errors.Is(r.Err, context.DeadlineExceeded) {
		t.Errorf("timeout: %v", r.Err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r := Update(ctx, []Feed{f}, t.TempDir(), local())[0]; !errors.Is(r.Err, context.Canceled) {
		t.Errorf("canceled: %v", r.Err)
	}
}

func TestUpdateGzipAndRedirect(t *testing.T) {
	f := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/list" {
			http.Redirect(w, r, "/there", http.StatusMovedPermanently)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		fmt.Fprint(z, "198.51.100.7\n")
		z.Close()
	})
	dir := t.TempDir()
	if r := update(t, f, dir, local()); r.Err != nil || r.Entries != 1 || copyOf(t, dir) != "198.51.100.7\n" {
		t.Errorf("%+v, copy %q", r, copyOf(t, dir))
	}
}

func TestUpdateForbidden(t *testing.T) {
	f := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "198.51.100.7\n") })
	if r := update(t, f, t.TempDir(), Policy{}); !errors.Is(r.Err, ErrForbidden) {
		t.Errorf("loopback without leave: %v", r.Err)
	}
	f.URL = strings.Replace(f.URL, "127.0.0.1", "localhost", 1)
	if r := update(t, f, t.TempDir(), Policy{}); !errors.Is(r.Err, ErrForbidden) {
		t.Errorf("a name for loopback: %v", r.Err)
	}
	f.Name = "../feed"
	if r := update(t, f, t.TempDir(), local()); !errors.Is(r.Err, ErrFeed) {
		t.Errorf("a name that leaves the directory: %v", r.Err)
	}
	results := Update(t.Context(), make([]Feed, 3), filepath.Join(os.DevNull, "x"), local())
	if len(results) != 3 || results[2].Err == nil {
		t.Errorf("no directory: %+v", results)
	}
}

func TestPolicyCheck(t *testing.T) {
	f := func(addr string, p Policy, allowed bool) {
		t.Helper()
		if err := p.Check(netip.MustParseAddr(addr)); (err == nil) != allowed {
			t.Errorf("Check(%s): %v", addr, err)
		}
	}
	everything := Policy{Allow: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}}
	for _, addr := range []string{"127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "100.64.0.1", "::1", "fc00::1", "0.0.0.0", "::", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1"} {
		f(addr, Policy{}, false)
		f(addr, everything, true)
	}
	for _, addr := range []string{"169.254.169.254", "169.254.170.2", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "::ffff:169.254.169.254", "100.100.100.200"} {
		f(addr, Policy{}, false)
		f(addr, everything, false)
	}
	f("198.51.100.7", Policy{}, true)
	f("2606:4700::1", Policy{}, true)
}

func TestCheckRedirect(t *testing.T) {
	f := func(from, to string, hops int, want error) {
		t.Helper()
		via := slices.Repeat([]*http.Request{{URL: &url.URL{Scheme: from}}}, hops)
		if err := checkRedirect(&http.Request{URL: &url.URL{Scheme: to}}, via); !errors.Is(err, want) {
			t.Errorf("from %s to %s after %d: %v, want %v", from, to, hops, err, want)
		}
	}
	f("http", "http", 5, nil)
	f("http", "https", 1, nil)
	f("https", "https", 1, nil)
	f("https", "http", 1, ErrForbidden)
	f("https", "gopher", 1, ErrForbidden)
	f("http", "http", 6, ErrRedirects)
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, today, today); err != nil {
			t.Fatal(err)
		}
	}
	put("hosts.txt", "evil.example\nnot one\n")
	put("pools.csv", "ip,port\n198.51.100.7,3333\n")
	const address = "https://feeds.example/x"
	lists, problems := Load(dir, []Feed{
		{Name: "hosts", URL: address, Category: intel.Phishing, TTL: time.Hour, Subdomains: true, Threat: "Phishing", Confidence: 60},
		{Name: "pools", URL: address, Category: intel.Crypto, Column: "ip"},
		{Name: "absent", URL: address, Category: intel.C2},
		{Name: "hosts", URL: "ftp://feeds.example", Category: intel.C2},
		{Name: "hosts", URL: address, Category: intel.C2, Format: "WORD"},
	})
	var got []string
	for _, p := range problems {
		got = append(got, p.String())
	}
	want := []string{
		`hosts: line 2: neither address, range, domain name nor URL: "not"`,
		"absent: no copy",
		`hosts: feed is not usable: hosts: not an http or https address: "ftp://feeds.example"`,
		`hosts: read list hosts: unknown list format: "WORD"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("problems: -want +got\n%s", diff)
	}
	if len(lists) != 2 {
		t.Fatalf("%d lists", len(lists))
	}
	tables, _ := intel.Build(lists, intel.Options{})
	e, ok := tables.Domain("", "www.evil.example").First(intel.Phishing, today.Unix())
	if !ok || e.List != "hosts" || e.Confidence != 60 || !e.Expires.Equal(today.Add(time.Hour)) || e.Threats[0] != "Phishing" {
		t.Errorf("%+v", e)
	}
	if _, ok := tables.IP("", netip.MustParseAddr("198.51.100.7")).OnPort(intel.Crypto, 3333, today.Unix()); !ok {
		t.Error("no pool")
	}
}

// TestUpdateThenLoad takes a list from a server into the tables.
func TestUpdateThenLoad(t *testing.T) {
	f := serve(t, func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "# c2\n198.51.100.7\n") })
	f.TTL = 24 * time.Hour
	dir := t.TempDir()
	if r := update(t, f, dir, local()); r.Err != nil {
		t.Fatal(r.Err)
	}
	lists, problems := Load(dir, []Feed{f})
	if len(problems) != 0 || len(lists) != 1 {
		t.Fatal(lists, problems)
	}
	if !lists[0].Expires.Equal(today.Add(24*time.Hour)) || len(lists[0].Indicators) != 1 {
		t.Errorf("%+v", lists[0])
	}
}

func TestDefaultFeeds(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range DefaultFeeds() {
		if err := f.Check(); err != nil {
			t.Error(err)
		}
		if seen[f.Name] {
			t.Errorf("two feeds are named %s", f.Name)
		}
		seen[f.Name] = true
		if _, _, err := intel.Read(f.format(), strings.NewReader(""), 1); err != nil {
			t.Errorf("%s: %v", f.Name, err)
		}
	}
}

func TestFeedYAML(t *testing.T) {
	var got Feed
	text := "name: ours\nurl: https://feeds.example/x.csv\nformat: CSV\ncolumn: ip\ncategory: c2\nthreat: Loader\nsubdomains: true\nconfidence: 80\nttl: 36h\nlicence: ours\n"
	if err := yaml.Unmarshal([]byte(text), &got); err != nil {
		t.Fatal(err)
	}
	want := Feed{
		Name: "ours", URL: "https://feeds.example/x.csv", Format: intel.CSV, Column: "ip", Category: intel.C2, Threat: "Loader",
		Subdomains: true, Confidence: 80, TTL: 36 * time.Hour, Licence: "ours",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if got.format() != "CSV:ip" {
		t.Errorf("format %q", got.format())
	}
}
