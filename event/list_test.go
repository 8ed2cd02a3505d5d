package event

import "testing"

// TestLongListsAreStreamed holds that a list of records, which CloudTrail writes as one line, may be larger than memory and
// than what one record may be.
func TestLongListsAreStreamed(t *testing.T) {
	f := func(prefix, suffix string) {
		t.Helper()
		one := call("A") + ","
		n := 64 << 20 / len(one)
		var c counter
		var r Reader
		stats, err := r.Read(repeated(prefix, one, int64(n), call("B")+suffix), Options{MaxRecord: 64 << 10}, &c)
		if err != nil || stats.Records != int64(n)+1 || stats.Bad != 0 {
			t.Errorf("%s: got %+v, %v; want %d records", prefix, stats, err, n+1)
		}
		if len(r.buf) > 1<<20 {
			t.Errorf("%s: held %d bytes", prefix, len(r.buf))
		}
	}
	f(`{"Records":[`, `]}`)
	f(`[`, `]`)
	f(`{"NextToken":"x","Events":[`, `],"more":1}`)
	f(`[{"Records":[`, `]}]`)
}
