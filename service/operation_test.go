package service

import "testing"

func TestMethodsFitTheirOperations(t *testing.T) {
	if n := len(new(Service).Operations()); n < 20 {
		t.Errorf("found %d operations: methods are named for them", n)
	}
}
