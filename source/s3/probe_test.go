package s3_test

import (
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"picket/s3test"
	"picket/source/s3"
)

func TestProbe(t *testing.T) {
	endpoint := s3test.Start(t)
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "logs"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "logs", "a.json"), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	s3test.Upload(t, endpoint, "there", dir, "logs")
	client, err := s3.Open(t.Context(), s3.Endpoint{URL: endpoint})
	if err != nil {
		t.Fatal(err)
	}
	f := func(b s3.Bucket, key, problem string) {
		t.Helper()
		b.Client = client
		got, err := b.Probe(t.Context())
		if got != key || (err == nil) != (problem == "") || err != nil && !strings.Contains(err.Error(), problem) {
			t.Errorf("got %q, %v; want %q, %q", got, err, key, problem)
		}
	}
	f(s3.Bucket{Name: "there"}, "logs/a.json", "")
	f(s3.Bucket{Name: "there", Prefix: "other/"}, "", "")
	f(s3.Bucket{Name: "missing"}, "", "NoSuchBucket")
	silent := httptest.NewServer(nil)
	silent.Close()
	queue, err := client.Queue(silent.URL + "/000000000000/logs")
	if err != nil {
		t.Fatal(err)
	}
	f(s3.Bucket{Name: "there", Queue: queue}, "", "queue http://")
}
