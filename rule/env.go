package rule

import (
	"net/netip"
	"strings"

	"picket/entity"
	"picket/event"
	"picket/intel"
)

// Env is what a condition may ask beside its record. Geo and the accounts are fixed; Share and Use change the lists. An Env is
// used by one goroutine at a time.
type Env struct {
	Intel *intel.Tables   // of lists that apply to every account; never nil
	Geo   Locator         // nil without GeoIP data
	Keys  map[string]bool // access keys known to be compromised

	accounts map[string]bool // nil: only the record's own account is known
	lists    map[place]*intel.Tables
	trusting int             // of lists, those of trusted addresses or names
	latest   place           // asked for last, of those that have lists
	ours     *intel.Tables   // of latest
	Facts    *entity.Account // of the record's account, as of the record; only in Given, and in Note of a rule that has it

	callers map[callerKey]caller // addresses looked up already
	caller  caller               // the one looked up last
	agents  map[string]string    // user agents looked at already → PenTestSystem
	remote  remote               // the conversation looked up last
	name    name                 // the query looked up last
}

// place is where an account's own lists apply.
type place struct{ account, region string }

// Locator finds where an address is.
type Locator interface {
	Lookup(netip.Addr) intel.Location
}

// NewEnv returns an Env. accounts are the organization's own; without any, each record knows its own account only.
func NewEnv(tables *intel.Tables, geo Locator, keys map[string]bool, accounts []string) *Env {
	e := &Env{Intel: tables, Geo: geo, Keys: keys, callers: map[callerKey]caller{}, agents: map[string]string{}}
	e.trusting = trusting(tables)
	if len(accounts) > 0 {
		e.accounts = map[string]bool{}
		for _, a := range accounts {
			e.accounts[a] = true
		}
	}
	return e
}

// Own reports whether account belongs to the organization of the record's account.
func (e *Env) Own(record, account string) bool { return account == record || e.accounts[account] }

// Caller is who called an API, as an address.
type Caller struct {
	Addr    netip.Addr // invalid where a service called
	Public  bool
	Matches intel.Matches // none for trusted or non-public addresses
	Trusted bool
	AWS     bool   // in a range that AWS publishes
	ASN     string // the number of the address's network; "" where GeoIP data doesn't tell

	EC2Region string // the region of AWS whose EC2 has the address; "" where it has not, or AWS's ranges aren't loaded
}

// callerKey is an address as logged, and the account whose lists apply to it, with those that it brought itself.
type callerKey struct {
	account, ip string
	own         *intel.Tables
}

// The look-aside tables of what records say are bounded in entries and, since a record may say anything, in the length of
// each.
const (
	maxKnown    = 8192
	maxKnownLen = 512
)

// Caller returns what is known of the address that called r. It allocates only for addresses not seen lately.
func (e *Env) Caller(r *event.CloudTrail) Caller {
	key := callerKey{r.Account, r.SourceIPAddress, e.own(r.Account, r.Region)}
	if e.caller.key != key || !e.caller.known {
		e.caller = e.lookUp(key, r)
	}
	return e.caller.Caller
}

// caller is a Caller with the key that it is known by, which outlives the record.
type caller struct {
	Caller
	key   callerKey
	known bool
}

func (e *Env) lookUp(key callerKey, r *event.CloudTrail) caller {
	if c, ok := e.callers[key]; ok {
		return c
	}
	var c Caller
	if addr, ok := r.IP(); ok {
		c.Addr, c.Public = addr, entity.Public(addr)
	}
	if c.Public {
		c.Trusted = e.Trusted(r.Account, r.Region, c.Addr)
		c.Matches = e.ip(r.Account, r.Region, c.Addr)
		service, region, aws := e.Intel.AWS(c.Addr)
		if c.AWS = aws; service == "EC2" {
			c.EC2Region = region
		}
		if e.Geo != nil {
			c.ASN = e.Geo.Lookup(c.Addr).ASN
		}
	}
	if len(key.account)+len(key.ip) > maxKnownLen {
		return caller{Caller: c}
	}
	if len(e.callers) >= maxKnown {
		clear(e.callers)
	}
	key = callerKey{strings.Clone(key.account), strings.Clone(key.ip), key.own}
	e.callers[key] = caller{c, key, true}
	return e.callers[key]
}

// PenTestSystem is entity.PenTestSystem of r's user agent. It allocates only for those not seen lately.
func (e *Env) PenTestSystem(r *event.CloudTrail) string {
	system, known := e.agents[r.UserAgent]
	if known {
		return system
	}
	system = entity.PenTestSystem(r.UserAgent)
	if len(r.UserAgent) > maxKnownLen {
		return system
	}
	if len(e.agents) >= maxKnown {
		clear(e.agents)
	}
	e.agents[strings.Clone(r.UserAgent)] = system
	return system
}

// remote is what is known of the other side of a conversation.
type remote struct {
	iface   *entity.Interface
	addr    netip.Addr
	matches intel.Matches
}

// Remote returns what the lists say of c's remote address: nothing where it is trusted or not public. Asking again for the
// same conversation costs nothing, so that many rules may.
func (e *Env) Remote(c *entity.Conversation) intel.Matches {
	if e.remote.iface != c.Interface || e.remote.addr != c.Remote {
		e.remote = remote{c.Interface, c.Remote, e.ip(c.Interface.Account, c.Interface.Region, c.Remote)}
	}
	return e.remote.matches
}

// name is what is known of the name in a query.
type name struct {
	asked   []byte // the account, the region and the name: a record's strings don't outlive its call
	account int    // the account's length
	region  int    // where the region ends
	matches intel.Matches
}

// Name returns what the lists say of the name that r asks for: nothing where the account trusts it. Asking again for the same
// query costs next to nothing, so that many rules may.
func (e *Env) Name(r *event.DNS) intel.Matches {
	n := &e.name
	if len(n.asked) == 0 || string(n.asked[n.region:]) != r.Name || string(n.asked[:n.account]) != r.Account || string(n.asked[n.account:n.region]) != r.Region {
		n.asked = append(append(append(n.asked[:0], r.Account...), r.Region...), r.Name...)
		n.account, n.region, n.matches = len(r.Account), len(r.Account)+len(r.Region), e.domain(r.Account, r.Region, r.Name)
	}
	return n.matches
}

// Organization names who runs an address: its network's owner where GeoIP data tells, else the address itself.
func (e *Env) Organization(a netip.Addr) string {
	if e.Geo != nil {
		if org := e.Geo.Lookup(a).Org; org != "" {
			return org
		}
	}
	return a.String()
}
