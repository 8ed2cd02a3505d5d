// Package s3test starts a real S3 server for tests, fills its buckets, and leaves nothing behind. What a server does that
// this one can't, tests put in front of it; of SQS, which has no free server, it imitates as much as the SDK needs.
package s3test

import (
	"bytes"
	"context"
	"fmt"
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
	endpoint, stop, err := Run(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(stop)
	for k, v := range Environment {
		t.Setenv(k, v)
	}
	return endpoint
}

// Environment is what clients of the server find their credentials in.
var Environment = map[string]string{
	"AWS_ACCESS_KEY_ID": access, "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true",
}

const access, secret = "AKIAEXAMPLE", "secret"

// Run starts an S3 server over a folder of buckets, until it is stopped.
func Run(ctx context.Context, dir string) (endpoint string, stop func(), err error) {
	binary, err := built(ctx)
	if err != nil {
		return "", nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	address := listener.Addr().String()
	listener.Close()
	running, end := context.WithCancel(context.WithoutCancel(ctx))
	server := exec.CommandContext(running, binary, "--port", address, "--access", access, "--secret", secret, "posix", dir)
	var log bytes.Buffer
	server.Stdout, server.Stderr = &log, &log
	if err := server.Start(); err != nil {
		end()
		return "", nil, err
	}
	stop = func() { end(); server.Wait() }
	if err := answers(ctx, address); err != nil {
		stop()
		return "", nil, fmt.Errorf("the S3 server does not answer: %w\n%s", err, log.String())
	}
	return "http://" + address, stop, nil
}

// built returns the server's binary.
func built(ctx context.Context) (string, error) {
	_, here, _, _ := runtime.Caller(0)
	cache := filepath.Join(filepath.Dir(here), "..", ".cache", "versitygw-v1.8.0")
	binary := filepath.Join(cache, "versitygw")
	if _, err := os.Stat(binary); err == nil {
		return binary, nil
	}
	build := exec.CommandContext(ctx, "go", "install", versitygw)
	build.Dir = os.TempDir() // outside the module: its go.mod must not matter
	build.Env = append(os.Environ(), "GOBIN="+cache, "GOFLAGS=")
	if out, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the S3 server: %w\n%s", err, out)
	}
	return binary, nil
}

// answers waits until something listens.
func answers(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err == nil {
			return c.Close()
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return err
		}
	}
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
