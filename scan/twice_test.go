package scan_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sums are what findings add up over flow records.
var sums = regexp.MustCompile(`(inBytes|outBytes)(\\*":\\*")[0-9]+`)

// TestTwice holds that records which come twice, in objects that are not the same, change nothing but sums.
func TestTwice(t *testing.T) {
	objects, tables := logs(t)
	once := found(t, 2, objects, tables)
	twice := found(t, 2, append(shuffled(t, objects), objects...), tables)
	without := func(lines []string) string { return sums.ReplaceAllString(strings.Join(lines, "\n"), "$1$2") }
	if d := cmp.Diff(without(once), without(twice)); d != "" {
		t.Errorf("records that came twice make other findings (-once, +twice):\n%s", d)
	}
	if cmp.Diff(once, twice) == "" {
		t.Error("no sum was doubled: docs/design.md says that they are")
	}
}
