package simulate

import "picket/event"

// dnsAttacks are the types of DNS queries, but for those of reputation.
func dnsAttacks() []scenario {
	dns := event.KindDNS
	return []scenario{
		{"Backdoor:EC2/C&CActivity.B!DNS", "an instance looks up its command server", dns, looksUp("c2", 12)},
		{"CryptoCurrency:EC2/BitcoinTool.B!DNS", "an instance looks up a mining pool", dns, looksUp("crypto", 8)},
		{"Impact:EC2/MaliciousDomainRequest.Custom", "an instance looks up a name of the own threat list", dns, looksUp("custom", 3)},
		{"Trojan:EC2/BlackholeTraffic!DNS", "an instance looks up a sinkholed name", dns, looksUp("blackhole", 3)},
		{"Trojan:EC2/DGADomainRequest.C!DNS", "an instance looks up a generated name that is on a list", dns, looksUp("dga", 3)},
		{"Trojan:EC2/DriveBySourceTraffic!DNS", "an instance looks up a site that serves malware", dns, looksUp("drive_by", 2)},
		{"Trojan:EC2/DropPoint!DNS", "an instance looks up a place for stolen data", dns, looksUp("droppoint", 3)},
		{"Trojan:EC2/PhishingDomainRequest!DNS", "somebody follows a phishing link", dns, looksUp("phishing", 1)},
		{"Trojan:EC2/DGADomainRequest.B", "an instance tries 90 generated names in half an hour; few exist", dns, generated},
		{"Trojan:EC2/DNSDataExfiltration", "930 names carry a file out", dns, tunnel},
		{"UnauthorizedAccess:EC2/MetadataDNSRebind", "a name answers with the address of the metadata service", dns, rebind},
	}
}

// looksUp looks a listed name up n times, five minutes apart.
func looksUp(list string, n int) func(*stage) {
	return func(s *stage) {
		h, name := s.victim("app", "worker", "web", "windows", "edge"), pick(s.rng, s.w.intel.domains[list])
		for range n {
			s.lookup(h, name, "A", "NOERROR", answer{"A", ipString(s.unknown())})
			s.wait(290 + s.n(20))
		}
	}
}

func generated(s *stage) {
	h := s.victim("windows", "worker")
	for i := range 90 {
		name := string(s.text(nil, s.in(12, 18), "bcdfghjklmnpqrstvwxzqxkjvwzyaeiu")) + []string{".com", ".net", ".info", ".biz"}[s.n(4)]
		if i%30 == 29 {
			s.lookup(h, name, "A", "NOERROR", answer{"A", ipString(s.unknown())})
		} else {
			s.lookup(h, name, "A", "NXDOMAIN")
		}
		s.wait(s.in(5, 30))
	}
}

// tunnel sends names of up to four labels of up to 62 characters, like the tools that do this.
func tunnel(s *stage) {
	h := s.victim("app", "worker")
	domain := ".t." + pick(s.rng, firstWords[:]) + "-" + pick(s.rng, lastWords[:]) + s.hex(3) + ".example"
	for i := range 930 {
		data := s.text(nil, 62, lowDigits)
		for left := s.size(26, 140); left > 0; left -= 63 {
			data = s.text(append(data, '.'), min(left, 62), lowDigits)
		}
		kind := []string{"CNAME", "TXT", "A"}[s.n(3)]
		s.lookup(h, string(data)+domain, kind, "NOERROR", answer{"CNAME", s.hex(20) + domain + "."})
		if i%2 == 1 {
			s.wait(1)
		}
	}
}

func rebind(s *stage) {
	h := s.victim("web", "edge")
	name := "r" + s.hex(6) + "." + pick(s.rng, firstWords[:]) + "-rebind.example"
	s.lookup(h, name, "A", "NOERROR", answer{"A", ipString(s.unknown())})
	s.wait(3)
	s.lookup(h, name, "A", "NOERROR", answer{"A", "169.254.169.254"})
}
