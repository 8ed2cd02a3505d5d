package intel

import (
	"cmp"
	"net/netip"
	"slices"

	"github.com/gaissmai/bart"
)

// awsRange is what AWS publishes about a range of its own.
type awsRange struct {
	service, region string
	shared          bool // by many customers behind the same addresses, this range or one that covers it
}

// AWS returns the service and region of the AWS range that holds a, the most specific one: "EC2" and "us-east-1". The service
// is "AMAZON" where AWS names no other.
func (t *Tables) AWS(a netip.Addr) (service, region string, ok bool) {
	r, ok := t.aws.Lookup(a.Unmap())
	if !ok {
		return "", "", false
	}
	return r.service, r.region, true
}

// addAWS fills table with AWS's ranges, where one prefix may be listed for several services.
func addAWS(table *bart.Table[*awsRange], indicators []Indicator) {
	own := map[netip.Prefix]*awsRange{}
	prefixes := make([]netip.Prefix, 0, len(indicators))
	for _, ind := range indicators {
		p := unmap(ind.Prefix)
		r := own[p]
		if r == nil {
			r = &awsRange{service: ind.Service, region: ind.Region}
			own[p] = r
			prefixes = append(prefixes, p)
		}
		if rank(ind.Service) > rank(r.service) {
			r.service, r.region = ind.Service, ind.Region
		}
		r.shared = r.shared || sharedService(ind.Service)
	}
	slices.SortFunc(prefixes, func(p, q netip.Prefix) int { return cmp.Compare(p.Bits(), q.Bits()) })
	for _, p := range prefixes {
		r := own[p]
		if cover, ok := table.LookupPrefix(p); ok {
			r.shared = r.shared || cover.shared
			if rank(r.service) == 0 {
				r.service, r.region = cover.service, cover.region
			}
		}
		table.Insert(p, r)
	}
}

// rank orders the services that share a prefix: AMAZON is said of every prefix, EC2 of many that other services use.
func rank(service string) int {
	switch service {
	case "AMAZON":
		return 0
	case "EC2":
		return 1
	}
	return 2
}

// sharedService reports whether one address of the service stands for many customers, bad and good.
func sharedService(service string) bool {
	switch service {
	case "CLOUDFRONT", "CLOUDFRONT_ORIGIN_FACING", "GLOBALACCELERATOR", "S3", "API_GATEWAY":
		return true
	}
	return false
}
