package simulate

import "picket/event"

// flowAttacks are the types of VPC flow logs that need no long history.
func flowAttacks() []scenario {
	flow := event.KindFlow
	return []scenario{
		{"Backdoor:EC2/C&CActivity.B", "an instance calls its command server every five minutes", flow, beacon("c2", 443, 12, 900, 1500)},
		{"CryptoCurrency:EC2/BitcoinTool.B", "an instance mines", flow, beacon("crypto", 3333, 20, 4000, 9000)},
		{"Trojan:EC2/BlackholeTraffic", "an instance calls a sinkholed address", flow, beacon("blackhole", 80, 4, 500, 700)},
		{"Trojan:EC2/DropPoint", "an instance uploads to a place for stolen data", flow, beacon("droppoint", 443, 5, 4<<20, 9000)},
		{"UnauthorizedAccess:EC2/MaliciousIPCaller.Custom", "an address of the own threat list visits an instance", flow, visited},
		{"UnauthorizedAccess:EC2/TorClient", "an instance uses Tor", flow, beacon("tor_guard", 9001, 6, 20_000, 90_000)},
		{"UnauthorizedAccess:EC2/TorRelay", "an instance passes on Tor's traffic", flow, relay},
		{"UnauthorizedAccess:EC2/SSHBruteForce", "140 passwords are tried on SSH", flow, guess(22, 140, 2200, 2800, "bastion")},
		{"UnauthorizedAccess:EC2/RDPBruteForce", "1,792 passwords are tried on RDP", flow, guess(3389, 1792, 1700, 1900, "windows")},
		{"Impact:EC2/WinRMBruteForce", "300 passwords are tried on WinRM", flow, guess(5985, 300, 1600, 1400, "windows")},
		{"Recon:EC2/Portscan", "an instance tries 1,000 ports of another", flow, portScan},
		{"Impact:EC2/PortSweep", "an instance tries one port of 250 addresses", flow, portSweep},
		{"Recon:EC2/PortProbeUnprotectedPort", "scanners find an open port", flow, probed("edge", 8081)},
		{"Recon:EC2/PortProbeEMRUnprotectedPort", "scanners find the open console of a data cluster", flow, probedCluster},
		{"Backdoor:EC2/DenialOfService.Tcp", "400,000 SYN packets from 6,000 ports", flow, flood(6, 80, 6000, 60)},
		{"Backdoor:EC2/DenialOfService.Udp", "400,000 UDP packets to one port", flow, flood(17, 80, 1, 540)},
		{"Backdoor:EC2/DenialOfService.Dns", "400,000 UDP packets to port 53", flow, flood(17, 53, 8000, 68)},
		{"Backdoor:EC2/DenialOfService.UdpOnTcpPorts", "400,000 UDP packets to the SSH port", flow, flood(17, 22, 1, 540)},
		{"Backdoor:EC2/DenialOfService.UnusualProtocol", "400,000 IGMP packets", flow, flood(2, 0, 1, 32)},
		{"Backdoor:EC2/Spambot", "an instance speaks to 40 mail servers", flow, spam},
		{"DefenseEvasion:EC2/UnusualDNSResolver", "an instance asks a public resolver", flow, resolver("public_dns", 17, 53)},
		{"DefenseEvasion:EC2/UnusualDoHActivity", "an instance asks a public resolver over HTTPS", flow, resolver("doh", 6, 443)},
		{"DefenseEvasion:EC2/UnusualDoTActivity", "an instance asks a public resolver over TLS", flow, resolver("dot", 6, 853)},
	}
}

func (s *stage) port() uint16 { return uint16(s.in(32768, 60999)) }

// request logs a TCP conversation that was answered.
func (s *stage) request(a, b end, up, down int) {
	c := exchange(a, b, up, down)
	c.secs = int64(s.in(1, 25))
	s.talk(c)
}

// beacon calls a listed address n times, five minutes apart.
func beacon(list string, port uint16, n, up, down int) func(*stage) {
	return func(s *stage) {
		h, ip := s.victim("app", "worker", "edge"), s.threat(list)
		for range n {
			s.request(at(h, s.port()), far(ip, port), up+s.n(1+up/10), down+s.n(1+down/10))
			s.wait(290 + s.n(20))
		}
	}
}

func visited(s *stage) {
	h, ip := s.victim("edge"), s.threat("custom")
	for range 5 {
		s.request(far(ip, s.port()), at(h, 443), 1200, 9000)
		s.wait(s.in(20, 90))
	}
}

func relay(s *stage) {
	h := s.victim("edge")
	for range 3 {
		for _, ip := range s.w.intel.addresses["tor_relay"][:9] {
			s.request(at(h, s.port()), far(ip, 9001), 40_000, 60_000)
			s.wait(s.in(5, 40))
		}
		for _, ip := range s.w.intel.addresses["tor_relay"][9:18] {
			s.request(far(ip, s.port()), at(h, 9001), 50_000, 40_000)
			s.wait(s.in(5, 40))
		}
	}
}

// guess tries passwords from one address, each try from a port of its own.
func guess(port uint16, tries, up, down int, role string) func(*stage) {
	return func(s *stage) {
		h, ip := s.victim(role), s.unknown()
		for i := range tries {
			s.talk(conversation{
				secs: int64(s.in(1, 9)), proto: 6, a: far(ip, uint16(30000+i)), b: at(h, port), aFlags: syn | fin, bFlags: syn | ack | fin,
				aPackets: s.in(12, 18), aBytes: up + s.n(400), bPackets: s.in(12, 18), bBytes: down + s.n(400),
			})
			s.wait(s.in(1, 3))
		}
	}
}

// portScan sends one packet to each of 1,000 ports; most are refused by the other's security group, some by its host.
func portScan(s *stage) {
	h, other := s.victim("worker"), s.host("app")
	from := s.port()
	for i := range 1000 {
		port := uint16(1 + i*3)
		c := conversation{proto: 6, a: at(h, from), b: at(other, port), aPackets: 1, aBytes: 44, aFlags: syn, refused: i%10 != 0}
		if i%10 == 0 {
			c.bPackets, c.bBytes, c.bFlags = 1, 40, rst
		}
		s.talk(c)
		if i%8 == 7 {
			s.wait(1)
		}
	}
}

func portSweep(s *stage) {
	h := s.victim("worker", "edge")
	for range 250 {
		s.talk(conversation{proto: 6, a: at(h, s.port()), b: far(address(s.rng, clientOctets[:]), 6379), aPackets: 2, aBytes: 88, aFlags: syn})
		s.wait(s.in(0, 2))
	}
}

// probed is scanners that are answered.
func probed(role string, port uint16) func(*stage) {
	return func(s *stage) {
		h := s.victim(role)
		for _, ip := range s.w.intel.addresses["scanner"][:6] {
			s.talk(conversation{
				secs: 2, proto: 6, a: far(ip, s.port()), b: at(h, port), aFlags: syn | rst, bFlags: syn | ack,
				aPackets: 3, aBytes: 132, bPackets: 2, bBytes: 88,
			})
			s.wait(s.in(10, 80))
		}
	}
}

// probedCluster is the same on an instance that its launch, hours before, showed to be part of a cluster.
func probedCluster(s *stage) {
	h := s.reg.byRole["emr"][0]
	when := s.now
	s.setup, s.now = true, s.now-5400
	emr := &actor{kind: "AssumedRole", name: "EMR_DefaultRole_V2", session: "CCSSession", id: "AROA" + string(s.text(nil, 17, b32Digits)), account: s.acct.id, invoker: "elasticmapreduce.amazonaws.com", path: "/"}
	s.call(emr, emr.invoker, emr.invoker, launch(h), fine)
	s.setup, s.now = false, when
	probed("emr", 8088)(s)
}

// launch is the call that started an instance of a data cluster.
func launch(h *host) spec {
	tags := `{"key":"aws:elasticmapreduce:job-flow-id","value":"j-2KESTREL0001"},{"key":"aws:elasticmapreduce:instance-group-role","value":"MASTER"}`
	return spec{
		service: "ec2", name: "RunInstances",
		params:   `{"instancesSet":{"items":[{"imageId":"$ami","minCount":1,"maxCount":1}]},"instanceType":"m5.xlarge","blockDeviceMapping":{},"monitoring":{"enabled":false},"subnetId":"` + h.subnet + `","tagSpecificationSet":{"items":[{"resourceType":"instance","tags":[` + tags + `]}]}}`,
		response: `{"requestId":"$uuid","reservationId":"r-0$hex","ownerId":"$account","groupSet":{},"instancesSet":{"items":[{"instanceId":"` + h.instance + `","imageId":"$ami","instanceState":{"code":0,"name":"pending"},"instanceType":"m5.xlarge","launchTime":$millis,"placement":{"availabilityZone":"$zone","tenancy":"default"},"subnetId":"` + h.subnet + `","vpcId":"$vpc","privateIpAddress":"` + ipString(h.ip) + `","groupSet":{"items":[{"groupId":"$group","groupName":"ElasticMapReduce-master"}]},"networkInterfaceSet":{"items":[{"networkInterfaceId":"` + h.eni + `","subnetId":"` + h.subnet + `","vpcId":"$vpc","ownerId":"$account","status":"in-use","privateIpAddress":"` + ipString(h.ip) + `","groupSet":{"items":[{"groupId":"$group","groupName":"ElasticMapReduce-master"}]}}]},"tagSet":{"items":[` + tags + `]}}]}}`,
	}
}

// flood sends 400,000 packets to one address from a number of ports within four minutes.
func flood(proto uint8, port uint16, ports, size int) func(*stage) {
	return func(s *stage) {
		h, ip := s.victim("worker", "edge", "app"), s.unknown()
		var flags uint8
		if proto == 6 {
			flags = syn
		}
		const minutes, packets = 4, 400_000
		minute := s.now - s.now%60
		for m := range int64(minutes) {
			for i := range max(ports/minutes, 1) {
				a := at(h, uint16(1024+(i*minutes+int(m))%60000))
				if proto == 2 {
					a.port = 0
				}
				n := packets / minutes / max(ports/minutes, 1)
				s.talk(conversation{at: minute + m*60 + 59, secs: 58, proto: proto, a: a, b: far(ip, port), aPackets: n, aBytes: n * size, aFlags: flags})
			}
		}
	}
}

func spam(s *stage) {
	h := s.victim("web", "worker")
	for range 40 {
		s.request(at(h, s.port()), far(address(s.rng, clientOctets[:]), 25), s.in(1500, 9000), 900)
		s.wait(s.in(10, 40))
	}
}

func resolver(list string, proto uint8, port uint16) func(*stage) {
	return func(s *stage) {
		h, ip := s.victim("app", "web"), s.threat(list)
		for range 4 {
			if proto == 6 {
				s.request(at(h, s.port()), far(ip, port), 900, 4200)
			} else {
				s.talk(conversation{proto: proto, a: at(h, s.port()), b: far(ip, port), aPackets: 1, aBytes: 68, bPackets: 1, bBytes: 132})
			}
			s.wait(s.in(20, 80))
		}
	}
}
