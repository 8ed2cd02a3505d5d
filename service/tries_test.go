package service

import (
	"fmt"
	"testing"
	"time"

	"picket"
)

// Whoever knows a password and asks for the code again and again, while others guess it, makes no guess uncounted.
func TestATryThatIsTakenBackIsOneTry(t *testing.T) {
	var all tries
	of, now := Sign{Account: "111122223333", User: "dana"}, time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	take := func() try {
		t.Helper()
		one, err := all.take(of, now)
		if err != nil {
			t.Fatal(err)
		}
		return one
	}
	locked := func(want bool) {
		t.Helper()
		one, err := all.take(of, now)
		if got := picket.ErrorCode(err) == CodeTooManyTries; got != want {
			t.Errorf("locked: got %v, want %v", got, want)
		}
		if err == nil {
			all.takeBack(of, one)
		}
	}
	asks := take()
	for range freeTries - 1 { // while that one is judged
		take()
	}
	all.takeBack(of, asks)
	locked(true)
	now = now.Add(firstLock)
	locked(false)
	locked(false)
	take()
	locked(true)
	now = now.Add(firstLock)
	all.takeBack(of, take()) // is no second lock
	locked(false)
	all.forget(of)
	for range freeTries - 1 {
		take()
	}
	locked(false)
	take()
	locked(true)
}

// What failed is forgotten after a while, and so is who it was.
func TestTriesExpire(t *testing.T) {
	var all tries
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f := func(who string, n int, want picket.Code) {
		t.Helper()
		for range n {
			if _, err := all.take(Sign{Account: who}, now); picket.ErrorCode(err) != want {
				t.Errorf("%s: got %v, want %q", who, err, want)
			}
		}
	}
	for i := range 100 {
		f(fmt.Sprint("stranger ", i), 1, "")
	}
	f("dana", freeTries, "")
	f("dana", 1, CodeTooManyTries)
	now = now.Add(failureLife + longestLock)
	f("dana", freeTries, "")
	if got := len(all.failed); got != 1 {
		t.Errorf("%d are kept in mind, want 1", got)
	}
}
