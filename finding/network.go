package finding

import (
	"net/netip"
	"strconv"

	"picket/entity"
	"picket/event"
	"picket/guardduty"
	"picket/intel"
	"picket/rule"
)

func (b *About) connection(d *document, c *entity.Conversation, n *rule.Note, vars map[string]string) {
	vars["instance"], vars["ip"] = c.Interface.Resource(), c.Remote.String()
	vars["port"], vars["remotePort"], vars["localPort"] = strconv.Itoa(int(c.ServerPort())), strconv.Itoa(int(c.RemotePort)), strconv.Itoa(int(c.LocalPort))
	vars["protocol"] = c.ProtocolName()
	d.role = c.Role()
	public := netip.Addr{}
	if entity.Public(c.Local) {
		public = c.Local
	}
	d.resource = &guardduty.Resource{
		ResourceType: guardduty.Ptr("Instance"), InstanceDetails: instanceDetails(c.Interface, c.Local, public),
	}
	if n.Resource != "" {
		d.resource.ResourceType = guardduty.Ptr(n.Resource)
	}
	if n.Probe {
		d.action = &guardduty.Action{ActionType: guardduty.Ptr("PORT_PROBE"), PortProbeAction: &guardduty.PortProbeAction{Blocked: guardduty.Ptr(false)}}
		return
	}
	d.action = &guardduty.Action{
		ActionType: guardduty.Ptr("NETWORK_CONNECTION"),
		NetworkConnectionAction: &guardduty.NetworkConnectionAction{
			Blocked: guardduty.Ptr(c.Blocked()), ConnectionDirection: guardduty.Ptr(c.Direction()),
			Protocol:         guardduty.Ptr(c.ProtocolName()),
			LocalPortDetails: &guardduty.LocalPortDetails{Port: port(c.LocalPort), PortName: portName(c.LocalPort)},
			LocalIpDetails:   localIP(c.Local), LocalNetworkInterface: text(c.Interface.ID),
			RemoteIpDetails:   b.remote(c.Remote),
			RemotePortDetails: &guardduty.RemotePortDetails{Port: port(c.RemotePort), PortName: portName(c.RemotePort)},
		},
	}
}

// probe is one element of portProbeDetails, which grows over the hits of a finding.
func (b *About) probe(c *entity.Conversation) guardduty.PortProbeDetail {
	return guardduty.PortProbeDetail{
		LocalPortDetails: &guardduty.LocalPortDetails{Port: port(c.LocalPort), PortName: portName(c.LocalPort)},
		LocalIpDetails:   localIP(c.Local), RemoteIpDetails: b.remote(c.Remote),
	}
}

// probes is the list under which an aggregate keeps port probes.
const probes = "portProbeDetails"

func port(p uint16) *int32 { return guardduty.Ptr(int32(p)) }

func localIP(a netip.Addr) *guardduty.LocalIpDetails {
	if a.Is4() {
		return &guardduty.LocalIpDetails{IpAddressV4: guardduty.Ptr(a.String())}
	}
	return &guardduty.LocalIpDetails{IpAddressV6: guardduty.Ptr(a.String())}
}

// instanceDetails says what the logs know of an instance; what they don't is null, and lists are empty, as GuardDuty
// writes them for an instance that is gone.
func instanceDetails(i *entity.Interface, private, public netip.Addr) *guardduty.InstanceDetails {
	d := &guardduty.InstanceDetails{InstanceId: text(i.Instance)}
	if i.ID == "" {
		return d
	}
	n := guardduty.NetworkInterface{NetworkInterfaceId: text(i.ID), SubnetId: text(i.Subnet), VpcId: text(i.VPC)}
	if private.IsValid() {
		n.PrivateIpAddress = guardduty.Ptr(private.String())
		n.PrivateIpAddresses = []guardduty.PrivateIpAddressDetails{{PrivateIpAddress: guardduty.Ptr(private.String())}}
	}
	if public.IsValid() {
		n.PublicIp = guardduty.Ptr(public.String())
	}
	d.NetworkInterfaces = []guardduty.NetworkInterface{n}
	return d
}

func (b *About) dnsRequest(d *document, r *event.DNS, vars map[string]string) {
	vars["instance"], vars["domain"], vars["suffix"] = r.Instance, r.Name, intel.RegisteredDomain(r.Name)
	if r.Instance == "" {
		vars["instance"] = r.Src
	}
	d.role = "ACTOR"
	private, _ := netip.ParseAddr(r.Src)
	details := instanceDetails(&entity.Interface{Instance: r.Instance}, netip.Addr{}, netip.Addr{})
	if r.VPC != "" || private.IsValid() {
		details.NetworkInterfaces = instanceDetails(&entity.Interface{ID: "-", VPC: r.VPC}, private, netip.Addr{}).NetworkInterfaces
		details.NetworkInterfaces[0].NetworkInterfaceId = nil
	}
	d.resource = &guardduty.Resource{ResourceType: guardduty.Ptr("Instance"), InstanceDetails: details}
	d.action = &guardduty.Action{
		ActionType: guardduty.Ptr("DNS_REQUEST"),
		DnsRequestAction: &guardduty.DnsRequestAction{
			Domain: text(r.Name), DomainWithSuffix: text(intel.RegisteredDomain(r.Name)),
			Protocol: text(r.Transport), Blocked: guardduty.Ptr(r.FirewallAction == "BLOCK"),
		},
	}
}
