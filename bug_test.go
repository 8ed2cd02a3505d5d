package picket_test

import (
	"errors"
	"regexp"
	"testing"

	"picket"
)

func TestGuarded(t *testing.T) {
	f := func(run func() error, want string) {
		t.Helper()
		if err := picket.Guarded(run); err == nil || !regexp.MustCompile(want).MatchString(err.Error()) {
			t.Errorf("got error %v, want %s", err, want)
		}
	}
	var none []int
	var nobody map[string]*error
	f(func() error { return errors.New("disk full") }, `^disk full$`)
	f(func() error { none[3]++; return nil }, `^BUG: runtime error: index out of range \[3\].*, at picket_test.TestGuarded.func\d+ \(bug_test.go:\d+\) < picket.Guarded \(bug.go:\d+\) < [^\n]*: please report this$`)
	f(func() error { return *nobody["x"] }, `^BUG: .*nil pointer dereference, at picket_test.TestGuarded`)
	f(func() error { panic("BUG: no such kind") }, `^BUG: no such kind, at picket_test.TestGuarded`)
	if err := picket.Guarded(func() error { return nil }); err != nil {
		t.Errorf("got %v where nothing went wrong", err)
	}
}
