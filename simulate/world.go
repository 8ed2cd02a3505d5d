package simulate

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"strconv"
)

// world is the company. It is made once and only read after that.
type world struct {
	opts     Options
	accounts []*account
	book     book   // what can be called
	names    *names // what can be looked up
	intel    intelligence
	want     [4]bool // kinds to write
}

// account is one AWS account of the company.
type account struct {
	id        string
	env       string // "prod"
	actors    []*actor
	people    []*actor // those of actors who are people
	users     []*actor // IAM users
	buckets   []string
	logs      string // bucket that the trail writes to
	functions []string
	regions   []*region
}

// region is an account's part of a region: one VPC.
type region struct {
	name    string
	share   float64 // of the account's volume
	vpc     string
	subnets [3]string // public, private, data
	flowLog string
	group   string // a security group
	ami     string
	db      string
	key     string // KMS key
	base    uint32 // first address of the VPC: a /16

	hosts  []*host
	byRole map[string][]*host
	nat    *host
	egress uint32   // public address of the NAT gateway
	aws    []uint32 // public addresses of functions and services
}

// host is a network interface and what stands behind it.
type host struct {
	role     string // "web", "db", "nat", …
	eni      string
	instance string // "-" where there is none
	ip       uint32
	public   bool
	subnet   string
	name     string // in DNS
}

var regionNames = [...]string{"us-east-1", "eu-west-1"}

// regionRanges are addresses of Amazon's own in each of regionNames.
var regionRanges = [...]netip.Prefix{netip.MustParsePrefix("3.80.0.0/12"), netip.MustParsePrefix("34.240.0.0/13")}

func newWorld(opts Options) *world {
	w := &world{opts: opts, book: newBook(), names: newNames(opts.Seed), intel: newIntelligence(opts.Seed)}
	for _, k := range opts.Kinds {
		w.want[k] = true
	}
	for i := range opts.Accounts {
		w.accounts = append(w.accounts, w.newAccount(i))
	}
	return w
}

func (w *world) newAccount(i int) *account {
	r := newRNG(w.opts.Seed, "account", strconv.Itoa(i))
	a := &account{id: r.digits(12), env: []string{"prod", "stage", "data", "shared", "dev"}[i%5]}
	if i >= 5 {
		a.env += strconv.Itoa(i / 5)
	}
	for _, n := range []string{"assets", "uploads", "exports", "artifacts", "backups", "lake-raw", "lake-curated", "web"} {
		a.buckets = append(a.buckets, fmt.Sprintf("%s-%s-%s-%s", company, a.env, n, r.hex(4)))
	}
	a.logs = fmt.Sprintf("%s-%s-trail-%s", company, a.env, r.hex(6))
	for _, n := range []string{"resize-image", "order-events", "invoice-render", "webhook-relay", "index-search", "nightly-report", "thumbnail", "auth-hook"} {
		a.functions = append(a.functions, a.env+"-"+n)
	}
	for j := range regionNames {
		a.regions = append(a.regions, newRegion(&r, i, j))
	}
	w.hire(&r, a)
	return a
}

func newRegion(r *rng, acct, j int) *region {
	reg := &region{
		name: regionNames[j], share: []float64{0.65, 0.35}[j],
		vpc: "vpc-0" + r.hex(16), flowLog: "fl-0" + r.hex(16), group: "sg-0" + r.hex(16), ami: "ami-0" + r.hex(16),
		base:   10<<24 | uint32((acct*2+j)%250+1)<<16,
		byRole: map[string][]*host{},
		key:    string(r.uuid(nil)),
		db:     "orders-" + regionNames[j][:2],
	}
	for i := range reg.subnets {
		reg.subnets[i] = "subnet-0" + r.hex(16)
	}
	reg.egress = awsAddress(r, j)
	for range 24 {
		reg.aws = append(reg.aws, awsAddress(r, j))
	}
	for _, h := range []struct {
		role    string
		n       int
		subnet  int
		virtual bool // no instance
	}{
		{"lb", 2, 0, true},
		{"nat", 1, 0, true},
		{"edge", 4, 0, false},
		{"bastion", 1, 0, false},
		{"windows", 2, 0, false},
		{"emr", 3, 0, false},
		{"web", 4, 1, false},
		{"app", 6, 1, false},
		{"worker", 5, 1, false},
		{"directory", 1, 1, false},
		{"db", 2, 2, true},
		{"cache", 1, 2, true},
		{"idle", 1, 1, true},
	} {
		for k := range h.n {
			reg.place(r, h.role, k, h.subnet, h.virtual)
		}
	}
	reg.nat = reg.byRole["nat"][0]
	return reg
}

func (reg *region) place(r *rng, role string, k, subnet int, virtual bool) {
	h := &host{role: role, eni: "eni-0" + r.hex(16), instance: "-", subnet: reg.subnets[subnet], public: subnet == 0}
	h.ip = reg.base | uint32(subnet)<<12 | uint32(len(reg.hosts)+5)<<4 | uint32(r.n(16))
	if !virtual {
		h.instance = "i-0" + r.hex(16)
	}
	h.name = fmt.Sprintf("%s-%d", role, k+1)
	reg.hosts = append(reg.hosts, h)
	reg.byRole[role] = append(reg.byRole[role], h)
}

// instances are the hosts that are EC2 instances.
func (reg *region) instances() []*host {
	var hs []*host
	for _, h := range reg.hosts {
		if h.instance != "-" {
			hs = append(hs, h)
		}
	}
	return hs
}

func awsAddress(r *rng, region int) uint32 {
	p := regionRanges[region]
	first := p.Addr().As4()
	return binary.BigEndian.Uint32(first[:]) + uint32(r.n(1<<(32-p.Bits())))
}

// Addresses on the internet: first octets of ordinary networks for clients, others for attackers, so that the two never
// meet.
var (
	clientOctets   = [...]byte{14, 27, 36, 61, 80, 83, 103, 117, 122, 141, 146, 151, 167, 176, 179, 200, 212, 218, 222}
	attackerOctets = [...]byte{45, 91, 185, 193, 194, 195}
)

func address(r *rng, octets []byte) uint32 {
	return uint32(pick(r, octets))<<24 | uint32(r.n(256))<<16 | uint32(r.n(256))<<8 | uint32(r.in(1, 254))
}

func appendIP(b []byte, ip uint32) []byte {
	for s := 24; s >= 0; s -= 8 {
		b = strconv.AppendUint(b, uint64(ip>>s&255), 10)
		if s > 0 {
			b = append(b, '.')
		}
	}
	return b
}

func ipString(ip uint32) string { return string(appendIP(nil, ip)) }
