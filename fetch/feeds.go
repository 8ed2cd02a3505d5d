package fetch

import (
	"time"

	"picket/intel"
)

// DefaultFeeds returns the public feeds that Picket knows. Their addresses and formats are those that their publishers
// document; none was ever fetched in the making of Picket, so the first update tells which of them have moved. The licence
// notes are no advice: read the publishers' terms before you rely on a feed. Those that change within the day are fetched more
// often than daily, which is what the others are.
//
// There are no public feeds of drop points; an own list of category droppoint serves. The Tor consensus comes over plain
// HTTP from a directory authority, and its signatures are not checked.
func DefaultFeeds() []Feed {
	const day, week = 24 * time.Hour, 7 * 24 * time.Hour
	const maltrail = "https://raw.githubusercontent.com/stamparm/maltrail/master/trails/static/"
	return []Feed{
		{
			Name: "aws-ip-ranges", URL: "https://ip-ranges.amazonaws.com/ip-ranges.json",
			Format: intel.AWSRanges, Category: intel.AWS, Every: day / 2, Licence: "published by AWS for use",
		},
		{
			Name: "tor-consensus", URL: "http://131.188.40.189/tor/status-vote/current/consensus",
			Format: intel.TorConsensus, Category: intel.TorRelay, Confidence: 90, TTL: week, Threat: "Tor", Every: day / 4, Licence: "public network status",
		},
		{
			Name: "tor-exits", URL: "https://check.torproject.org/torbulkexitlist",
			Format: intel.TXT, Category: intel.TorExit, Confidence: 90, TTL: week, Threat: "Tor", Every: day / 4, Licence: "public network status",
		},
		{
			Name: "feodo", URL: "https://feodotracker.abuse.ch/downloads/ipblocklist.csv",
			Column: "dst_ip", Category: intel.C2, Confidence: 90, TTL: week, Every: time.Hour, Licence: "abuse.ch, CC0",
		},
		{
			Name: "threatfox-addresses", URL: "https://threatfox.abuse.ch/export/csv/ip-port/recent/",
			Column: "ioc_value", Category: intel.C2, Confidence: 75, TTL: week, Every: time.Hour, Licence: "abuse.ch, CC0",
		},
		{
			Name: "threatfox-domains", URL: "https://threatfox.abuse.ch/export/csv/domains/recent/",
			Column: "ioc_value", Category: intel.C2, Confidence: 75, TTL: week, Every: time.Hour, Licence: "abuse.ch, CC0",
		},
		{
			Name: "urlhaus", URL: "https://urlhaus.abuse.ch/downloads/hostfile/",
			Format: intel.TXT, Category: intel.DriveBy, Confidence: 75, TTL: week, Threat: "Malware distribution", Every: time.Hour, Licence: "abuse.ch, CC0",
		},
		{
			Name: "openphish", URL: "https://raw.githubusercontent.com/openphish/public_feed/refs/heads/main/feed.txt",
			Format: intel.TXT, Category: intel.Phishing, Confidence: 75, TTL: week, Threat: "Phishing", Every: day / 2, Licence: "OpenPhish community feed; see its terms",
		},
		{
			Name: "spamhaus-drop", URL: "https://www.spamhaus.org/drop/drop.txt",
			Format: intel.TXT, Category: intel.Malicious, Confidence: 85, TTL: week, Threat: "Hijacked network", Licence: "free of charge, with credit to Spamhaus",
		},
		{
			Name: "ipsum-3", URL: "https://raw.githubusercontent.com/stamparm/ipsum/master/levels/3.txt",
			Format: intel.TXT, Category: intel.Malicious, Confidence: 60, TTL: 3 * day, Threat: "On three or more lists", Licence: "Unlicense",
		},
		{
			Name: "mining-pools", URL: maltrail + "suspicious/crypto_mining.txt",
			Format: intel.TXT, Category: intel.Crypto, Subdomains: true, Confidence: 70, TTL: 30 * day, Threat: "Mining pool", Licence: "MIT",
		},
		{
			Name: "dynamic-dns", URL: maltrail + "suspicious/dynamic_domain.txt",
			Format: intel.TXT, Category: intel.Abused, Subdomains: true, Confidence: 50, TTL: 30 * day, Threat: "Dynamic DNS", Licence: "MIT",
		},
		{
			Name: "scanners", URL: maltrail + "mass_scanner.txt",
			Format: intel.TXT, Category: intel.Scanner, Confidence: 70, TTL: 30 * day, Threat: "Mass scanner", Licence: "MIT",
		},
		{
			Name: "sinkholes", URL: maltrail + "malware/sinkhole_shadowserver.txt",
			Format: intel.TXT, Category: intel.Blackhole, Confidence: 70, TTL: 30 * day, Threat: "Sinkhole", Licence: "MIT",
		},
		{
			Name: "public-dns", URL: "https://public-dns.info/nameservers.txt",
			Format: intel.TXT, Category: intel.PublicDNS, Confidence: 60, TTL: 30 * day, Licence: "public domain",
		},
		{
			Name: "doh-names", URL: "https://raw.githubusercontent.com/dibdot/DoH-IP-blocklists/master/doh-domains.txt",
			Format: intel.TXT, Category: intel.DoH, Confidence: 70, TTL: 30 * day, Licence: "GPL-3.0",
		},
		{
			Name: "doh-addresses", URL: "https://raw.githubusercontent.com/dibdot/DoH-IP-blocklists/master/doh-ipv4.txt",
			Format: intel.TXT, Category: intel.DoH, Confidence: 70, TTL: 30 * day, Licence: "GPL-3.0",
		},
	}
}
