// Package s3test starts a real S3 server for tests, fills its buckets, and leaves nothing behind. It imitates nothing: what a
// server does that this one can't, tests put in front of it.
package s3test

import (
	"bytes"
	"context"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// The server, a real one, built once into the project's cache.
const versitygw = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"

// Start starts an S3 server and returns its URL. The environment has credentials for it until the test ends.
func Start(t testing.TB) string {
	t.Helper()
	return Serve(t, t.TempDir())
}

// Serve is Start over a folder of buckets.
func Serve(t testing.TB, dir string) string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	cache := filepath.Join(filepath.Dir(here), "..", ".cache", "versitygw-v1.8.0")
	binary := filepath.Join(cache, "versitygw")
	if _, err := os.Stat(binary); err != nil {
		build := exec.Command("go", "install", versitygw)
		build.Dir = t.TempDir() // outside the module: its go.mod must not matter
		build.Env = append(os.Environ(), "GOBIN="+cache, "GOFLAGS=")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("build the S3 server: %v\n%s", err, out)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := listener.Addr().String()
	listener.Close()
	ctx, stop := context.WithCancel(context.Background())
	server := exec.CommandContext(ctx, binary, "--port", address, "--access", "AKIAEXAMPLE", "--secret", "secret", "posix", dir)
	var log bytes.Buffer
	server.Stdout, server.Stderr = &log, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); server.Wait() })
	ready, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for again := time.NewTicker(10 * time.Millisecond); ; {
		c, err := (&net.Dialer{}).DialContext(ready, "tcp", address)
		if err == nil {
			c.Close()
			break
		}
		select {
		case <-again.C:
		case <-ready.Done():
			t.Fatalf("the S3 server does not answer: %v\n%s", err, log.String())
		}
	}
	for k, v := range map[string]string{"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"} {
		t.Setenv(k, v)
	}
	return "http://" + address
}

// API returns a client of the server.
func API(t testing.TB, endpoint string) *s3.Client {
	t.Helper()
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s3.NewFromConfig(cfg, func(o *s3.Options) { o.BaseEndpoint, o.UsePathStyle = &endpoint, true })
}

// Upload makes a bucket of the files in a folder below dir, whose path begins their keys.
func Upload(t testing.TB, endpoint, bucket, dir, folder string) {
	t.Helper()
	api := API(t, endpoint)
	if _, err := api.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(filepath.Join(dir, folder), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := os.Open(path)
		if err != nil {
			return err
		}
		defer body.Close()
		key, err := filepath.Rel(dir, path)
		if err == nil {
			key = filepath.ToSlash(key)
			_, err = api.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: body})
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
