package event

import (
	"errors"
	"fmt"
)

// DNS is one query of the Route 53 Resolver query log. Its strings alias the buffer that it was parsed from: they are
// valid until the handler returns, unless the record was copied with Clone.
//
// Field meanings: Route 53 developer guide, "Values that appear in Resolver query logs".
type DNS struct {
	Ref
	Raw string // the whole record, as logged

	Time             int64  // query_timestamp, seconds since the epoch
	Account          string // account_id, else the object's
	Region           string
	VPC              string
	Name             string // query_name, lower case, without the trailing dot
	Type             string // query_type: "A", "TXT", "TYPE65"
	RCode            string // "NOERROR", "NXDOMAIN"
	Transport        string // "UDP", "TCP"
	Src              string // srcaddr
	Instance         string // srcids.instance
	ResolverEndpoint string // srcids.resolver_endpoint
	FirewallAction   string // firewall_rule_action: "ALERT", "BLOCK" or ""
	Answers          Value
}

// Clone returns a copy that owns its bytes.
func (d *DNS) Clone() *DNS {
	c := *d
	own(&c.Raw, &c.Account, &c.Region, &c.VPC, &c.Name, &c.Type, &c.RCode, &c.Transport, &c.Src, &c.Instance,
		&c.ResolverEndpoint, &c.FirewallAction, (*string)(&c.Answers))
	return &c
}

// ParseDNS parses one record.
func ParseDNS(b []byte) (*DNS, error) {
	r, err := parseOne(b)
	if err != nil {
		return nil, err
	}
	if err := r.buildDNS(alias(b)); err != nil {
		return nil, err
	}
	return r.dns.Clone(), nil
}

// readDNS delivers record b, whose members are in r.fields.
func (r *Reader) readDNS(b []byte, offset int64) {
	if err := r.buildDNS(alias(b)); err != nil {
		r.bad(offset, err.Error(), b)
		return
	}
	d := &r.dns
	d.Object, d.Offset = r.o.Object, offset
	r.count(KindDNS, d.Account, d.Region)
	r.h.DNS(d)
}

func (r *Reader) buildDNS(raw string) error {
	f := &r.fields
	r.scratch = r.scratch[:0]
	d := &r.dns
	*d = DNS{
		Raw:            raw,
		Account:        r.account(r.str(slotAccountID)),
		Region:         r.region(r.str(slotRegion)),
		VPC:            r.str(slotVPCID),
		Name:           r.domain(r.str(slotQueryName)),
		Type:           r.str(slotQueryType),
		RCode:          r.str(slotRCode),
		Transport:      r.str(slotTransport),
		Src:            r.str(slotSrcAddr),
		FirewallAction: r.str(slotFirewallAction),
		Answers:        f.value(slotAnswers),
	}
	for c := newCursor(f.value(slotSrcIDs), '{'); c.next(); {
		switch c.key {
		case "instance":
			d.Instance = c.value.Str()
		case "resolver_endpoint":
			d.ResolverEndpoint = c.value.Str()
		}
	}
	if v := f.raw(slotQueryName); len(v) == 0 || v[0] != '"' {
		return errors.New("DNS query without query_name")
	}
	var ok bool
	if d.Time, ok = parseTime(r.str(slotQueryTimestamp)); !ok {
		return fmt.Errorf("unreadable query_timestamp %.40q", r.str(slotQueryTimestamp))
	}
	d.Sec = seconds(d.Time)
	return nil
}

// domain returns a name in lower case, without its trailing dot, and with the characters that the log writes as octal
// escapes (\052 for *), except dots, which would look like the end of a label.
func (r *Reader) domain(name string) string {
	if n := len(name); n > 0 && name[n-1] == '.' {
		name = name[:n-1]
	}
	if plain(name) {
		return name
	}
	from := len(r.scratch)
	for i := 0; i < len(name); i++ {
		c := name[i]
		if c == '\\' {
			if code, ok := octal(name[i+1:]); ok {
				c = code
				i += 3
			}
		}
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		r.scratch = append(r.scratch, c)
	}
	return alias(r.scratch[from:])
}

func plain(name string) bool {
	for i := 0; i < len(name); i++ {
		if c := name[i]; c >= 'A' && c <= 'Z' || c == '\\' {
			return false
		}
	}
	return true
}

// octal reads the three digits of an escape of a printable character.
func octal(s string) (byte, bool) {
	if len(s) < 3 || s[0]-'0' > 3 || s[1]-'0' > 7 || s[2]-'0' > 7 {
		return 0, false
	}
	c := (s[0]-'0')<<6 | (s[1]-'0')<<3 | (s[2] - '0')
	return c, c > ' ' && c < 0x7f && c != '.' && c != '\\'
}
