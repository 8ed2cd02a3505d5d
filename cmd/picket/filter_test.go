package main

import (
	"testing"

	"picket/service"
)

func TestMatchText(t *testing.T) {
	f := func(m service.Match, want string) {
		t.Helper()
		if got := matchText(m); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	f(service.Match{Matching: 41, Current: 812, Severities: map[string]int{"Low": 39, "High": 2}}, "would have archived 41 of 812 current findings, 2 of them High, 39 of them Low")
	f(service.Match{Current: 1}, "would have archived 0 of 1 current finding")
}
