package event

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
