package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"picket/finding"
)

// expected are the types of which a capture must raise one, by a part of its name; captures of ordinary use must raise none.
var expected = map[string][]string{
	"ps-tcp":    {"Recon:EC2/Portscan"},
	"PingSweep": {"Impact:EC2/PortSweep", "Recon:EC2/HostSweep"},
	"icmpScan":  {"Impact:EC2/PortSweep", "Recon:EC2/HostSweep"},
	"udpScan":   {"Impact:EC2/PortSweep", "Recon:EC2/HostSweep"},
	"synflood":  {"Backdoor:EC2/DenialOfService.Tcp", "Impact:EC2/FloodReceived"},
	"DOMINATE":  {"Backdoor:EC2/DenialOfService.Tcp", "Impact:EC2/FloodReceived"},
	"iodine":    {"Trojan:EC2/DNSDataExfiltration"},
	"dnscat2":   {"Trojan:EC2/DNSDataExfiltration"},
}

// small are captures of scans too small to be told from ordinary use by what flow records say.
var small = map[string]string{
	"port-scans_horizontal": "30 hosts, most of which answer",
	"test11-portscan":       "20 ports, all of which answer",
	"test12-icmp-portscan":  "19 hosts",
}

var ordinary = []string{"443-firefox", "ndpi_ssh", "ndpi_ftp", "ndpi_doh", "dns_doh", "benign_"}

// flows lists what each capture of flow records raises.
func (e *eval) flows() error {
	paths, err := e.glob("vpcflow/*.gz")
	if err != nil {
		return err
	}
	title("Flow captures", "capture", "records", "findings", "verdict")
	for _, p := range paths {
		e.capture("flows", p)
	}
	return nil
}

// tunnels lists what each capture of DNS queries raises: tunnels, ordinary use, and the names of AWS's tester.
func (e *eval) tunnels() error {
	paths, err := e.glob("dns/*.gz")
	if err != nil {
		return err
	}
	title("DNS captures", "capture", "records", "findings", "verdict")
	for _, p := range paths {
		e.capture("dns", p)
	}
	return nil
}

func (e *eval) capture(suite, path string) {
	report := e.scan(world{}, e.file(path))
	name, found := filepath.Base(path), types(report.Findings)
	line(name, report.Total(), list(found), verdict(name, report.Findings))
	e.add(suite, name, "findings", found)
	e.add(suite, name, "verdict", verdict(name, report.Findings))
}

func verdict(name string, found []*finding.Result) string {
	for part, why := range small {
		if strings.Contains(name, part) && len(found) == 0 {
			return "not found: " + why
		}
	}
	for part, wanted := range expected {
		if !strings.Contains(name, part) || strings.Contains(name, "ndpi_dns-tunnel") {
			continue
		}
		if slices.ContainsFunc(wanted, func(t string) bool { return raised(found, t) }) {
			return "found"
		}
		return "**missed**: want " + strings.Join(wanted, " or ")
	}
	for _, part := range ordinary {
		if strings.Contains(name, part) {
			if len(found) == 0 {
				return "quiet, as it should be"
			}
			return "ordinary use: look"
		}
	}
	return ""
}

// generated asks for each family of generated names whether an instance that tries 200 of them, of which 90 % do not exist,
// is found; and the same for popular names that exist.
func (e *eval) generated() error {
	families, err := e.families()
	if err != nil {
		return err
	}
	title("Generated names: 200 queries of one instance within half an hour, 90 % of them NXDOMAIN", "family", "names", "found")
	detected := 0
	for _, family := range slices.Sorted(maps.Keys(families)) {
		names := families[family]
		found := raised(e.scan(world{}, text(queries(sample(names, 200), 0.9))).Findings, "Trojan:EC2/DGADomainRequest.B")
		detected += index(found)
		line(family, len(names), found)
		e.add("dga", family, "found", found)
	}
	fmt.Printf("\n%d of %d families.\n", detected, len(families))
	e.add("dga", "all", "found", detected)
	return e.popular()
}

func (e *eval) families() (map[string][]string, error) {
	f, err := os.Open(filepath.Join(e.data, "dga/dga_A.csv.gz"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	families := map[string][]string{}
	sc := bufio.NewScanner(z)
	for sc.Scan() {
		if fields := strings.Split(sc.Text(), ","); len(fields) == 3 && fields[0] != "family" {
			families[fields[0]] = append(families[fields[0]], fields[1])
		}
	}
	return families, sc.Err()
}

// popular gives an instance 1,000 popular names at a time, one in ten of which does not exist.
func (e *eval) popular() error {
	b, err := os.ReadFile(filepath.Join(e.data, "dga/alexa_100k.csv"))
	if err != nil {
		return err
	}
	names := strings.Fields(string(b))
	for i, n := range names {
		names[i] = n[strings.LastIndexByte(n, ',')+1:]
	}
	raised, lots := 0, 0
	for lot := range slices.Chunk(names, 1000) {
		raised += index(len(e.scan(world{}, text(queries(lot, 0.1))).Findings) > 0)
		lots++
	}
	fmt.Printf("\n%d of %d lots of 1,000 popular names raise a finding.\n", raised, lots)
	e.add("dga", "popular", "raised", raised)
	return nil
}

// sample takes n names spread over all.
func sample(names []string, n int) []string {
	step := max(len(names)/n, 1)
	var out []string
	for i := 0; i < len(names) && len(out) < n; i += step {
		out = append(out, names[i])
	}
	return out
}

// queries writes a resolver log of names asked by one instance, the given share of which does not exist.
func queries(names []string, missing float64) []byte {
	var b bytes.Buffer
	for i, n := range names {
		rcode := "NOERROR"
		if float64(i%100) < 100*missing {
			rcode = "NXDOMAIN"
		}
		second := i * 1800 / len(names)
		fmt.Fprintf(&b, `{"version":"1.100000","account_id":"123456789012","region":"us-east-1","vpc_id":"vpc-0a1b2c3d","query_timestamp":"2026-01-05T10:%02d:%02dZ","query_name":"%s.","query_type":"A","query_class":"IN","rcode":"%s","answers":[],"srcaddr":"10.0.0.5","srcport":"40000","transport":"UDP","srcids":{"instance":"i-0a1b2c3d4e5f60718"}}`+"\n",
			second/60, second%60, strings.TrimSuffix(n, "."), rcode)
	}
	return b.Bytes()
}
