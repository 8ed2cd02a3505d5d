package ec2

import (
	"math"
	"time"

	"picket"
	"picket/event"
	"picket/intel"
	"picket/rule"
)

const (
	// tunnelLabels is how long the part below the registered domain must be for a name to count: names of machines and
	// services are shorter, and tunnels that carry data fill their names.
	tunnelLabels = 30
	// Much in ten minutes: the tools of testers send five times as much, and iodine and dnscat2 moving a file ten times.
	tunnelBytes = 20_000
	tunnelMean  = 50
	// Or fewer names that are nearly half as long as names can be: nothing but data fills them, and a tunnel in use
	// reaches this within half a minute.
	tunnelNames    = 30
	tunnelFullMean = 100
	// The same in a day, for those who take their time.
	tunnelSlowNames = 500
	tunnelSlowBytes = 50_000
	// tunnelEntropy is bits a character: digits alone reach 3.3, hexadecimal 4, base32 5.
	tunnelEntropy = 3.5
)

// carries reports whether r's name is long enough to carry data into a zone where that is unusual.
func carries(r *event.DNS, env *rule.Env) bool {
	// The whole name's length costs nothing to tell, and rules most of them out.
	return len(r.Name) > tunnelLabels && !chatty(r.Name) && carried(r) >= tunnelLabels && !env.TrustedDomain(r.Account, r.Region, r.Name)
}

// carried is the length of the part below the registered domain, escaped bytes counted once.
func carried(r *event.DNS) (n uint64) {
	labels(r, func(byte) { n++ })
	return n
}

// labels calls f for each byte of the labels below the registered domain.
func labels(r *event.DNS, f func(byte)) {
	below := r.Name[:len(r.Name)-len(intel.RegisteredDomain(r.Name))]
	for i := 0; i < len(below); i++ {
		c := below[i]
		if c == '\\' && i+3 < len(below) {
			c = below[i+1]<<6 | below[i+2]&7<<3 | below[i+3]&7
			i += 3
		}
		if c != '.' {
			f(c)
		}
	}
}

// tunnel counts the names under one registered domain. How much they carry is their number times their mean length: names
// that are asked for again carry nothing new.
func tunnel(least uint64, within time.Duration, decide func(t *rule.Tally, mean uint64) bool) rule.Distinct[*event.DNS] {
	return rule.Distinct[*event.DNS]{
		Per:    registered,
		Of:     func(r *event.DNS) uint64 { return rule.Hash(r.Name) },
		N:      least,
		Within: within,
		Add: func(r *event.DNS, t *rule.Tally) {
			labels(r, func(c byte) {
				t.Sum[0]++
				t.Bytes[bucket(c)]++
			})
		},
		Decide: func(t *rule.Tally) bool {
			return entropy(t.Bytes[:]) >= tunnelEntropy && decide(t, t.Sum[0]/t.Records)
		},
	}
}

// bucket is where a histogram counts c: letters, digits and the rest apart.
func bucket(c byte) byte {
	switch {
	case 'a' <= c && c <= 'z':
		return c - 'a'
	case '0' <= c && c <= '9':
		return 26 + c - '0'
	}
	return 36 + c%28
}

// entropy is Shannon's, in bits.
func entropy(histogram []uint32) (bits float64) {
	total := 0.0
	for _, n := range histogram {
		total += float64(n)
	}
	for _, n := range histogram {
		if n > 0 {
			p := float64(n) / total
			bits -= p * math.Log2(p)
		}
	}
	return bits
}

// exfiltration is the rule for one pace.
func exfiltration(signal, pace string, when rule.Distinct[*event.DNS]) *rule.DNS {
	return &rule.DNS{
		Type:        "Trojan:EC2/DNSDataExfiltration",
		Signal:      signal,
		Severity:    picket.High,
		Techniques:  []string{"T1048", "T1071.004"},
		Title:       "The EC2 instance {instance} may be sending data to {suffix} in DNS queries.",
		Description: "The EC2 instance {instance} asked for many long names below {suffix} " + pace + ". They look like data, which leaves even closed networks that way.",
		Where:       carries,
		Key:         registered,
		When:        when,
		Note:        func(n *rule.Note, r *event.DNS, _ *rule.Env) { n.Add("domain", r.Name) },
	}
}

var _ = add(
	exfiltration("Fast", "within minutes", tunnel(tunnelNames, 10*time.Minute, func(t *rule.Tally, mean uint64) bool {
		return mean >= tunnelFullMean || mean >= tunnelMean && t.Distinct*mean >= tunnelBytes
	})),
	exfiltration("Slow", "within a day", tunnel(tunnelSlowNames, 24*time.Hour, func(t *rule.Tally, mean uint64) bool {
		return t.Distinct*mean >= tunnelSlowBytes
	})),
)
