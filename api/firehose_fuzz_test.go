package api

import (
	"bytes"
	"testing"
)

// FuzzDelivery holds that a body is read within bounds or refused, whatever it is.
func FuzzDelivery(f *testing.F) {
	f.Add([]byte(`{"requestId":"r","records":[{"data":"YQ=="},{"data":"H4sIAAAAAAAAA0sEAEO+t+gBAAAA"}]}`), false)
	f.Add([]byte("\x1f\x8b\x08\x00\x00\x00\x00\x00"), true)
	f.Fuzz(func(t *testing.T, body []byte, packed bool) {
		encoding := ""
		if packed {
			encoding = "gzip"
		}
		records, err := readDelivery(bytes.NewReader(body), encoding, "r")
		if err != nil && (len(records) > 0 || failureOf(err).status >= 500) {
			t.Errorf("got %d records and %v", len(records), err)
		}
	})
}
