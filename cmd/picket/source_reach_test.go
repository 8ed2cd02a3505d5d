package main

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"picket"
	"picket/scan"
	"picket/service"
)

// reach is a server whose data, master key and logs are in a folder, and links to each in that of the logs.
type reach struct {
	*server
	t   *testing.T
	dir string // with a slash
}

const (
	outside = "console-sources: folders:"
	own     = "the server keeps its own data there"
)

func newReach(t *testing.T) *reach {
	w := &reach{t: t, dir: t.TempDir() + "/"}
	for _, folder := range []string{"logs/team", "logs-of-others", "key"} {
		w.ok(os.MkdirAll(w.dir+folder, 0o700))
	}
	c := config{Data: w.dir + "data", Regions: []string{home}, ConsoleSources: consoleSourcesConfig{Folders: []string{w.dir + "logs"}}}
	s, err := openServer(t.Context(), c, quiet())
	w.ok(err)
	t.Cleanup(func() { w.ok(s.close()) })
	w.server = s
	w.ok(os.Rename(w.dir+"data/master.key", w.dir+"key/master"))
	t.Setenv(masterKeyPlace, w.dir+"key/master")
	for link, to := range map[string]string{"logs/out": "logs-of-others", "logs/own": "data", "logs/key.json": "key/master", "in": "logs/team"} {
		w.ok(os.Symlink(w.dir+to, w.dir+link))
	}
	for _, file := range []string{"logs/a.json", "logs/team/b.json", "logs-of-others/c.json", "data/credentials"} {
		w.ok(os.WriteFile(w.dir+file, []byte("{}"), 0o600))
	}
	return w
}

func (w *reach) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// Sources of the console are added in the folders that the configuration names, wherever links lead, and none where the server keeps
// what is its own.
func TestSourcesAreAddedWithinReach(t *testing.T) {
	w := newReach(t)
	f := func(location string, console bool, want string) {
		t.Helper()
		_, err := w.service.AddSource(t.Context(), service.Source{ID: "x", Location: w.dir + location, Console: console})
		if want == "" {
			w.ok(err)
			w.ok(w.service.RemoveSource(t.Context(), "x"))
		} else if picket.ErrorCode(err) != picket.CodeBadRequest || !strings.Contains(err.Error(), want) {
			t.Errorf("%s, console %v: got %v, want %q", location, console, err, want)
		}
	}
	for _, location := range []string{"logs", "logs/team", "logs/none-yet", "in"} {
		f(location, true, "")
		f(location, false, "")
	}
	for _, location := range []string{"", "logs-of-others", "logs/../logs-of-others", "logs/out", "logs/out/c.json"} {
		f(location, true, outside)
		f(location, false, "")
	}
	for _, location := range []string{"data", "data/credentials", "data/none-yet", "logs/own", "key/master", "logs/key.json"} {
		f(location, true, own)
		f(location, false, own)
	}

	c := w.config
	c.ConsoleSources.Folders, c.Sources = nil, map[string]sourceConfig{"x": {Location: w.dir + "logs/own"}}
	if err := c.mayRead(service.Source{Location: w.dir + "logs", Console: true}); err == nil || !strings.Contains(err.Error(), outside) {
		t.Errorf("without folders of the console: %v", err)
	}
	if _, wrong := c.sources(); len(wrong) != 1 || !strings.Contains(wrong[0].Error(), own) {
		t.Errorf("declared: %v", wrong)
	}
}

// What is out of a source's reach is not read either, when links or patterns lead there, or it is below what was named.
func TestSourcesAreReadWithinReach(t *testing.T) {
	w := newReach(t)
	f := func(location string, console bool, want string, problems ...string) {
		t.Helper()
		objects, wrong, err := w.config.before(t.Context(), service.Source{Location: w.dir + location, Console: console}, &scan.Filter{})
		w.ok(err)
		var got []string
		for _, o := range objects {
			got = append(got, filepath.Base(o.Name))
		}
		for _, p := range wrong {
			got = append(got, strings.TrimPrefix(p.Object, w.dir))
		}
		if want := append(strings.Fields(want), problems...); !slices.Equal(got, want) {
			t.Errorf("%s, console %v: got %q, want %q", location, console, got, want)
		}
	}
	f("logs", true, "a.json b.json", "logs/key.json", "logs/out", "logs/own")
	f("logs", false, "a.json c.json b.json", "logs/key.json", "logs/own")
	f("logs/*", true, "a.json b.json", "logs/key.json", "logs/out", "logs/own")
	f("dat?", false, "", "data")
	f("", true, "", "")
	f("", false, "b.json a.json c.json", "data", "key/master")

	from, err := w.config.openSource(t.Context(), service.Source{Location: w.dir + "logs", Console: true})
	w.ok(err)
	for name, want := range map[string]string{"logs/out/c.json": outside, "logs/key.json": own} {
		if _, err := from.Open(t.Context(), &picket.LogObject{Name: w.dir + name}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %q", name, err, want)
		}
	}
}

// Buckets and queues of the console are under an egress policy, where the configuration allows no more; those of commands are not.
func TestBucketsReach(t *testing.T) {
	for k, v := range map[string]string{"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true", "AWS_MAX_ATTEMPTS": "1"} {
		t.Setenv(k, v)
	}
	var asked atomic.Int32
	inside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(inside.Close)
	t.Setenv("AWS_ENDPOINT_URL_STS", inside.URL)
	f := func(o service.Source, reached bool, allow ...string) {
		t.Helper()
		o.Location = "s3://trail/x"
		asked.Store(0)
		said := ""
		for _, step := range (config{ConsoleSources: consoleSourcesConfig{Allow: allow}}).testSource(t.Context(), o) {
			said += step.Failed
		}
		if got := asked.Load() > 0; got != reached || !reached && !strings.Contains(said, "forbidden by the egress policy") {
			t.Errorf("%+v: reached %v: %q, want %v", o, got, said, reached)
		}
	}
	at := service.Bucket{Endpoint: inside.URL}
	f(service.Source{Bucket: at}, true)
	f(service.Source{Bucket: at, Console: true}, false)
	f(service.Source{Bucket: at, Console: true}, true, "127.0.0.0/8")
	at.Role = "arn:aws:iam::111122223333:role/logs"
	f(service.Source{Bucket: at, Console: true}, false)

	client, err := config{}.client(t.Context(), service.Source{Console: true})
	if err != nil {
		t.Fatal(err)
	}
	q, err := client.Queue(inside.URL + "/111122223333/new")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := q.Waiting(t.Context()); err == nil || !strings.Contains(err.Error(), "forbidden by the egress policy") {
		t.Errorf("the queue: %v", err)
	}
}
