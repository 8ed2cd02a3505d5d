package service

import (
	"fmt"
	"testing"

	"picket"
)

// A memo holds as many bytes of documents as it may, whoever's they are.
func TestMemoIsBounded(t *testing.T) {
	var m memo[int]
	f := func(name string, size int) {
		t.Helper()
		m.put(name, made[int]{of: []picket.Document{{Body: make([]byte, size/2)}, {Body: make([]byte, size-size/2)}}})
		held := 0
		for _, one := range m.made {
			held += one.size()
		}
		if _, kept := m.made[name]; !kept || held != m.size || held > maxMadeBytes {
			t.Fatalf("after %s of %d bytes: it is kept: %v; %d bytes are held, %d counted", name, size, kept, held, m.size)
		}
	}
	for i := range 3 * maxMadeBytes >> 20 {
		f(fmt.Sprint(i), 1<<20)
		f(fmt.Sprint(i), 1<<19) // made anew
	}
	for i := range 100 {
		f("the same", i<<10)
	}
	if len(m.made) < 2 {
		t.Error("what is made anew makes the others forgotten")
	}
}
