package ocsf

import (
	"cmp"

	"picket"
	"picket/guardduty"
)

// resource is something of the account that a finding is about.
type resource struct {
	UID    string `json:"uid,omitempty"`
	Name   string `json:"name,omitempty"`
	Type   string `json:"type"`
	Region string `json:"region,omitempty"`
}

func resources(f *picket.Finding) (all []resource) {
	r := f.Resource
	if r == nil {
		return nil
	}
	add := func(kind, uid, name string) { all = append(all, resource{uid, name, kind, value(f.Region)}) }
	if i := r.InstanceDetails; i != nil {
		id := value(i.InstanceId)
		if id == "" && len(i.NetworkInterfaces) > 0 {
			id = cmp.Or(value(i.NetworkInterfaces[0].NetworkInterfaceId), value(i.NetworkInterfaces[0].PrivateIpAddress))
		}
		add("AWS::EC2::Instance", id, "")
	}
	if k := r.AccessKeyDetails; k != nil {
		add("AWS::IAM::AccessKey", cmp.Or(value(k.AccessKeyId), value(k.PrincipalId)), value(k.UserName))
	}
	for _, b := range r.S3BucketDetails {
		add("AWS::S3::Bucket", value(b.Arn), value(b.Name))
	}
	if c := r.EksClusterDetails; c != nil {
		add("AWS::EKS::Cluster", value(c.Arn), value(c.Name))
	}
	if c := r.EcsClusterDetails; c != nil {
		add("AWS::ECS::Cluster", value(c.Arn), value(c.Name))
	}
	if l := r.LambdaDetails; l != nil {
		add("AWS::Lambda::Function", value(l.FunctionArn), value(l.FunctionName))
	}
	if d := r.RdsDbInstanceDetails; d != nil {
		add("AWS::RDS::DBInstance", value(d.DbInstanceArn), value(d.DbInstanceIdentifier))
	}
	return all
}

// evidence is what was seen.
type evidence struct {
	API         *api        `json:"api,omitempty"`
	SrcEndpoint *endpoint   `json:"src_endpoint,omitempty"`
	DstEndpoint *endpoint   `json:"dst_endpoint,omitempty"`
	Connection  *connection `json:"connection_info,omitempty"`
	Query       *query      `json:"query,omitempty"`
}

type api struct {
	Operation string  `json:"operation"`
	Service   *named  `json:"service,omitempty"`
	Response  *result `json:"response,omitempty"`
}

type named struct {
	Name string `json:"name"`
}

type result struct {
	Error string `json:"error"`
}

type query struct {
	Hostname string `json:"hostname"`
}

type connection struct {
	ProtocolName string `json:"protocol_name,omitempty"`
	DirectionID  int    `json:"direction_id"`
}

type endpoint struct {
	IP               string    `json:"ip,omitempty"`
	Port             int32     `json:"port,omitempty"`
	Location         *location `json:"location,omitempty"`
	AutonomousSystem *system   `json:"autonomous_system,omitempty"`
}

type location struct {
	City    string `json:"city,omitempty"`
	Country string `json:"country,omitempty"`
}

type system struct {
	Name string `json:"name,omitempty"`
}

func evidences(a *guardduty.Action) []evidence {
	switch {
	case a == nil:
		return nil
	case a.AwsApiCallAction != nil:
		c := a.AwsApiCallAction
		call := &api{Operation: value(c.Api)}
		if c.ServiceName != nil {
			call.Service = &named{*c.ServiceName}
		}
		if c.ErrorCode != nil {
			call.Response = &result{*c.ErrorCode}
		}
		return []evidence{{API: call, SrcEndpoint: remote(c.RemoteIpDetails, 0)}}
	case a.NetworkConnectionAction != nil:
		return []evidence{network(a.NetworkConnectionAction)}
	case a.DnsRequestAction != nil:
		return []evidence{{Query: &query{cmp.Or(value(a.DnsRequestAction.DomainWithSuffix), value(a.DnsRequestAction.Domain))}}}
	case a.PortProbeAction != nil:
		var all []evidence
		for _, d := range a.PortProbeAction.PortProbeDetails {
			e := evidence{SrcEndpoint: remote(d.RemoteIpDetails, 0)}
			if d.LocalPortDetails != nil {
				e.DstEndpoint = &endpoint{Port: value(d.LocalPortDetails.Port)}
				if d.LocalIpDetails != nil {
					e.DstEndpoint.IP = value(d.LocalIpDetails.IpAddressV4)
				}
			}
			all = append(all, e)
		}
		return all
	}
	return nil
}

// network puts the side that began a connection first.
func network(c *guardduty.NetworkConnectionAction) evidence {
	there, here := &endpoint{}, &endpoint{}
	if c.RemotePortDetails != nil {
		there.Port = value(c.RemotePortDetails.Port)
	}
	if r := remote(c.RemoteIpDetails, there.Port); r != nil {
		there = r
	}
	if c.LocalPortDetails != nil {
		here.Port = value(c.LocalPortDetails.Port)
	}
	if c.LocalIpDetails != nil {
		here.IP = value(c.LocalIpDetails.IpAddressV4)
	}
	out := evidence{SrcEndpoint: there, DstEndpoint: here, Connection: &connection{ProtocolName: value(c.Protocol)}}
	switch value(c.ConnectionDirection) {
	case "INBOUND":
		out.Connection.DirectionID = 1
	case "OUTBOUND":
		out.Connection.DirectionID = 2
		out.SrcEndpoint, out.DstEndpoint = here, there
	}
	return out
}

func remote(r *guardduty.RemoteIpDetails, port int32) *endpoint {
	if r == nil {
		return nil
	}
	out := &endpoint{IP: cmp.Or(value(r.IpAddressV4), value(r.IpAddressV6)), Port: port}
	where := location{}
	if r.City != nil {
		where.City = value(r.City.CityName)
	}
	if r.Country != nil {
		where.Country = value(r.Country.CountryCode)
	}
	if where != (location{}) {
		out.Location = &where
	}
	if r.Organization != nil && r.Organization.AsnOrg != nil {
		out.AutonomousSystem = &system{*r.Organization.AsnOrg}
	}
	return out
}

// observable is a value that people search for, and where in the event it is.
type observable struct {
	Name   string `json:"name"`
	TypeID int    `json:"type_id"`
	Type   string `json:"type"`
	Value  string `json:"value"`
}

func observables(all []evidence) (out []observable) {
	address := func(name string, e *endpoint) {
		if e != nil && e.IP != "" {
			out = append(out, observable{"evidences[]." + name + ".ip", 2, "IP Address", e.IP})
		}
	}
	for _, e := range all {
		address("src_endpoint", e.SrcEndpoint)
		address("dst_endpoint", e.DstEndpoint)
		if e.Query != nil {
			out = append(out, observable{"evidences[].query.hostname", 1, "Hostname", e.Query.Hostname})
		}
	}
	return out
}
