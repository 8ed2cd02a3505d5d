package simulate

import (
	"math"
	"strconv"
)

// Word lists of our own: names of buckets, services and domains are made from them.
var (
	firstWords = [...]string{
		"amber", "anchor", "apple", "arrow", "autumn", "basil", "beacon", "birch", "bright", "brook", "canyon", "cedar", "cherry", "clear", "cloud",
		"cobalt", "coral", "copper", "crystal", "daily", "delta", "desert", "eagle", "early", "ember", "fern", "field", "forest", "fresh", "garden",
		"glass", "golden", "granite", "green", "happy", "harbor", "hazel", "honest", "indigo", "island", "ivory", "jasper", "jolly", "kind", "lake",
		"lemon", "little", "local", "lunar", "maple", "marble", "meadow", "mellow", "mint", "mountain", "north", "ocean", "olive", "open", "orange",
		"paper", "pearl", "pine", "plain", "prairie", "proud", "quick", "quiet", "rapid", "raven", "river", "royal", "ruby", "sandy", "silver",
		"simple", "sky", "smart", "snow", "solar", "south", "spring", "stone", "summer", "sunny", "swift", "timber", "urban", "velvet", "violet",
		"warm", "west", "wild", "willow", "winter", "wise", "wooden", "yellow",
	}
	lastWords = [...]string{
		"academy", "agency", "archive", "atlas", "bakery", "bank", "basket", "bench", "board", "books", "bridge", "budget", "cafe", "camera", "cart",
		"center", "circle", "clinic", "club", "coach", "code", "craft", "dash", "desk", "diary", "direct", "energy", "events", "express", "factory",
		"farm", "finance", "fleet", "forum", "foundry", "frame", "gallery", "games", "gate", "guide", "health", "home", "hotel", "house", "insight",
		"journal", "kitchen", "lab", "learning", "ledger", "library", "life", "list", "logic", "mail", "market", "media", "metrics", "mobile", "motors",
		"museum", "music", "network", "news", "notes", "office", "outlet", "panel", "parts", "path", "pay", "photo", "place", "planet", "point",
		"portal", "post", "press", "print", "radio", "report", "school", "search", "shop", "signal", "sports", "station", "stream", "studio", "supply",
		"systems", "table", "theater", "tools", "trade", "travel", "vault", "video", "village", "watch", "weather", "works", "world", "yard",
	}
)

// names are what hosts look up.
type names struct {
	sites []site
	zipf  weights
}

// site is a popular domain.
type site struct {
	domain string
	subs   []string
	cdn    string // the alias of its www, "" without
}

func newNames(seed uint64) *names {
	r := newRNG(seed, "names")
	n := &names{}
	var ws []float64
	for i := range 4000 {
		s := site{domain: pick(&r, firstWords[:]) + pick(&r, lastWords[:])}
		if r.n(4) == 0 {
			s.domain = pick(&r, firstWords[:]) + "-" + pick(&r, lastWords[:])
		}
		s.domain += [...]string{".com", ".com", ".com", ".com", ".net", ".org", ".io", ".de", ".co.uk", ".fr"}[r.n(10)]
		s.subs = []string{"", "www.", [...]string{"api.", "cdn.", "static.", "img.", "mail.", "auth."}[r.n(6)], [...]string{"assets.", "eu.", "v2.", "push.", "login."}[r.n(5)]}
		if r.n(3) == 0 {
			s.cdn = "d" + string(r.text(nil, 13, lowDigits)) + ".cloudfront.net."
		}
		n.sites = append(n.sites, s)
		ws = append(ws, 1/math.Pow(float64(i+1), 0.95))
	}
	n.zipf = newWeights(ws)
	return n
}

// query is one lookup.
type query struct {
	at      int64
	host    *host
	name    string // with the dot at its end
	kind    string
	rcode   string
	answers []answer
	tcp     bool
}

type answer struct{ kind, data string }

// lookup makes a benign lookup by a host.
func (n *names) lookup(r *rng, a *account, reg *region, h *host) query {
	q := query{host: h, kind: "A", rcode: "NOERROR"}
	switch x := r.n(1000); {
	case x < 330:
		n.popular(r, &q)
	case x < 560:
		q.name = pick(r, []string{"s3.", "ssm.", "ec2messages.", "kms.", "sts.", "logs.", "sqs.", "dynamodb.", "secretsmanager.", "monitoring."}) + reg.name + ".amazonaws.com."
		q.answers = []answer{{"A", ipString(pick(r, reg.aws))}}
	case x < 580:
		q.name = pick(r, a.buckets) + ".s3." + reg.name + ".amazonaws.com."
		q.answers = []answer{{"CNAME", "s3-r-w." + reg.name + ".amazonaws.com."}, {"A", ipString(pick(r, reg.aws))}}
	case x < 740:
		to := pick(r, reg.hosts)
		q.name, q.answers = to.name+"."+a.env+"."+company+".internal.", []answer{{"A", ipString(to.ip)}}
	case x < 800: // an empty answer: the name has no IPv6 address
		n.popular(r, &q)
		q.kind, q.answers = "AAAA", nil
	case x < 860: // the resolver's search suffix
		q.name, q.rcode, q.answers = pick(r, reg.hosts).name+"."+a.env+"."+company+".internal."+reg.suffix(), "NXDOMAIN", nil
	case x < 900:
		ip := pick(r, reg.hosts).ip
		q.name, q.kind = ipString(ip<<24|ip>>24|ip<<8&0xff0000|ip>>8&0xff00)+".in-addr.arpa.", "PTR"
		q.answers = []answer{{"PTR", "ip-" + dashed(ip) + "." + reg.suffix()}}
	case x < 925:
		q.name = "_ldap._tcp.dc._msdcs.corp." + company + ".example."
		q.kind, q.answers = "SRV", []answer{{"SRV", "0 100 389 directory-1.corp." + company + ".example."}}
	case x < 945: // an object that a content network serves under a name with a hash
		q.name = r.hex(32) + "." + pick(r, []string{"edge", "img", "media"}) + strconv.Itoa(r.n(40)) + ".akamaized.net."
		q.answers = []answer{{"CNAME", "a" + strconv.Itoa(r.n(2000)) + ".dscd.akamai.net."}, {"A", ipString(address(r, clientOctets[:]))}}
	case x < 960:
		q.name, q.kind = pick(r, n.sites).domain+".", "TXT"
		q.answers = []answer{{"TXT", `\"v=spf1 include:_spf.` + n.sites[r.n(200)].domain + ` ~all\"`}}
	case x < 975:
		n.popular(r, &q)
		q.kind, q.answers = "HTTPS", nil
	case x < 985: // mistyped, or long gone
		q.name, q.rcode = pick(r, firstWords[:])+pick(r, lastWords[:])+pick(r, lastWords[:])+".com.", "NXDOMAIN"
	case x < 988 && h.role == "windows": // a browser asks whether names that can't exist do
		q.name, q.rcode = string(r.text(nil, r.in(7, 15), lowDigits[:16]))+".", "NXDOMAIN"
	case x < 991 && h.role == "windows": // antivirus: the hash of a file, as a name
		q.name, q.kind = r.hex(32)+"."+r.hex(8)+".p.f."+"sophosxl.net.", "TXT"
		q.answers = []answer{{"TXT", `\"w ` + r.hex(4) + `\"`}}
	default:
		q.name = pick(r, []string{"archive.ubuntu.com.", "security.ubuntu.com.", "pypi.org.", "registry.npmjs.org.", "amazonlinux-2-repos-" + reg.name + ".s3.dualstack." + reg.name + ".amazonaws.com."})
		q.answers = []answer{{"A", ipString(address(r, clientOctets[:]))}}
	}
	return q
}

func (n *names) popular(r *rng, q *query) {
	s := &n.sites[n.zipf.pick(r)]
	q.name = pick(r, s.subs) + s.domain + "."
	if s.cdn != "" && q.name[0] == 'w' {
		q.answers = append(q.answers, answer{"CNAME", s.cdn})
	}
	for range r.in(1, 3) {
		q.answers = append(q.answers, answer{"A", ipString(address(r, clientOctets[:]))})
	}
}

// suffix is what the region's resolver appends to short names.
func (reg *region) suffix() string {
	if reg.name == "us-east-1" {
		return "ec2.internal."
	}
	return reg.name + ".compute.internal."
}

func dashed(ip uint32) string {
	b := appendIP(nil, ip)
	for i, c := range b {
		if c == '.' {
			b[i] = '-'
		}
	}
	return string(b)
}
