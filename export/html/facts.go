package html

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"picket/guardduty"
)

// facts collects what is known, and leaves out what is not.
type facts []Fact

func (l *facts) add(name string, parts ...string) {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	if len(parts) > 0 {
		*l = append(*l, Fact{Name: name, Value: strings.Join(parts, ", ")})
	}
}

// Facts are what the finding is about: the resource, who acted, and from where.
func (r *row) Facts() []Fact {
	var l facts
	l.actor(r)
	if r.Resource != nil {
		l.resource(r.Resource)
	}
	if a := r.Service.Action; a != nil {
		l.action(a)
	}
	l.add("Seen", stamp(r.First)+" to "+stamp(r.Last)+" UTC", fmt.Sprintf("counted %d", *r.Service.Count))
	l.add("Role of the resource", strings.ToLower(value(r.Service.ResourceRole)))
	l.add("Custom detection rule", value(r.CustomDetectionRuleName))
	if r.CustomDetectionRuleName == nil {
		l.add("Signals", r.Signals...)
	}
	l.add("Finding id", value(r.Id))
	return l
}

// actor tells the caller of an API call.
func (l *facts) actor(r *row) {
	if k := r.Resource; k != nil && k.AccessKeyDetails != nil {
		d := k.AccessKeyDetails
		l.add("User", value(d.UserName), value(d.UserType))
		l.add("Access key", value(d.AccessKeyId))
		l.add("Principal", value(d.PrincipalId))
	}
	if arn, ok := r.UserIdentity["arn"].(string); ok {
		l.add("Identity", arn)
	}
}

func (l *facts) resource(r *guardduty.Resource) {
	for _, b := range r.S3BucketDetails {
		access := ""
		if b.PublicAccess != nil && b.PublicAccess.EffectivePermission != nil {
			access = "effective permission " + *b.PublicAccess.EffectivePermission
		}
		l.add("Bucket", cmp.Or(value(b.Name), value(b.Arn)), access)
	}
	if i := r.InstanceDetails; i != nil {
		l.add("Instance", value(i.InstanceId), value(i.InstanceType), value(i.ImageId), value(i.Platform), value(i.AvailabilityZone))
		for _, n := range i.NetworkInterfaces {
			l.networkInterface(n)
		}
	}
}

func (l *facts) networkInterface(n guardduty.NetworkInterface) {
	l.add("Network interface", value(n.NetworkInterfaceId), value(n.VpcId), value(n.SubnetId))
	addresses := []string{value(n.PrivateIpAddress), value(n.PublicIp)}
	l.add("Addresses", append(addresses, n.Ipv6Addresses...)...)
	var groups []string
	for _, g := range n.SecurityGroups {
		groups = append(groups, cmp.Or(value(g.GroupId), value(g.GroupName)))
	}
	l.add("Security groups", groups...)
}

func (l *facts) action(a *guardduty.Action) {
	if c := a.AwsApiCallAction; c != nil {
		l.apiCall(c)
	}
	if c := a.NetworkConnectionAction; c != nil {
		blocked := ""
		if c.Blocked != nil && *c.Blocked {
			blocked = "blocked"
		}
		l.add("Connection", strings.ToLower(value(c.ConnectionDirection)), value(c.Protocol), blocked)
		l.add("Local end", end(localIP(c.LocalIpDetails), c.LocalPortDetails))
		remotePort := (*guardduty.LocalPortDetails)(c.RemotePortDetails)
		l.add("Remote end", append([]string{end(remoteIP(c.RemoteIpDetails), remotePort)}, place(c.RemoteIpDetails)...)...)
	}
	if c := a.DnsRequestAction; c != nil {
		l.add("Domain", cmp.Or(value(c.DomainWithSuffix), value(c.Domain)), value(c.Protocol))
	}
	if c := a.PortProbeAction; c != nil {
		for _, p := range c.PortProbeDetails {
			parts := []string{"port " + port(p.LocalPortDetails), "from " + remoteIP(p.RemoteIpDetails)}
			l.add("Probe", append(parts, place(p.RemoteIpDetails)...)...)
		}
	}
}

func (l *facts) apiCall(c *guardduty.AwsApiCallAction) {
	l.add("API call", value(c.Api), value(c.ServiceName), value(c.ErrorCode))
	for _, kind := range slices.Sorted(maps.Keys(c.AffectedResources)) {
		l.add("Affected", kind, c.AffectedResources[kind])
	}
	if c.RemoteIpDetails != nil {
		l.add("Remote address", append([]string{remoteIP(c.RemoteIpDetails)}, place(c.RemoteIpDetails)...)...)
	}
	if c.DomainDetails != nil {
		l.add("Called by", value(c.DomainDetails.Domain))
	}
	if a := c.RemoteAccountDetails; a != nil {
		whose := "not of your organization"
		if a.Affiliated != nil && *a.Affiliated {
			whose = "of your organization"
		}
		l.add("Remote account", value(a.AccountId), whose)
	}
	l.add("User agent", value(c.UserAgent))
}

func localIP(d *guardduty.LocalIpDetails) string {
	if d == nil {
		return ""
	}
	return cmp.Or(value(d.IpAddressV4), value(d.IpAddressV6))
}

func remoteIP(d *guardduty.RemoteIpDetails) string {
	if d == nil {
		return ""
	}
	return cmp.Or(value(d.IpAddressV4), value(d.IpAddressV6))
}

// end is one end of a connection: "10.0.0.1 port 22 (SSH)".
func end(ip string, p *guardduty.LocalPortDetails) string {
	if p == nil || p.Port == nil {
		return ip
	}
	return strings.TrimSpace(ip + " port " + port(p))
}

func port(p *guardduty.LocalPortDetails) string {
	switch {
	case p == nil || p.Port == nil:
		return ""
	case p.PortName == nil || *p.PortName == "Unknown":
		return fmt.Sprint(*p.Port)
	}
	return fmt.Sprintf("%d (%s)", *p.Port, *p.PortName)
}

// place says where a remote address is and whose, as far as that is known.
func place(d *guardduty.RemoteIpDetails) []string {
	if d == nil {
		return nil
	}
	var city, country, org string
	if d.City != nil && value(d.City.CityName) != "UNKNOWN" {
		city = value(d.City.CityName)
	}
	if d.Country != nil {
		country = value(d.Country.CountryName)
	}
	switch o := d.Organization; {
	case o == nil:
	case value(o.AsnOrg) == "PRIVATE":
		org = "private"
	case value(o.AsnOrg) != "Unknown":
		org = strings.TrimSpace(value(o.AsnOrg) + " AS" + value(o.Asn))
	}
	return []string{city, country, org}
}
