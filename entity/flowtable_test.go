package entity_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"slices"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"picket/entity"
	"picket/event"
)

const header = "interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status tcp-flags flow-direction"

var iface = &entity.Interface{Account: "111122223333", Region: "us-east-1", ID: "eni-1"}

// flow parses "SRC DST SRCPORT DSTPORT PROTOCOL PACKETS BYTES START END ACTION FLAGS DIRECTION", the last two "-" where
// they are not logged.
func flow(t testing.TB, line string) entity.Flow {
	t.Helper()
	var src, dst, action, flags, direction string
	var sp, dp, protocol, packets, bytes, start, end int
	if _, err := fmt.Sscan(line, &src, &dst, &sp, &dp, &protocol, &packets, &bytes, &start, &end, &action, &flags, &direction); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	r, err := event.ParseFlowText(header, fmt.Sprintf("eni-1 %s %s %d %d %d %d %d %d %d %s OK %s %s", src, dst, sp, dp, protocol, packets, bytes, start, end, action, flags, direction))
	if err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	r.HasFlags = flags != "-"
	var f entity.Flow
	f.Set(r, 0)
	return f
}

// join returns the conversations of flows, sorted.
func join(flows []entity.Flow) []entity.Conversation {
	var table entity.FlowTable
	for i := range flows {
		table.Add(&flows[i])
	}
	var out []entity.Conversation
	table.Conversations(0, func(uint32) *entity.Interface { return iface }, func(c *entity.Conversation) {
		kept := *c
		kept.Refs = slices.Clone(c.Refs)
		out = append(out, kept)
	})
	slices.SortFunc(out, func(a, b entity.Conversation) int {
		return cmp.Or(a.Local.Compare(b.Local), a.Remote.Compare(b.Remote), int(a.LocalPort)-int(b.LocalPort), int(a.RemotePort)-int(b.RemotePort), int(a.Protocol)-int(b.Protocol))
	})
	return out
}

// describe says what matters of a conversation in a line.
func describe(c *entity.Conversation) string {
	state := ""
	for _, s := range []struct {
		name string
		on   bool
	}{{" established", c.Established()}, {" unanswered", c.Unanswered()}, {" blocked", c.Blocked()}} {
		if s.on {
			state += s.name
		}
	}
	return fmt.Sprintf("%s %s:%d %s:%d out %d/%d in %d/%d %d-%d%s", c.Direction(), c.Local, c.LocalPort, c.Remote, c.RemotePort,
		c.Out.Packets, c.Out.Bytes, c.In.Packets, c.In.Bytes, c.First, c.Last, state)
}

func TestConversation(t *testing.T) {
	f := func(name, want string, lines ...string) {
		t.Helper()
		flows := make([]entity.Flow, len(lines))
		for i, l := range lines {
			flows[i] = flow(t, l)
		}
		cs := join(flows)
		if len(cs) != 1 {
			t.Fatalf("%s: got %d conversations, want 1", name, len(cs))
		}
		if got := describe(&cs[0]); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, want)
		}
	}
	f("both directions of several records",
		"OUTBOUND 10.0.0.1:50000 198.51.100.1:443 out 5/500 in 7/7000 10-80 established",
		"10.0.0.1 198.51.100.1 50000 443 6 3 300 10 20 ACCEPT 2 egress", "198.51.100.1 10.0.0.1 443 50000 6 4 4000 11 20 ACCEPT 18 ingress",
		"10.0.0.1 198.51.100.1 50000 443 6 2 200 70 75 ACCEPT 1 egress", "198.51.100.1 10.0.0.1 443 50000 6 3 3000 70 80 ACCEPT 1 ingress")

	f("a SYN tells who began, against the ports", "INBOUND 10.0.0.1:50000 198.51.100.1:443 out 0/0 in 1/40 10-11 unanswered",
		"198.51.100.1 10.0.0.1 443 50000 6 1 40 10 11 ACCEPT 2 ingress")
	f("a SYN-ACK tells who did not", "INBOUND 10.0.0.1:50000 198.51.100.1:443 out 2/80 in 0/0 10-11",
		"10.0.0.1 198.51.100.1 50000 443 6 2 80 10 11 ACCEPT 18 egress")
	f("a SYN-ACK and a SYN", "INBOUND 10.0.0.1:8443 198.51.100.1:50000 out 2/80 in 2/80 10-12 established",
		"10.0.0.1 198.51.100.1 8443 50000 6 2 80 10 11 ACCEPT 18 egress", "198.51.100.1 10.0.0.1 50000 8443 6 2 80 11 12 ACCEPT 2 ingress")
	f("a reset for an answer", "OUTBOUND 10.0.0.1:50000 10.0.0.2:9999 out 1/44 in 1/40 10-11 unanswered",
		"10.0.0.1 10.0.0.2 50000 9999 6 1 44 10 11 ACCEPT 2 egress", "10.0.0.2 10.0.0.1 9999 50000 6 1 40 10 11 ACCEPT 4 ingress")
	f("data, then a reset, of a connection from an earlier window", "OUTBOUND 10.0.0.1:50000 10.0.0.2:443 out 20/2000 in 20/20000 10-11 established",
		"10.0.0.1 10.0.0.2 50000 443 6 20 2000 10 11 ACCEPT 0 egress", "10.0.0.2 10.0.0.1 443 50000 6 20 20000 10 11 ACCEPT 4 ingress")
	f("without flags, a short packet for an answer", "OUTBOUND 10.0.0.1:50000 10.0.0.2:443 out 1/44 in 1/40 10-11 established unanswered",
		"10.0.0.1 10.0.0.2 50000 443 6 1 44 10 11 ACCEPT - egress", "10.0.0.2 10.0.0.1 443 50000 6 1 40 10 11 ACCEPT - ingress")
	f("rejected only", "INBOUND 10.0.0.1:22 198.51.100.1:50000 out 0/0 in 3/120 10-40 unanswered blocked",
		"198.51.100.1 10.0.0.1 50000 22 6 1 40 10 11 REJECT 2 ingress", "198.51.100.1 10.0.0.1 50000 22 6 2 80 30 40 REJECT 2 ingress")
	f("let in, but not out", "INBOUND 10.0.0.1:22 198.51.100.1:50000 out 2/80 in 2/80 10-12 established",
		"198.51.100.1 10.0.0.1 50000 22 6 2 80 10 11 ACCEPT 2 ingress", "10.0.0.1 198.51.100.1 22 50000 6 2 80 10 12 REJECT 18 egress")

	f("no flags: the service's port", "INBOUND 10.0.0.1:443 198.51.100.1:50000 out 5/500 in 5/500 10-20 established",
		"10.0.0.1 198.51.100.1 443 50000 6 5 500 10 20 ACCEPT - egress", "198.51.100.1 10.0.0.1 50000 443 6 5 500 10 20 ACCEPT - ingress")
	f("no flags: the service's port, though it was heard first", "OUTBOUND 10.0.0.1:50000 198.51.100.1:443 out 5/500 in 5/500 10-20 established",
		"10.0.0.1 198.51.100.1 50000 443 6 5 500 11 20 ACCEPT - egress", "198.51.100.1 10.0.0.1 443 50000 6 5 500 10 20 ACCEPT - ingress")
	f("no flags, no service: the earlier", "OUTBOUND 10.0.0.1:40000 198.51.100.1:50000 out 5/500 in 5/500 10-20 established",
		"10.0.0.1 198.51.100.1 40000 50000 6 5 500 10 20 ACCEPT - egress", "198.51.100.1 10.0.0.1 50000 40000 6 5 500 11 20 ACCEPT - ingress")
	f("no flags, no service, no order: the higher port", "INBOUND 10.0.0.1:40000 198.51.100.1:50000 out 5/500 in 5/500 10-20 established",
		"10.0.0.1 198.51.100.1 40000 50000 6 5 500 10 20 ACCEPT - egress", "198.51.100.1 10.0.0.1 50000 40000 6 5 500 10 20 ACCEPT - ingress")
	f("no flags, no service, one way: the sender", "OUTBOUND 10.0.0.1:40000 198.51.100.1:50000 out 5/500 in 0/0 10-20 unanswered",
		"10.0.0.1 198.51.100.1 40000 50000 6 5 500 10 20 ACCEPT - egress")
	f("one way from a service: an answer whose question was not logged", "INBOUND 10.0.0.1:443 198.51.100.1:50000 out 5/500 in 0/0 10-20",
		"10.0.0.1 198.51.100.1 443 50000 6 5 500 10 20 ACCEPT - egress")
	f("UDP: the earlier, against the ports", "INBOUND 10.0.0.1:50000 198.51.100.1:53 out 1/90 in 1/60 10-20 established",
		"198.51.100.1 10.0.0.1 53 50000 17 1 60 10 20 ACCEPT 0 ingress", "10.0.0.1 198.51.100.1 50000 53 17 1 90 11 20 ACCEPT 0 egress")
	f("UDP: at the same time, the ports", "OUTBOUND 10.0.0.1:50000 198.51.100.1:53 out 1/60 in 1/90 10-20 established",
		"10.0.0.1 198.51.100.1 50000 53 17 1 60 10 20 ACCEPT 0 egress", "198.51.100.1 10.0.0.1 53 50000 17 1 90 10 20 ACCEPT 0 ingress")
	f("nothing to tell by", "UNKNOWN 10.0.0.1:0 198.51.100.1:0 out 1/84 in 1/84 10-20 established",
		"10.0.0.1 198.51.100.1 0 0 1 1 84 10 20 ACCEPT 0 egress", "198.51.100.1 10.0.0.1 0 0 1 1 84 10 20 ACCEPT 0 ingress")

	f("no direction: the private end is local", "INBOUND 10.0.0.1:22 198.51.100.1:50000 out 0/0 in 1/40 10-11 unanswered",
		"198.51.100.1 10.0.0.1 50000 22 6 1 40 10 11 ACCEPT 2 -")
	f("no direction, both private: who began is local", "OUTBOUND 10.0.0.2:50000 10.0.0.1:22 out 1/40 in 0/0 10-11 unanswered",
		"10.0.0.2 10.0.0.1 50000 22 6 1 40 10 11 ACCEPT 2 -")
	f("a logged direction wins", "INBOUND 10.0.0.1:22 10.0.0.2:50000 out 0/0 in 1/40 10-11 unanswered",
		"10.0.0.2 10.0.0.1 50000 22 6 1 40 10 11 ACCEPT 2 ingress")
	f("also where the local address is the higher", "OUTBOUND 203.0.113.9:50000 198.51.100.1:22 out 1/40 in 0/0 10-11 unanswered",
		"203.0.113.9 198.51.100.1 50000 22 6 1 40 10 11 ACCEPT 2 egress")
	f("and for an answer alone", "INBOUND 203.0.113.9:443 198.51.100.1:50000 out 1/40 in 0/0 10-11",
		"203.0.113.9 198.51.100.1 443 50000 6 1 40 10 11 ACCEPT 18 egress")
	f("an instance that talks to itself", "OUTBOUND 10.0.0.1:50000 10.0.0.1:8080 out 5/500 in 5/900 10-20 established",
		"10.0.0.1 10.0.0.1 50000 8080 6 5 500 10 20 ACCEPT - -", "10.0.0.1 10.0.0.1 8080 50000 6 5 900 10 20 ACCEPT - -")
}

// TestOwnAddress shows that without a logged direction an interface's address is the one at nearly all conversations' ends.
func TestOwnAddress(t *testing.T) {
	f := func(name string, want int, of, others int, own, peers string) {
		t.Helper()
		var flows []entity.Flow
		for i := range of {
			flows = append(flows, flow(t, fmt.Sprintf("%s.%d %s %d 22 6 1 40 10 11 ACCEPT - -", peers, i+1, own, 40000+i)))
		}
		for i := range others {
			flows = append(flows, flow(t, fmt.Sprintf("10.9.%d.1 10.9.%d.2 %d 22 6 1 40 10 11 ACCEPT - -", i, i, 40000+i)))
		}
		got := 0
		for _, c := range join(flows) {
			if c.Local.String() == own {
				got++
			}
		}
		if got != want {
			t.Errorf("%s: got %d conversations with %s as local, want %d", name, got, own, want)
		}
	}
	f("always", 95, 95, 0, "10.0.0.1", "10.0.1")
	f("but for one in twenty", 95, 95, 5, "10.0.0.1", "10.0.1")
	f("less often", 0, 94, 6, "10.0.0.1", "10.0.1")
	f("a public one of its own", 95, 95, 5, "203.0.113.1", "10.0.1")
	f("two, both private", 0, 1, 0, "10.0.0.1", "10.0.1")
}

// pair is one direction of a conversation, as the reference counts it.
type pair struct {
	src, dst         netip.Addr
	srcPort, dstPort uint16
	protocol         uint8
}

func randomFlows(t *rapid.T) []entity.Flow {
	addrs := []string{"10.0.0.1", "10.0.0.2", "198.51.100.1", "203.0.113.9", "2001:db8::1"}
	flows := make([]entity.Flow, rapid.IntRange(1, 40).Draw(t, "n"))
	directed := rapid.Bool().Draw(t, "directed")
	for i := range flows {
		addr := func() [16]byte { return netip.MustParseAddr(rapid.SampledFrom(addrs).Draw(t, "addr")).As16() }
		port := func() uint16 { return rapid.SampledFrom([]uint16{0, 22, 443, 40000, 50000}).Draw(t, "port") }
		start := rapid.Uint32Range(0, 20).Draw(t, "start")
		flows[i] = entity.Flow{
			Src: addr(), Dst: addr(), SrcPort: port(), DstPort: port(), Protocol: rapid.SampledFrom([]uint8{1, 6, 17}).Draw(t, "protocol"),
			Flags: rapid.SampledFrom([]uint8{0, 1, 2, 4, 18}).Draw(t, "flags"), HasFlags: rapid.Bool().Draw(t, "hasFlags"), Reject: rapid.Bool().Draw(t, "reject"),
			Packets: rapid.Uint64Range(1, 9).Draw(t, "packets"), Bytes: rapid.Uint64Range(40, 900).Draw(t, "bytes"),
			Start: start, End: start + rapid.Uint32Range(0, 20).Draw(t, "length"), At: entity.At{Object: 1, Offset: int64(i)},
		}
		if flows[i].Src == flows[i].Dst && flows[i].SrcPort == flows[i].DstPort {
			flows[i].SrcPort++ // a conversation of an end with itself has no directions
		}
		if directed {
			flows[i].Direction = rapid.SampledFrom([]event.Direction{event.Ingress, event.Egress}).Draw(t, "direction")
		}
	}
	return flows
}

// TestReference compares the table with maps that count each direction by itself.
func TestReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		flows := randomFlows(t)
		type sums struct {
			entity.Traffic
			first, last               int64
			flags, accepted, rejected bool
		}
		want := map[pair]*sums{}
		key := func(f *entity.Flow) pair {
			return pair{netip.AddrFrom16(f.Src).Unmap(), netip.AddrFrom16(f.Dst).Unmap(), f.SrcPort, f.DstPort, f.Protocol}
		}
		for i := range flows {
			f := &flows[i]
			w := want[key(f)]
			if w == nil {
				w = &sums{first: int64(f.Start)}
				want[key(f)] = w
			}
			w.Packets, w.Bytes, w.Flags, w.Seen = w.Packets+f.Packets, w.Bytes+f.Bytes, w.Flags|f.Flags, true
			w.first, w.last = min(w.first, int64(f.Start)), max(w.last, int64(f.End))
			w.flags, w.accepted, w.rejected = w.flags || f.HasFlags, w.accepted || !f.Reject, w.rejected || f.Reject
		}
		for _, c := range join(flows) {
			out := pair{c.Local, c.Remote, c.LocalPort, c.RemotePort, c.Protocol}
			in := pair{c.Remote, c.Local, c.RemotePort, c.LocalPort, c.Protocol}
			total := sums{first: 1 << 40}
			for _, side := range []struct {
				pair
				got entity.Traffic
			}{{out, c.Out}, {in, c.In}} {
				w := want[side.pair]
				if w == nil {
					if side.got != (entity.Traffic{}) {
						t.Fatalf("%v: got %+v, want nothing", side.pair, side.got)
					}
					continue
				}
				if side.got != w.Traffic {
					t.Fatalf("%v: got %+v, want %+v", side.pair, side.got, w.Traffic)
				}
				total.first, total.last = min(total.first, w.first), max(total.last, w.last)
				total.flags, total.accepted, total.rejected = total.flags || w.flags, total.accepted || w.accepted, total.rejected || w.rejected
				delete(want, side.pair)
			}
			got := sums{first: c.First, last: c.Last, flags: c.HasFlags, accepted: c.Accepted, rejected: c.Rejected}
			if got != total {
				t.Fatalf("%v: got %+v, want %+v", out, got, total)
			}
		}
		if len(want) > 0 {
			t.Fatalf("%d directions are in no conversation", len(want))
		}
	})
}

// TestFlowOrder shows that the conversations depend on the set of records only.
func TestFlowOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		flows := randomFlows(t)
		want := join(flows)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Shuffle(len(flows), func(i, j int) { flows[i], flows[j] = flows[j], flows[i] })
		if d := gocmp.Diff(want, join(flows), cmpopts.EquateComparable(netip.Addr{})); d != "" {
			t.Fatal(d)
		}
	})
}

// TestAllocations shows that neither adding to a conversation nor listing conversations allocates for each.
func TestAllocations(t *testing.T) {
	for _, direction := range []string{"egress", "-"} {
		var flows []entity.Flow
		for i := range 1000 {
			flows = append(flows, flow(t, fmt.Sprintf("10.0.0.1 198.51.%d.%d 50000 443 6 5 500 10 20 ACCEPT 3 %s", i/250, i%250, direction)))
		}
		var table entity.FlowTable
		for i := range flows {
			table.Add(&flows[i])
		}
		n := testing.AllocsPerRun(10, func() {
			for i := range flows {
				table.Add(&flows[i])
			}
			table.Conversations(0, func(uint32) *entity.Interface { return iface }, func(*entity.Conversation) {})
		})
		if n > 10 {
			t.Errorf("direction %s: %v allocations for 1000 conversations", direction, n)
		}
	}
}
