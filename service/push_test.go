package service_test

import (
	"context"
	"slices"
	"testing"

	"github.com/klauspost/compress/zstd"

	"picket"
	"picket/service"
)

// TestPushBinary: what is no text is a message of its own, byte for byte, as its beginning says how a message is read.
func TestPushBinary(t *testing.T) {
	w := newWorld(t)
	const parquet, gzip = "PAR1 and so on PAR1", "\x1f\x8b and so on \n"
	w.ok(w.PutRecords(context.Background(), service.Push{
		Source: "s", Request: "r", Account: "111122223333",
		Records: [][]byte{[]byte(parquet), []byte("a\n"), []byte(" b"), []byte(gzip), []byte("c")},
	}))
	var got []string
	w.ok(w.Store.View(context.Background(), func(tx picket.Tx) error {
		all, err := tx.Log().Read(picket.PartitionOf("111122223333"), 0, 100)
		for _, m := range all {
			if m.Object == nil {
				continue
			}
			d, err := zstd.NewReader(nil)
			w.ok(err)
			text, err := d.DecodeAll(m.Object.Inline, nil)
			w.ok(err)
			d.Close()
			got = append(got, string(text))
		}
		return err
	}))
	if want := []string{parquet, "a\nb\n", gzip, "c\n"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestPushesBehind: an account of which much waits is told to push later, and others are not until very much waits.
func TestPushesBehind(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	const behind, other, third = "111122223333", "444455556666", "777788889999"
	waits := func(account string, n int) {
		t.Helper()
		w.ok(w.Store.Update(ctx, func(tx picket.Tx) error {
			return tx.Log().Append(picket.PartitionOf(account), make([]picket.Message, n)...)
		}))
	}
	waits(behind, 4001)
	f := func(account string, want picket.Code) {
		t.Helper()
		err := w.PutRecords(ctx, service.Push{Source: service.Pushes, Request: "r", Account: account, Records: [][]byte{[]byte("a")}})
		if picket.ErrorCode(err) != want || (err == nil) != (want == "") {
			t.Errorf("%s: got %v, want %q", account, err, want)
		}
	}
	f(behind, picket.CodeThrottling)
	f(other, "")
	waits(behind, 60_000)
	f(third, picket.CodeThrottling)
}
