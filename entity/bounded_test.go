package entity

import (
	"testing"
	"unsafe"
)

func TestKeysOutliveTheirRecords(t *testing.T) {
	record := []byte("i-0abc")
	var b bounded[int]
	b.max = 9
	for n := range 2 {
		b.put(unsafe.String(unsafe.SliceData(record), len(record)), 1, n)
	}
	clear(record)
	if v, ok := b.get("i-0abc"); !ok || v != 1 {
		t.Errorf("got %d, %v", v, ok)
	}
}
