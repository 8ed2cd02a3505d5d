package scan_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"picket/scan"
	"picket/source/file"
)

// query is a DNS record.
func query(port int) string {
	return fmt.Sprintf(`{"version":"1.100000","account_id":"111122223333","region":"us-east-1","vpc_id":"vpc-1","query_timestamp":"2026-01-05T10:00:00Z","query_name":"example.com.","query_type":"A","rcode":"NOERROR","answers":[],"srcaddr":"10.0.0.5","srcport":"%d","transport":"UDP","srcids":{"instance":"i-0a1b2c3d4e5f60718"}}`+"\n", port)
}

// made is an object of text.
func made(name, text string) scan.Object {
	return scan.Object{Name: name, Size: int64(len(text)), Open: func(context.Context) (io.ReadCloser, error) {
		return io.NopCloser(strings.NewReader(text)), nil
	}}
}

// TestIdentical holds that equal objects are read once, however they are named, and that those which only look equal are
// all read.
func TestIdentical(t *testing.T) {
	small := query(40000)
	large := strings.Repeat(small, 1000)
	f := func(files map[string]string, arguments []string, records int64, skipped string) {
		t.Helper()
		dir := t.TempDir()
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Link(filepath.Join(dir, "a"), filepath.Join(dir, "hard")); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink("a", filepath.Join(dir, "soft")); err != nil {
			t.Fatal(err)
		}
		for i := range arguments {
			arguments[i] = filepath.Join(dir, arguments[i])
		}
		objects, problems := file.List(arguments, &scan.Filter{})
		progress := &scan.Progress{}
		r := scan.Run(t.Context(), scan.Config{Objects: objects, Workers: 2}, progress)
		var why []string
		for _, s := range r.Skipped {
			why = append(why, s.Reason)
		}
		if got := strings.Join(why, ", "); r.Total() != records || got != skipped || len(problems)+len(r.Problems) > 0 {
			t.Errorf("%v: got %d records, skipped %q, problems %v %v; want %d, %q", arguments, r.Total(), got, problems, r.Problems, records, skipped)
		}
		if n := progress.Objects.Load(); n != int64(len(objects)) {
			t.Errorf("%v: progress ends at %d of %d", arguments, n, len(objects))
		}
	}
	const one, other = "111122223333_vpcflowlogs_us-east-1_x.log", "444455556666_vpcflowlogs_us-east-1_x.log"
	const same = "the same content as another file"
	f(map[string]string{"a": small}, []string{"a", "a", "soft", ""}, 1, same) // the folder holds a hard link as well
	f(map[string]string{"a": small}, []string{"a", "hard"}, 1, same)
	f(map[string]string{"a": large, "b": large}, []string{"a", "b"}, 1000, same)
	f(map[string]string{"a": large + query(1), "b": large + query(2)}, []string{"a", "b"}, 2002, "")
	f(map[string]string{"a": small, "b": small + "\n"}, []string{"a", "b"}, 2, "")
	f(map[string]string{"a": "", one: small, other: small}, []string{one, other}, 2, "")
	f(map[string]string{"a": small, one: small}, []string{"a", one}, 1, same)
	f(map[string]string{"a": "", "b": ""}, []string{"a", "b"}, 0, "")
}

// TestListedTwice holds that an object which several arguments name is read once, and one that changed meanwhile is not
// taken for it.
func TestListedTwice(t *testing.T) {
	o := made("s3://b/k", query(1))
	other := made("s3://b/k", query(2))
	other.Version = "2"
	copied := made("s3://b/z", query(3))
	o.Content, copied.Content = "digest", "digest"
	elsewhere := made("s3://b/y", query(5))
	elsewhere.Content, elsewhere.Place.Account = "digest", "111122223333"
	longer := made("s3://b/longer", query(4)+"\n")
	longer.Content = "digest"
	r := scan.Run(t.Context(), scan.Config{Objects: []scan.Object{o, other, o, copied, elsewhere, longer}}, &scan.Progress{})
	if r.Total() != 4 || len(r.Skipped) != 2 || r.Skipped[0].Reason != "listed twice" || r.Skipped[1].Object != "s3://b/z" {
		t.Errorf("got %d records, skipped %+v", r.Total(), r.Skipped)
	}
}

// TestUnsureIsRead holds that an object is read where it can't be compared with the one that it looks like.
func TestUnsureIsRead(t *testing.T) {
	text := strings.Repeat(query(1), 100)
	a, b := made("a", text), made("b", text)
	opened := 0
	b.Open = func(context.Context) (io.ReadCloser, error) {
		opened++
		if opened == 2 {
			return io.NopCloser(io.MultiReader(strings.NewReader(text), iotest.ErrReader(errors.New("connection reset")))), nil
		}
		return io.NopCloser(strings.NewReader(text)), nil
	}
	r := scan.Run(t.Context(), scan.Config{Objects: []scan.Object{a, b}, Workers: 1}, &scan.Progress{})
	if r.Total() != 200 || len(r.Skipped)+len(r.Problems) > 0 || opened != 2 {
		t.Errorf("got %d records, skipped %v, problems %v, opened %d times; want both read", r.Total(), r.Skipped, r.Problems, opened)
	}
}
