package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"picket/finding"
)

// What a capture of scans may deserve: which of them a sweep of hosts is depends on whether they are private.
var (
	ports = label{"Recon:EC2/Portscan"}
	sweep = label{"Recon:EC2/HostSweep", "Impact:EC2/PortSweep"}
	flood = label{"Impact:EC2/FloodReceived", "Backdoor:EC2/DenialOfService.Tcp"}
	leak  = label{"Trojan:EC2/DNSDataExfiltration"}
)

// labelled is what a capture deserves, by a part of its name, which says what was captured. none: ordinary use.
type labelled struct {
	part string
	want []label
}

// flowLabels are the captures of flow records. Those that no line names hold attacks that flow records don't show, or malware
// that only lists could tell; what they raise is counted as false.
var flowLabels = []labelled{
	{"_ps-", []label{ports}},
	{"_hs-", []label{sweep}},
	{"port-scans_horizontal", []label{sweep}},
	{"test11-portscan", []label{ports, sweep}}, // the second half pings
	{"test12-icmp-portscan", []label{sweep}},
	{"synflood", []label{flood}},
	{"DOMINATE", []label{flood}},
	{"443-firefox", nil},
	{"ndpi_ssh", nil},
	{"ndpi_ftp", nil},
	{"ndpi_doh", nil},
	{"dns_doh", nil},
}

// dnsLabels are the captures of DNS queries.
var dnsLabels = []labelled{
	{"iodine", []label{leak}},
	{"dnscat2", []label{leak}},
	{"benign_", nil},
}

// flows lists what each capture of flow records raises.
func (e *eval) flows() error { return e.captures("flows", "Flow captures", "vpcflow/*.gz", flowLabels) }

// tunnels lists what each capture of DNS queries raises: tunnels, ordinary use.
func (e *eval) tunnels() error { return e.captures("dns", "DNS captures", "dns/*.gz", dnsLabels) }

func (e *eval) captures(suite, heading, pattern string, labels []labelled) error {
	paths, err := e.glob(pattern)
	if err != nil {
		return err
	}
	title(heading, "capture", "records", "findings", "verdict")
	missed := false
	for _, p := range paths {
		report := e.scan(world{}, e.file(p))
		name, found := filepath.Base(p), types(report.Findings)
		v := verdict{suite: suite, name: name, found: report.Findings}
		says := "unlabelled"
		for _, l := range labels {
			if strings.Contains(name, l.part) {
				v.want = l.want
				v.short = func(l label) string { return e.nearest(l, p) }
				says = e.verdict(v)
			}
		}
		line(name, report.Total(), list(found), says)
		e.add(suite, name, "findings", found)
		e.add(suite, name, "verdict", says)
		e.judge(v)
		missed = missed || strings.Contains(says, "missed")
	}
	if missed {
		fmt.Print("\nMissed: of each rule, how many ports or addresses counted at most in one window, and at how many it would have fired.\n")
	}
	return nil
}

// verdict says in words how a labelled capture came out.
func (e *eval) verdict(v verdict) string {
	if len(v.want) == 0 {
		if len(v.found) == 0 {
			return "quiet, as it should be"
		}
		return "**ordinary use: look**"
	}
	for _, l := range v.want {
		if !meets(v.found, l) {
			return "**missed**: " + v.short(l)
		}
	}
	return "found"
}

// meets reports whether findings have one of a label's types.
func meets(findings []*finding.Result, l label) bool {
	for _, typ := range l {
		if raised(findings, typ) {
			return true
		}
	}
	return false
}
