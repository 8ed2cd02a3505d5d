package engine_test

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// TestDamagedSnapshots holds that no damage is taken for a state.
func TestDamagedSnapshots(t *testing.T) {
	whole, err := os.ReadFile(filepath.Join("testdata", "snapshot-1"))
	if err != nil {
		t.Fatal(err)
	}
	f := func(bad []byte, want string) {
		t.Helper()
		if _, err := restore(1, every, bad); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want an error that speaks of %q", err, want)
		}
	}
	f(nil, "does not begin")
	f([]byte("something else"), "does not begin")
	f(bytes.Repeat([]byte("no line "), 10_000), "does not begin")
	f([]byte("picket engine state 0\n"), "does not begin")
	f([]byte("picket engine state 2\n"), "version 2")
	f([]byte("picket engine state 99\nwhatever"), "a newer one wrote it")
	for n := len("picket engine state 1\n"); n < len(whole); n += 1 + len(whole)/200 {
		f(whole[:n], "read snapshot of an engine")
		bad := slices.Clone(whole)
		bad[n] ^= 0x10
		h, err := restore(1, every, bad)
		if err != nil {
			continue
		}
		if !bytes.Equal(h.snapshot(t), whole) { // some bits of zstd say nothing
			t.Errorf("a flipped bit in byte %d makes another state", n)
		}
		h.Close()
	}
	f(append(slices.Clone(whole), 0), "read snapshot of an engine")
}

// FuzzRestore holds that no bytes make Restore panic, and that what it reads it writes again.
func FuzzRestore(f *testing.F) {
	whole, err := os.ReadFile(filepath.Join("testdata", "snapshot-1"))
	if err != nil {
		f.Fatal(err)
	}
	line := len("picket engine state 1\n")
	z, err := zstd.NewReader(bytes.NewReader(whole[line:]))
	if err != nil {
		f.Fatal(err)
	}
	defer z.Close()
	body, err := io.ReadAll(z)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(body, uint8(1))
	f.Add(body[:len(body)/2], uint8(2))
	f.Add([]byte{}, uint8(3))
	f.Fuzz(func(t *testing.T, body []byte, shards uint8) {
		var b bytes.Buffer
		b.Write(whole[:line])
		w, err := zstd.NewWriter(&b, zstd.WithEncoderConcurrency(1))
		if err != nil {
			t.Fatal(err)
		}
		w.Write(body)
		w.Close()
		h, err := restore(int(shards%3), every, b.Bytes())
		if err != nil {
			return
		}
		again := h.snapshot(t)
		feed := h.NewFeed()
		for _, s := range history(t, 2, 5) {
			s(feed)
		}
		feed.Flush()
		h.Close()
		if h, err = restore(1, every, again); err != nil {
			t.Fatalf("what was read can't be read again: %v", err)
		}
		h.Close()
	})
}
