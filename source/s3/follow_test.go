package s3_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/pipeline"
	"picket/s3test"
	"picket/source/s3"
)

// delivered is the key of a CloudTrail file of an account's day.
func delivered(account string, at time.Time, id string) string {
	return fmt.Sprintf("o-abcdefghij/AWSLogs/o-abcdefghij/%s/CloudTrail/eu-west-1/%s/%s_CloudTrail_eu-west-1_%s_%s.json.gz",
		account, at.Format("2006/01/02"), account, at.Format("20060102T1504Z"), id)
}

// watched is a bucket that is followed, through a proxy, at a time that tests choose.
type watched struct {
	*s3.Bucket
	t       *testing.T
	backend string
	now     time.Time
	full    int64
	asked   []string // prefixes
}

func watch(t *testing.T, keys []string, intercept func(http.ResponseWriter, *http.Request) bool) *watched {
	t.Helper()
	backend, err := url.Parse(s3test.Start(t))
	if err != nil {
		t.Fatal(err)
	}
	fill(t, backend.String(), "trail", keys)
	w := &watched{t: t, backend: backend.String(), now: time.Now()}
	front := newProxy(t, backend, func(out http.ResponseWriter, r *http.Request) bool {
		if r.URL.Query().Get("list-type") == "2" {
			w.asked = append(w.asked, r.URL.Query().Get("prefix"))
		}
		return intercept != nil && intercept(out, r)
	})
	client, err := s3.Open(t.Context(), s3.Endpoint{URL: front})
	if err != nil {
		t.Fatal(err)
	}
	w.Bucket = &s3.Bucket{Client: client, Name: "trail", Now: func() time.Time { return w.now }, Since: w.now.Add(-time.Hour), Pause: time.Nanosecond}
	return w
}

// look returns the names of what a look shows, after the bucket's name.
func (w *watched) look() []string {
	w.t.Helper()
	shown, err := w.Look(w.t.Context(), w.full)
	if err != nil {
		w.t.Fatal(err)
	}
	if shown.Full > 0 {
		w.full = shown.Full
	}
	if shown.Through != w.now.Unix() {
		w.t.Errorf("through %d, want %d", shown.Through, w.now.Unix())
	}
	var names []string
	for _, o := range shown.Objects {
		names = append(names, strings.TrimPrefix(o.Name, "s3://trail/"))
	}
	slices.Sort(names)
	return names
}

func (w *watched) want(why string, want ...string) {
	w.t.Helper()
	w.asked = nil
	if diff := cmp.Diff(want, w.look()); diff != "" {
		w.t.Errorf("%s: -want +got\n%s", why, diff)
	}
}

// TestFollow holds that a bucket shows what comes without being listed again, and what comes out of order later.
func TestFollow(t *testing.T) {
	day := time.Now().UTC().Truncate(24 * time.Hour).Add(12 * time.Hour)
	one, two := "111122223333", "444455556666"
	first := delivered(one, day, "b")
	w := watch(t, []string{first, delivered(one, day.AddDate(0, 0, -60), "old"), "o-abcdefghij/AWSLogs/o-abcdefghij/" + one + "/CloudTrail-Insight/eu-west-1/x.json.gz"}, nil)
	w.now = day
	w.want("at first", first)
	if w.full != day.Unix() {
		t.Errorf("looked fully at %d, want %d", w.full, day.Unix())
	}

	second, early, other := delivered(one, day, "c"), delivered(one, day, "a"), delivered(two, day, "a")
	for _, key := range []string{second, early, other} {
		put(t, w.backend, "trail", key, key)
	}
	w.now = day.Add(time.Second)
	w.want("after the last key", second)
	if want := []string{second[:strings.LastIndex(second, "/")+1]}; !slices.Equal(w.asked, want) {
		t.Errorf("asked for %q, want %q", w.asked, want)
	}
	w.now = day.Add(2 * time.Second)
	w.want("nothing new")

	w.now = day.Add(61 * time.Minute)
	w.want("an hour later", early, first, second, other)

	tomorrow := day.AddDate(0, 0, 1)
	w.now, w.full = day.Add(13*time.Hour), tomorrow.Unix()
	w.want("after midnight, at everything of two days", early, first, second, other)
	next := delivered(two, tomorrow, "a")
	put(t, w.backend, "trail", next, next)
	w.now = w.now.Add(time.Second)
	w.want("in the folder of a new day", next)
	if len(w.asked) != 4 {
		t.Errorf("asked for %q, want two folders of each account", w.asked)
	}
}

// TestFollowDigests holds that the hashes of log files are shown, as what they are.
func TestFollowDigests(t *testing.T) {
	day := time.Now().UTC().Truncate(24 * time.Hour).Add(12 * time.Hour)
	first := delivered("111122223333", day, "a")
	digest := func(key string) string { return strings.ReplaceAll(key, "CloudTrail", "CloudTrail-Digest") }
	w := watch(t, []string{first, digest(first)}, nil)
	w.now = day
	w.want("at first", digest(first), first)
	second := digest(delivered("111122223333", day, "b"))
	put(t, w.backend, "trail", second, second)
	w.now = day.Add(time.Second)
	shown, err := w.Look(t.Context(), w.full)
	if err != nil || len(shown.Objects) != 1 || !shown.Objects[0].Digest {
		t.Errorf("got %+v, %v", shown.Objects, err)
	}
}

// TestFollowFlat holds that keys which no layout of AWS's tells of are followed too.
func TestFollowFlat(t *testing.T) {
	w := watch(t, []string{"logs/2026-01-01.json"}, nil)
	w.want("at first", "logs/2026-01-01.json")
	put(t, w.backend, "trail", "logs/2026-01-02.json", "x")
	w.now = w.now.Add(time.Second)
	w.want("what is new", "logs/2026-01-02.json")
}

// TestFollowSince holds that what was written before is left out.
func TestFollowSince(t *testing.T) {
	w := watch(t, []string{"a"}, nil)
	w.Since = w.now.Add(time.Hour)
	w.want("written before")
}

// TestFollowFails holds that a listing which failed claims nothing, and is tried again.
func TestFollowFails(t *testing.T) {
	var broken atomic.Bool
	broken.Store(true)
	w := watch(t, []string{"a"}, func(out http.ResponseWriter, _ *http.Request) bool {
		if broken.Load() {
			refuse(out, http.StatusForbidden, "AccessDenied")
		}
		return broken.Load()
	})
	shown, err := w.Look(t.Context(), 0)
	if err == nil || !strings.Contains(err.Error(), "s3://trail/: AccessDenied") || shown.Through != 0 || shown.Full != 0 {
		t.Errorf("got %+v, %v", shown, err)
	}
	w.now = w.now.Add(2 * time.Hour)
	if shown, _ := w.Look(t.Context(), 0); shown.Through != w.now.Add(-time.Hour).Unix() {
		t.Errorf("through %d: others wait for ever", shown.Through)
	}
	broken.Store(false)
	w.now = w.now.Add(time.Minute)
	w.want("it answers again", "a")
}

// TestSoonAfterTheFirstListing holds that what comes after a source was added doesn't wait for as long as that listing was.
func TestSoonAfterTheFirstListing(t *testing.T) {
	now := time.Now().UTC()
	var keys []string
	for i := range 5 {
		keys = append(keys, delivered(fmt.Sprint(111122220000+i), now.AddDate(0, 0, -1), "a"))
	}
	w := watch(t, append(keys, delivered("111122220000", now, "a")), nil)
	w.Bucket.Pause = time.Second
	if shown := w.look(); len(shown) != 6 {
		t.Fatalf("at first: got %q", shown)
	}
	next := delivered("111122220000", now, "b")
	put(t, w.backend, "trail", next, next)
	w.now = w.now.Add(time.Second)
	w.want("a second later", next)
}

// TestOpenWhole holds that an object is handed on whole, as it was listed, or not at all.
func TestOpenWhole(t *testing.T) {
	var do atomic.Pointer[func(http.ResponseWriter, *http.Request) bool]
	var gets atomic.Int32
	w := watch(t, []string{"object"}, func(out http.ResponseWriter, r *http.Request) bool {
		if f := do.Load(); f != nil && strings.HasSuffix(r.URL.Path, "/object") {
			gets.Add(1)
			return (*f)(out, r)
		}
		return false
	})
	shown, err := w.Look(t.Context(), 0)
	if err != nil || len(shown.Objects) != 1 {
		t.Fatalf("got %+v, %v", shown, err)
	}
	o := shown.Objects[0].LogObject
	f := func(name, want string, gone bool, maxGets int32, answer func(http.ResponseWriter, *http.Request) bool) {
		t.Helper()
		do.Store(&answer)
		gets.Store(0)
		in, err := w.Open(t.Context(), &o)
		if want != "" {
			if err == nil || !strings.Contains(err.Error(), want) || errors.Is(err, fs.ErrNotExist) != gone || gets.Load() > maxGets ||
				errors.Is(err, fs.ErrPermission) != (want == "AccessDenied") {
				t.Errorf("%s: got %v after %d requests, want %q", name, err, gets.Load(), want)
			}
			return
		}
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		text, err := io.ReadAll(in)
		if string(text) != "object" || err != nil || in.Close() != nil {
			t.Errorf("%s: got %q, %v", name, text, err)
		}
	}
	pass := func(http.ResponseWriter, *http.Request) bool { return false }
	status := func(status int, code string) func(http.ResponseWriter, *http.Request) bool {
		return func(out http.ResponseWriter, _ *http.Request) bool { refuse(out, status, code); return true }
	}
	body := func(length, text string) func(http.ResponseWriter, *http.Request) bool {
		return func(out http.ResponseWriter, _ *http.Request) bool {
			out.Header().Set("Content-Length", length)
			io.WriteString(out, text)
			return true
		}
	}
	f("as it is", "", false, 1, pass)
	f("an error of the server once", "", false, 2, func(out http.ResponseWriter, _ *http.Request) bool {
		if gets.Load() == 1 {
			refuse(out, http.StatusInternalServerError, "InternalError")
		}
		return gets.Load() == 1
	})
	f("an error of the server for ever", "InternalError", false, 3, status(http.StatusInternalServerError, "InternalError"))
	f("not allowed", "AccessDenied", false, 1, status(http.StatusForbidden, "AccessDenied"))
	f("missing", "NoSuchKey", true, 1, status(http.StatusNotFound, "NoSuchKey"))
	f("a body that ends early", "unexpected EOF", false, 1, body("6", "obj"))
	f("a shorter body", "got 3 bytes of 6", false, 1, body("3", "obj"))
	f("a longer body", "got 7 bytes of 6", false, 1, body("7", "objects"))
	f("other bytes", "checksum", false, 1, func(out http.ResponseWriter, r *http.Request) bool {
		out.Header().Set("X-Amz-Checksum-Crc32", "AAAAAA==")
		return body("6", "OBJECT")(out, r)
	})
	f("redirects without end", "redirected more than 3 times", false, 12, func(out http.ResponseWriter, r *http.Request) bool {
		http.Redirect(out, r, r.URL.String(), http.StatusTemporaryRedirect)
		return true
	})
	put(t, w.backend, "trail", "object", "objects")
	f("changed", "PreconditionFailed", true, 1, pass)
	if _, err := w.Open(t.Context(), &picket.LogObject{Name: "s3://other/object"}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("of another bucket: got %v", err)
	}
}

var _ pipeline.Source = (*s3.Bucket)(nil)
