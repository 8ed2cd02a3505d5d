package fetch

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"

	"picket/intel"
)

// FuzzLoad holds that a copy is read whatever the file with its origin holds: that file only says when entries expire, and
// only if it is of this copy.
func FuzzLoad(f *testing.F) {
	const list = "198.51.100.7\nbad.example\n"
	f.Add([]byte(list), []byte(`{"url":"https://lists.example/c2.txt","fetched":"2026-01-05T10:00:00Z","sha256":"`+checksum([]byte(list))+`","etag":"\"a\"","last_modified":"x"}`))
	f.Add([]byte(list), []byte(`{"sha256":`))
	f.Add([]byte{0x1f, 0x8b, 8, 0}, []byte(`{"fetched":"9999-12-31T23:59:59Z"}`))
	f.Fuzz(func(t *testing.T, body, origin []byte) {
		feed := Feed{Name: "own", URL: "https://lists.example/c2.txt", Category: intel.C2, TTL: time.Hour}
		load := func(origin []byte) ([]intel.List, []Problem) {
			dir := t.TempDir()
			for name, b := range map[string][]byte{"own" + bodySuffix: body, "own" + metaSuffix: origin} {
				path := filepath.Join(dir, name)
				if err := errors.Join(os.WriteFile(path, b, 0o600), os.Chtimes(path, today, today)); err != nil {
					t.Fatal(err)
				}
			}
			lists, problems := Load(dir, []Feed{feed})
			if len(lists) == 0 && len(problems) == 0 {
				t.Error("neither a list nor a problem")
			}
			if len(lists) > 0 && lists[0].Expires.IsZero() {
				t.Error("entries never expire")
			}
			for i := range lists {
				lists[i].Expires = lists[i].Expires.UTC()
				if bytes.Contains(origin, []byte(checksum(body))) {
					lists[i].Expires = today.Add(feed.TTL)
				}
			}
			return lists, problems
		}
		lists, problems := load(origin)
		same, others := load(nil)
		if !reflect.DeepEqual(lists, same) || !slices.Equal(problems, others) {
			t.Errorf("with its origin: %v, %v; without: %v, %v", lists, problems, same, others)
		}
	})
}
