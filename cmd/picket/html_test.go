package main

import (
	"slices"
	"testing"

	"picket/scan"
)

func TestInputs(t *testing.T) {
	f := func(names []string, want ...string) {
		t.Helper()
		var objects []scan.Object
		for _, n := range names {
			objects = append(objects, scan.Object{Name: n})
		}
		if got := inputs(objects); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", names, got, want)
		}
	}
	f(nil, "no files")
	f([]string{"standard input"}, "standard input")
	f([]string{"a.json"}, "a.json")
	f([]string{"logs/a/x.gz", "logs/b/y.gz"}, "logs")
	f([]string{"logs/a/x.gz", "logs/ab/y.gz", "other/z"}, "logs", "other/z")
	f([]string{"/var/logs/a", "/var/logs/b", "/srv/c"}, "/srv/c", "/var/logs")
	f([]string{"s3://trail/AWSLogs/1/x", "s3://trail/AWSLogs/2/y", "s3://flow/z"}, "s3://flow/z", "s3://trail/AWSLogs")
	f([]string{"s3://trail/x", "s3://trail/y"}, "s3://trail")
	f([]string{"../a/x", "../b/y"}, "..")
}
