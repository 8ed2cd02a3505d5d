package s3_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"picket/s3test"
	"picket/scan"
	"picket/source/s3"
)

// put writes an object.
func put(t *testing.T, endpoint, bucket, key, text string) {
	t.Helper()
	if _, err := s3test.API(t, endpoint).PutObject(t.Context(), &awss3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader(text)}); err != nil {
		t.Fatal(err)
	}
}

// fill makes a bucket with the keys, each holding its own name.
func fill(t *testing.T, endpoint, bucket string, keys []string) {
	t.Helper()
	if _, err := s3test.API(t, endpoint).CreateBucket(t.Context(), &awss3.CreateBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		put(t, endpoint, bucket, k, k)
	}
}

// keys of three accounts, two regions, three days and three kinds of logs, and of others.
func keys() []string {
	var all []string
	for _, account := range []string{"111122223333", "444455556666"} {
		for _, region := range []string{"us-east-1", "eu-west-1"} {
			for day := 1; day <= 3; day++ {
				all = append(all, fmt.Sprintf("org/AWSLogs/o-abcdefghij/%s/CloudTrail/%s/2026/01/%02d/%s_CloudTrail_%s_202601%02dT0005Z_AbCdEfGhIjKlMnOp.json.gz", account, region, day, account, region, day),
					fmt.Sprintf("org/AWSLogs/%s/vpcflowlogs/%s/2026/01/%02d/%s_vpcflowlogs_%s_fl-1_202601%02dT0005Z_12345678.log.gz", account, region, day, account, region, day))
			}
		}
		all = append(all, fmt.Sprintf("org/AWSLogs/%s/CloudTrail-Digest/us-east-1/2026/01/01/x.json.gz", account))
	}
	return append(all, "other/records.jsonl")
}

// list returns the objects under an address, all of which can be listed.
func list(t *testing.T, client *s3.Client, address string) []scan.Object {
	t.Helper()
	objects, problems := client.List(t.Context(), address, &scan.Filter{})
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return objects
}

func TestList(t *testing.T) {
	endpoint := s3test.Start(t)
	fill(t, endpoint, "trail", keys())
	client, err := s3.Open(t.Context(), s3.Endpoint{URL: endpoint})
	if err != nil {
		t.Fatal(err)
	}
	f := func(address string, filter scan.Filter, want int, mustHave string) {
		t.Helper()
		objects, problems := client.List(t.Context(), address, &filter)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		if len(objects) != want || slices.ContainsFunc(objects, func(o scan.Object) bool { return !strings.Contains(o.Name, mustHave) }) {
			t.Errorf("%s %+v: got %d objects, want %d, all with %q", address, filter, len(objects), want, mustHave)
		}
	}
	date := func(day int) time.Time { return time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC) }
	f("s3://trail", scan.Filter{}, 25, "")
	f("s3://trail/other", scan.Filter{}, 1, "other/")
	f("s3://trail/org/AWSLogs/", scan.Filter{}, 24, "AWSLogs")
	f("s3://trail/org/AWSLogs/", scan.Filter{Accounts: []string{"444455556666"}}, 12, "444455556666")
	f("s3://trail/org/", scan.Filter{Regions: []string{"eu-west-1"}}, 12, "eu-west-1")
	f("s3://trail/org/", scan.Filter{Since: date(3)}, 8, "2026/01/03")
	f("s3://trail/org/AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/01/02/", scan.Filter{}, 1, "/02/")

	if _, problems := client.List(t.Context(), "s3://no-such-bucket/x", &scan.Filter{}); len(problems) != 1 || !strings.Contains(problems[0].Reason, "NoSuchBucket") {
		t.Errorf("no such bucket: got %v", problems)
	}
	if _, problems := client.List(t.Context(), "http://trail/x", &scan.Filter{}); len(problems) != 1 {
		t.Errorf("no s3 URL: got %v", problems)
	}
}

// TestListPrunes holds the promise that folders which cannot matter are not listed.
func TestListPrunes(t *testing.T) {
	backend, err := url.Parse(s3test.Start(t))
	if err != nil {
		t.Fatal(err)
	}
	fill(t, backend.String(), "trail", keys())
	var asked []string
	front := newProxy(t, backend, func(_ http.ResponseWriter, r *http.Request) bool {
		asked = append(asked, r.URL.Query().Get("prefix"))
		return false
	})
	client, err := s3.Open(t.Context(), s3.Endpoint{URL: front})
	if err != nil {
		t.Fatal(err)
	}
	filter := scan.Filter{Accounts: []string{"111122223333"}, Regions: []string{"us-east-1"}, Since: time.Date(2026, 1, 3, 12, 0, 0, 0, time.UTC)}
	if _, problems := client.List(t.Context(), "s3://trail/org/AWSLogs/111122223333/", &filter); len(problems) > 0 {
		t.Fatal(problems)
	}
	base := "org/AWSLogs/111122223333/"
	want := []string{
		base, base + "vpcflowlogs/", base + "vpcflowlogs/us-east-1/", base + "vpcflowlogs/us-east-1/2026/",
		base + "vpcflowlogs/us-east-1/2026/01/", base + "vpcflowlogs/us-east-1/2026/01/03/",
	}
	if d := cmp.Diff(want, asked); d != "" {
		t.Errorf("prefixes asked for (-want +got):\n%s", d)
	}
}

// TestOpenFailsHalfway holds that a broken connection is an error of its object and not the end of the scan.
func TestOpenFailsHalfway(t *testing.T) {
	backend, err := url.Parse(s3test.Start(t))
	if err != nil {
		t.Fatal(err)
	}
	fill(t, backend.String(), "trail", []string{"a", "b"})
	var gets atomic.Int32
	front := newProxy(t, backend, func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/trail/a" {
			return false
		}
		gets.Add(1)
		w.Header().Set("Content-Length", "1000")
		w.Write([]byte("half"))
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	client, err := s3.Open(t.Context(), s3.Endpoint{URL: front})
	if err != nil {
		t.Fatal(err)
	}
	objects := list(t, client, "s3://trail/")
	if len(objects) != 2 {
		t.Fatalf("got %d objects", len(objects))
	}
	report := scan.Run(t.Context(), scan.Config{Objects: objects}, &scan.Progress{})
	if gets.Load() == 0 || !slices.ContainsFunc(report.Problems, func(p scan.Problem) bool {
		return p.Object == "s3://trail/a" && strings.Contains(p.Reason, io.ErrUnexpectedEOF.Error())
	}) {
		t.Errorf("got problems %+v, want one of s3://trail/a", report.Problems)
	}
	if report.Objects != 2 {
		t.Errorf("got %d objects read, want 2: the scan goes on", report.Objects)
	}
}

func TestKeep(t *testing.T) {
	backend, err := url.Parse(s3test.Start(t))
	if err != nil {
		t.Fatal(err)
	}
	fill(t, backend.String(), "trail", []string{"a"})
	var gets atomic.Int32
	front := newProxy(t, backend, func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/trail/a" && r.Method == http.MethodGet {
			gets.Add(1)
		}
		return false
	})
	client, err := s3.Open(t.Context(), s3.Endpoint{URL: front})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	f := func(read, want string, wantGets int32) {
		t.Helper()
		objects := list(t, client, "s3://trail/")
		if err := s3.Keep(objects, dir); err != nil {
			t.Fatal(err)
		}
		in, err := objects[0].Open(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var got []byte
		if read == "all" {
			got, err = io.ReadAll(in)
		}
		if err := in.Close(); err != nil {
			t.Fatal(err)
		}
		if string(got) != want || err != nil || gets.Load() != wantGets {
			t.Errorf("read %s: got %q, %v after %d requests, want %q after %d", read, got, err, gets.Load(), want, wantGets)
		}
	}
	f("nothing", "", 1)
	f("all", "a", 2) // the first time it was not read to its end
	f("all", "a", 2)
	put(t, backend.String(), "trail", "a", "a, and what was added since")
	f("all", "a, and what was added since", 3)
}

// TestCopiesAreFetchedOnce holds that an object which is there twice, by what S3 says of its content, is fetched once.
func TestCopiesAreFetchedOnce(t *testing.T) {
	backend, err := url.Parse(s3test.Start(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, bucket := range []string{"trail", "replica"} {
		fill(t, backend.String(), bucket, []string{"a", "b"})
	}
	var gets atomic.Int32
	front := newProxy(t, backend, func(_ http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "/a") || strings.HasSuffix(r.URL.Path, "/b") {
			gets.Add(1)
		}
		return false
	})
	client, err := s3.Open(t.Context(), s3.Endpoint{URL: front})
	if err != nil {
		t.Fatal(err)
	}
	var all []scan.Object
	for _, address := range []string{"s3://trail/", "s3://trail/a", "s3://replica/"} {
		all = append(all, list(t, client, address)...)
	}
	report := scan.Run(t.Context(), scan.Config{Objects: all}, &scan.Progress{})
	if len(all) != 5 || gets.Load() != 2 || len(report.Skipped) != 3 {
		t.Errorf("got %d objects, %d requests, skipped %+v; want 5, 2 and 3", len(all), gets.Load(), report.Skipped)
	}
}

// newProxy passes requests on to backend unless intercept answers them.
func newProxy(t *testing.T, backend *url.URL, intercept func(http.ResponseWriter, *http.Request) bool) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	pass := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Scheme, r.Out.URL.Host = backend.Scheme, backend.Host
		r.Out.Host = r.In.Host // it is signed
	}}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !intercept(w, r) {
			pass.ServeHTTP(w, r)
		}
	})}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return "http://" + listener.Addr().String()
}
