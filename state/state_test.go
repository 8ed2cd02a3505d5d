package state_test

import (
	"bytes"
	"math"
	"net/netip"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"picket/state"
)

// all has a member of every form.
type all struct {
	Int     int64
	Small   int8
	Uint    uint64
	Port    uint16
	Text    string
	Long    string
	True    bool
	Float   float64
	Addr    netip.Addr
	Fixed   [4]byte
	Times   []int64
	Names   []string
	Maps    map[string]map[int16]uint8
	Pointer *string
	Plain   plain
}

// plain is for Plain.
type plain struct {
	Number int
	Bits   [3]uint8
	Rate   float64
	On     bool
	Name   string
	Inner  []struct{ Key, Value string }
	Addr   netip.Addr
	To     *bool
	Own    own
}

// own is a Stater.
type own struct{ n int }

// State implements state.Stater.
func (o *own) State(c *state.Codec) { state.Int(c, &o.n) }

func (a *all) state(c *state.Codec) {
	state.Int(c, &a.Int)
	state.Int(c, &a.Small)
	state.Int(c, &a.Uint)
	state.Int(c, &a.Port)
	state.Text(c, &a.Text)
	state.Text(c, &a.Long)
	c.Bool(&a.True)
	c.Float(&a.Float)
	c.Addr(&a.Addr)
	c.Raw(a.Fixed[:])
	state.List(c, &a.Times, func(t *int64) { state.Int(c, t) })
	state.Texts(c, &a.Names)
	state.Map(c, &a.Maps, func(k *string) { state.Text(c, k) }, func(m *map[int16]uint8) {
		state.Map(c, m, func(k *int16) { state.Int(c, k) }, func(v *uint8) { state.Int(c, v) })
	})
	state.Pointer(c, &a.Pointer, func(s *string) { state.Text(c, s) })
	state.Plain(c, &a.Plain)
}

func example() *all {
	text, on := "there", true
	return &all{
		Int: math.MinInt64, Small: -128, Uint: math.MaxUint64, Port: 65535, Text: "\xff\x00é", Long: strings.Repeat("long ", 50_000), True: true,
		Float: -0.5, Addr: netip.MustParseAddr("fe80::1%eth0"), Fixed: [4]byte{1, 2, 3, 4}, Times: []int64{3, -1}, Names: []string{"", "b"},
		Maps: map[string]map[int16]uint8{"b": {2: 3, -1: 4}, "a": nil, "": {0: 0}}, Pointer: &text,
		Plain: plain{
			Number: -7, Bits: [3]uint8{0, 1, 255}, Rate: math.Inf(1), On: true, Name: "n", Inner: []struct{ Key, Value string }{{"k", "v"}, {}},
			Addr: netip.MustParseAddr("192.0.2.1"), To: &on, Own: own{9},
		},
	}
}

// written returns a's bytes.
func written(t fataler, a *all) []byte {
	var b bytes.Buffer
	if err := state.Write(&b, a.state); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type fataler interface{ Fatal(...any) }

var unexported = cmp.AllowUnexported(own{})

func addresses(a, b netip.Addr) bool { return a == b }

func TestRead(t *testing.T) {
	for _, want := range []*all{example(), {}} {
		b := written(t, want)
		got := example() // what was there before is gone
		if err := state.Read(bytes.NewReader(b), got.state); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, got, unexported, cmp.Comparer(addresses)); d != "" {
			t.Error(d)
		}
		if !bytes.Equal(written(t, got), b) {
			t.Error("what was read is written otherwise")
		}
		if !bytes.Equal(written(t, want), b) {
			t.Error("to write it changed it")
		}
	}
}

// TestDamage holds that what is cut off, goes on, or can't have been written is an error, and leaves nothing half read.
func TestDamage(t *testing.T) {
	whole := example()
	whole.Long = "short"
	b := written(t, whole)
	for n := range b {
		if err := state.Read(bytes.NewReader(b[:n]), new(all).state); err == nil {
			t.Fatalf("the first %d of %d bytes are read without an error", n, len(b))
		}
	}
	if err := state.Read(bytes.NewReader(append(b, 0)), new(all).state); err == nil {
		t.Error("a byte is left over without an error")
	}
	f := func(form func(*state.Codec), bad ...byte) {
		t.Helper()
		if err := state.Read(bytes.NewReader(bad), form); err == nil {
			t.Errorf("%v is read without an error", bad)
		}
	}
	var small int8
	var port uint16
	var on bool
	var addr netip.Addr
	var m map[uint8]bool
	var p struct{ B uint8 }
	f(func(c *state.Codec) { state.Int(c, &small) }, 0x80, 0x02) // 128
	f(func(c *state.Codec) { state.Int(c, &port) }, 0x80, 0x80, 0x04)
	f(func(c *state.Codec) { state.Plain(c, &p) }, 0x80, 0x02)
	f(func(c *state.Codec) { c.Bool(&on) }, 2)
	f(func(c *state.Codec) { c.Addr(&addr) }, 3, 1, 2, 3)
	f(func(c *state.Codec) { c.Len(0) }, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01)
	f(func(c *state.Codec) {
		state.Map(c, &m, func(k *uint8) { state.Int(c, k) }, c.Bool)
	}, 2, 5, 0, 5, 0)
}

// TestClaims holds that memory follows what is there, not what is claimed.
func TestClaims(t *testing.T) {
	f := func(form func(*state.Codec)) {
		t.Helper()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err := state.Read(bytes.NewReader([]byte{0xff, 0xff, 0xff, 0x7f, 1, 1}), form) // 256 million
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; err == nil || n > 1<<20 {
			t.Errorf("got %v, and took %d bytes", err, n)
		}
	}
	var text string
	var list []uint64
	var plain []string
	f(func(c *state.Codec) { state.Text(c, &text) })
	f(func(c *state.Codec) { state.List(c, &list, func(v *uint64) { state.Int(c, v) }) })
	f(func(c *state.Codec) { state.Plain(c, &plain) })
}

// broken is a writer that takes nothing.
type broken struct{}

// Write implements io.Writer.
func (broken) Write([]byte) (int, error) { return 0, bytes.ErrTooLarge }

// TestWriteError holds that a value is as it was when it can't be written.
func TestWriteError(t *testing.T) {
	a := example()
	if err := state.Write(broken{}, a.state); err == nil {
		t.Error("want the writer's error")
	}
	if d := cmp.Diff(example(), a, unexported, cmp.Comparer(addresses)); d != "" {
		t.Error(d)
	}
}

func TestNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := &all{
			Int: rapid.Int64().Draw(t, "int"), Small: rapid.Int8().Draw(t, "small"), Uint: rapid.Uint64().Draw(t, "uint"),
			Port: rapid.Uint16().Draw(t, "port"), Float: rapid.Float64().Draw(t, "float"), Plain: plain{Number: rapid.Int().Draw(t, "number")},
		}
		got := new(all)
		if err := state.Read(bytes.NewReader(written(t, a)), got.state); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(a, got, unexported, cmp.Comparer(addresses)); d != "" {
			t.Fatal(d)
		}
	})
}
