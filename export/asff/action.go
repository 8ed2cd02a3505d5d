package asff

import "picket/guardduty"

// action is what was seen, in the format's spelling.
type action struct {
	ActionType              string
	AwsAPICallAction        *apiCall    `json:"AwsApiCallAction,omitempty"`
	NetworkConnectionAction *connection `json:",omitempty"`
	DNSRequestAction        *dnsRequest `json:"DnsRequestAction,omitempty"`
	PortProbeAction         *portProbe  `json:",omitempty"`
}

type apiCall struct {
	API               string            `json:"Api,omitempty"`
	ServiceName       string            `json:",omitempty"`
	CallerType        string            `json:",omitempty"`
	RemoteIPDetails   *address          `json:"RemoteIpDetails,omitempty"`
	DomainDetails     *domain           `json:",omitempty"`
	AffectedResources map[string]string `json:",omitempty"`
}

type domain struct{ Domain string }

type connection struct {
	ConnectionDirection string   `json:",omitempty"`
	RemoteIPDetails     *address `json:"RemoteIpDetails,omitempty"`
	RemotePortDetails   *port    `json:",omitempty"`
	LocalPortDetails    *port    `json:",omitempty"`
	Protocol            string   `json:",omitempty"`
	Blocked             bool
}

type dnsRequest struct {
	Domain   string `json:",omitempty"`
	Protocol string `json:",omitempty"`
	Blocked  bool
}

type portProbe struct {
	PortProbeDetails []probe
	Blocked          bool
}

type probe struct {
	LocalPortDetails *port    `json:",omitempty"`
	LocalIPDetails   *address `json:"LocalIpDetails,omitempty"`
	RemoteIPDetails  *address `json:"RemoteIpDetails,omitempty"`
}

type port struct {
	Port     int32
	PortName string `json:",omitempty"`
}

// address has room for IPv4 only, as the format has.
type address struct {
	IPAddressV4  string        `json:"IpAddressV4,omitempty"`
	Organization *organization `json:",omitempty"`
	Country      *country      `json:",omitempty"`
	City         *city         `json:",omitempty"`
	GeoLocation  *location     `json:",omitempty"`
}

type organization struct {
	Asn    int64  `json:",omitempty"`
	AsnOrg string `json:",omitempty"`
	Isp    string `json:",omitempty"`
	Org    string `json:",omitempty"`
}

type country struct {
	CountryCode string `json:",omitempty"`
	CountryName string `json:",omitempty"`
}

type city struct{ CityName string }

type location struct{ Lon, Lat float64 }

// actionOf is nil for what the format has no shape for.
func actionOf(a *guardduty.Action) *action {
	if a == nil {
		return nil
	}
	out := &action{ActionType: value(a.ActionType)}
	switch {
	case a.AwsApiCallAction != nil:
		c := a.AwsApiCallAction
		out.AwsAPICallAction = &apiCall{
			API: value(c.Api), ServiceName: value(c.ServiceName), CallerType: value(c.CallerType),
			RemoteIPDetails: addressOf(c.RemoteIpDetails), AffectedResources: c.AffectedResources,
		}
		if c.DomainDetails != nil && c.DomainDetails.Domain != nil {
			out.AwsAPICallAction.DomainDetails = &domain{*c.DomainDetails.Domain}
		}
	case a.NetworkConnectionAction != nil:
		c := a.NetworkConnectionAction
		out.NetworkConnectionAction = &connection{
			ConnectionDirection: value(c.ConnectionDirection), Protocol: value(c.Protocol), Blocked: value(c.Blocked),
			RemoteIPDetails: addressOf(c.RemoteIpDetails), LocalPortDetails: localPort(c.LocalPortDetails),
		}
		if r := c.RemotePortDetails; r != nil {
			out.NetworkConnectionAction.RemotePortDetails = &port{value(r.Port), value(r.PortName)}
		}
	case a.DnsRequestAction != nil:
		q := a.DnsRequestAction
		out.DNSRequestAction = &dnsRequest{Domain: value(q.Domain), Protocol: value(q.Protocol), Blocked: value(q.Blocked)}
	case a.PortProbeAction != nil:
		out.PortProbeAction = &portProbe{Blocked: value(a.PortProbeAction.Blocked)}
		for _, d := range a.PortProbeAction.PortProbeDetails {
			p := probe{LocalPortDetails: localPort(d.LocalPortDetails), RemoteIPDetails: addressOf(d.RemoteIpDetails)}
			if d.LocalIpDetails != nil && d.LocalIpDetails.IpAddressV4 != nil {
				p.LocalIPDetails = &address{IPAddressV4: *d.LocalIpDetails.IpAddressV4}
			}
			out.PortProbeAction.PortProbeDetails = append(out.PortProbeAction.PortProbeDetails, p)
		}
	default:
		return nil
	}
	return out
}

func localPort(p *guardduty.LocalPortDetails) *port {
	if p == nil {
		return nil
	}
	return &port{value(p.Port), value(p.PortName)}
}

func addressOf(r *guardduty.RemoteIpDetails) *address {
	if r == nil {
		return nil
	}
	out := &address{IPAddressV4: value(r.IpAddressV4)}
	if o := r.Organization; o != nil {
		out.Organization = &organization{whole(value(o.Asn)), value(o.AsnOrg), value(o.Isp), value(o.Org)}
	}
	if c := r.Country; c != nil {
		out.Country = &country{value(c.CountryCode), value(c.CountryName)}
	}
	if r.City != nil && r.City.CityName != nil {
		out.City = &city{*r.City.CityName}
	}
	if g := r.GeoLocation; g != nil {
		out.GeoLocation = &location{value(g.Lon), value(g.Lat)}
	}
	return out
}
