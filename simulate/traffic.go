package simulate

// traffic is what flows through a VPC in an hour.
type traffic struct {
	flowWriter
	*rng
	machine, people habit
	choice          weights
	kinds           []pattern
	scanners        []uint32 // that threat lists know
}

// pattern is one habit of the network.
type pattern struct {
	weight float64
	talk   func(*traffic, int64)
}

func newTraffic(w *world, u unit, r *rng) *traffic {
	t := &traffic{
		flowWriter: flowWriter{format: flowFormat(w.opts.FlowVersion), acct: u.acct, reg: u.reg},
		scanners:   w.intel.addresses["scanner"],
		rng:        r, machine: habit{zone: 0}, people: habit{zone: 1, person: true},
		kinds: []pattern{
			{14, (*traffic).visit},
			{16, (*traffic).serve},
			{14, (*traffic).store},
			{10, (*traffic).objects},
			{7, (*traffic).outside},
			{22, (*traffic).knock},
			{4, (*traffic).backscatter},
			{3, (*traffic).clock},
			{3, (*traffic).metrics},
			{2, (*traffic).ping},
			{4, (*traffic).directory},
			{2, (*traffic).directory},
			{2, (*traffic).cluster},
			{0.4, (*traffic).administer},
			{1, (*traffic).mirror},
		},
	}
	var ws []float64
	for _, k := range t.kinds {
		ws = append(ws, k.weight)
	}
	t.choice = newWeights(ws)
	return t
}

func (t *traffic) load(at int64) float64 { return 1.25 * t.machine.load(at) }

// one appends the records of one conversation that ends in the slot.
func (t *traffic) one(from int64) {
	t.kinds[t.choice.pick(t.rng)].talk(t, from+int64(t.n(slot)))
	if hour := from / 3600 % 24; hour == 2 && t.n(40) == 0 {
		t.backup(from + int64(t.n(slot)))
	}
}

// idle appends the rows of interfaces without traffic.
func (t *traffic) idle(from int64) {
	for _, h := range t.reg.byRole["idle"] {
		for m := range int64(slot / 60) {
			t.silent(h, from+m*60, "NODATA")
		}
	}
	if t.n(200) == 0 {
		t.silent(pick(t.rng, t.reg.hosts), from, "SKIPDATA")
	}
}

func (t *traffic) any(role string) *host { return pick(t.rng, t.reg.byRole[role]) }

func (t *traffic) port() uint16 { return uint16(t.in(32768, 60999)) }

func at(h *host, port uint16) end { return end{host: h, ip: h.ip, port: port} }

func far(ip uint32, port uint16) end { return end{ip: ip, port: port} }

func (t *traffic) request(when int64, a, b end, up, down int) {
	c := exchange(a, b, up, down)
	c.at, c.secs = when, int64(t.n(50))
	t.talk(&c)
}

// stream is a minute of a TCP conversation that began earlier and goes on.
func (t *traffic) stream(when int64, a, b end, up, down int) {
	c := exchange(a, b, up, down)
	c.at, c.secs, c.aFlags, c.bFlags = when, 59, 0, 0
	t.talk(&c)
}

func (t *traffic) datagram(when int64, a, b end, up, down int) {
	c := conversation{at: when, secs: int64(t.n(3)), proto: 17, a: a, b: b, aPackets: 1 + up/1400, aBytes: 28 + up}
	if down > 0 {
		c.bPackets, c.bBytes = 1+down/1400, 28+down
	}
	t.talk(&c)
}

// visit is a client of the web site: to the load balancer, and from there to a web server.
func (t *traffic) visit(when int64) {
	lb, up, down := t.any("lb"), t.size(400, 9000), t.size(800, 400_000)
	t.request(when, far(address(t.rng, clientOctets[:]), uint16(t.in(1024, 65535))), at(lb, 443), up, down)
	t.request(when, at(lb, uint16(t.in(1024, 65535))), at(t.any("web"), 8080), up, down)
}

func (t *traffic) serve(when int64) {
	t.request(when, at(t.any("web"), t.port()), at(t.any("app"), 8443), t.size(300, 8000), t.size(500, 90_000))
}

// store is the application at its database or cache.
func (t *traffic) store(when int64) {
	if t.n(3) == 0 {
		t.request(when, at(t.any("app"), t.port()), at(t.any("cache"), 6379), t.size(80, 3000), t.size(40, 20_000))
		return
	}
	t.stream(when, at(t.any("app"), t.port()), at(t.any("db"), 5432), t.size(200, 60_000), t.size(200, 900_000))
}

// objects is S3, through the gateway endpoint.
func (t *traffic) objects(when int64) {
	s3 := end{ip: pick(t.rng, t.reg.aws), port: 443, aws: "S3"}
	t.request(when, at(t.any([]string{"app", "worker", "emr", "web"}[t.n(4)]), t.port()), s3, t.size(600, 400_000), t.size(500, 2<<20))
}

// outside is a call of somebody else's API, through the NAT gateway.
func (t *traffic) outside(when int64) {
	h := t.any([]string{"app", "worker"}[t.n(2)])
	t.nat(when, at(h, t.port()), far(address(t.rng, clientOctets[:]), 443), t.size(500, 20_000), t.size(900, 80_000))
}

// nat is a request that leaves through the NAT gateway: three legs, each logged.
func (t *traffic) nat(when int64, a, b end, up, down int) {
	t.request(when, a, b, up, down)
	gate := t.reg.nat
	in := end{host: gate, ip: gate.ip, port: b.port, pkt: b.ip}
	t.request(when, far(a.ip, a.port), in, up, down)
	t.request(when, at(gate, uint16(t.in(1024, 65535))), b, up, down)
}

// knock is the internet trying a port that no rule lets in.
func (t *traffic) knock(when int64) {
	ports := [...]uint16{23, 22, 445, 3389, 8080, 5060, 1433, 6379, 5900, 2323, 8443, 81, 3306, 5555, 9200, 25, 110, 8088, 53, 123}
	h := t.public()
	c := conversation{at: when, proto: 6, a: far(address(t.rng, clientOctets[:]), uint16(t.in(1024, 65535))), b: at(h, ports[t.size(0, len(ports))]), aPackets: t.in(1, 2), aFlags: syn, refused: true}
	c.aBytes = c.aPackets * 44
	if t.n(100) == 0 {
		c.a.ip = pick(t.rng, t.scanners)
	}
	if c.b.port == 5060 || c.b.port == 53 || c.b.port == 123 {
		c.proto, c.aFlags, c.aBytes = 17, 0, c.aPackets*t.in(60, 440)
	}
	if t.n(6) == 0 {
		c.b.port = uint16(t.in(1, 65535))
	}
	t.talk(&c)
}

func (t *traffic) public() *host {
	return t.any([]string{"lb", "nat", "edge", "bastion", "edge"}[t.n(5)])
}

// backscatter is answers to somebody who forges our addresses.
func (t *traffic) backscatter(when int64) {
	c := conversation{at: when, proto: 6, a: far(address(t.rng, clientOctets[:]), [...]uint16{80, 443, 22, 25565}[t.n(4)]), b: at(t.public(), uint16(t.in(1024, 65535))), aPackets: 1, aBytes: 40, aFlags: rst, refused: true}
	if t.n(2) == 0 {
		c.aFlags, c.aBytes = syn|ack, 44
	}
	t.talk(&c)
}

func (t *traffic) clock(when int64) {
	t.datagram(when, at(pick(t.rng, t.reg.hosts), 123), far(clientAddress(t.reg.base, 5), 123), 48, 48)
}

// metrics go to the monitoring vendor's own servers.
func (t *traffic) metrics(when int64) {
	t.datagram(when, at(t.any("app"), t.port()), far(clientAddress(t.reg.base, 6), 8125), t.size(100, 1300), 0)
}

func (t *traffic) ping(when int64) {
	t.talk(&conversation{at: when, secs: 2, proto: 1, a: at(t.any("lb"), 0), b: at(t.any("web"), 0), aPackets: 3, aBytes: 252, bPackets: 3, bBytes: 252})
}

// directory is Windows at its domain controller.
func (t *traffic) directory(when int64) {
	t.request(when, at(t.any("windows"), uint16(t.in(49152, 65535))), at(t.any("directory"), [...]uint16{389, 88, 445}[t.n(3)]), t.size(200, 4000), t.size(200, 9000))
}

// cluster is the data cluster among itself.
func (t *traffic) cluster(when int64) {
	t.stream(when, at(t.reg.byRole["emr"][1], t.port()), at(t.reg.byRole["emr"][0], 8020), t.size(300, 9000), t.size(300, 90_000))
}

// administer is a long session from the office to the bastion, and from there on.
func (t *traffic) administer(when int64) {
	if !t.chance(t.people.load(when)) {
		return
	}
	office := far(clientAddress(t.reg.base, 7), t.port())
	t.stream(when, office, at(t.any("bastion"), 22), t.size(2000, 60_000), t.size(60_000, 400_000))
	t.stream(when, at(t.any("bastion"), t.port()), at(t.any("app"), 22), t.size(2000, 60_000), t.size(60_000, 400_000))
}

// mirror is a package mirror.
func (t *traffic) mirror(when int64) {
	t.nat(when, at(t.any("worker"), t.port()), far(clientAddress(t.reg.base, 8+t.n(4)), 80), t.size(300, 900), t.size(2000, 30<<20))
}

// backup is the night's copy to S3.
func (t *traffic) backup(when int64) {
	s3 := end{ip: t.reg.aws[0], port: 443, aws: "S3"}
	t.stream(when, at(t.reg.byRole["worker"][0], 45000+uint16(t.n(16))), s3, t.in(200<<20, 900<<20), 4<<20)
}

// clientAddress is an address outside that is always the same.
func clientAddress(seed uint32, which int) uint32 {
	r := newRNG(uint64(seed), "outside", string(rune('a'+which)))
	return address(&r, clientOctets[:])
}
