package pipeline

import (
	"testing"
	"unsafe"
)

// A record's strings are bytes of a buffer that the next object is read into.
func TestNamesOutliveTheirRecords(t *testing.T) {
	buffer := []byte("999999999999eu-north-1")
	record := unsafe.String(unsafe.SliceData(buffer), len(buffer))
	var b batch
	for range 2 {
		b.count("cloudtrail", record[:12], record[12:], "", 0, 1, nobodys)
		b.count("cloudtrail", record[:12], record[12:], "", 0, 1, notEnabled)
	}
	clear(buffer)
	if b.accounts["999999999999"] != 2 || b.regions["eu-north-1"] != 2 {
		t.Errorf("it counted %v and %v", b.accounts, b.regions)
	}
}
