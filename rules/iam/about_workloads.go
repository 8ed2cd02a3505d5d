package iam

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/intel"
	"picket/rule"
)

// strayWorkloads are the credentials of workloads that are used from where AWS gave them to nobody. Most calls are of
// workloads at home, so the place is looked at first.
var strayWorkloads = &rule.Callers{Made: func(e *event.CloudTrail, env *rule.Env) bool {
	if !throughOtherAccount(e) && !outsideAWS(e, env) && !fromOtherRegion(e, env) {
		return false
	}
	_, ok := entity.WorkloadOf(e)
	return ok
}}

// outsideAWS reports whether e came over the internet from an address that is not one of AWS's: by the ranges that AWS
// publishes, without them by the number of the address's network. Without either only a Tor exit is surely outside.
func outsideAWS(e *event.CloudTrail, env *rule.Env) bool {
	c := env.Caller(e)
	switch {
	case !c.Public:
		return false
	case env.Intel.Count(intel.AWS) > 0:
		return !c.AWS
	case c.ASN != "":
		return !amazon(c.ASN)
	}
	return c.Matches.Has(intel.TorExit, e.Time)
}

// fromOtherRegion reports whether e came from an address of EC2 in another region than the one called. Where AWS's ranges
// aren't loaded, nobody can tell.
func fromOtherRegion(e *event.CloudTrail, env *rule.Env) bool {
	region := env.Caller(e).EC2Region
	return region != "" && region != e.Region
}

// amazon reports whether a network is one of those that AWS announces its regions' addresses from.
func amazon(asn string) bool {
	switch asn {
	case "16509", "14618", "8987", "7224", "62785", "214101", "23844", "55960", "135629": // the last three in China
		return true
	}
	return false
}

// throughOtherAccount reports whether e passed through a VPC endpoint of another account.
func throughOtherAccount(e *event.CloudTrail) bool {
	return e.VPCEndpointAccountID != "" && e.VPCEndpointAccountID != e.Account
}

// unusualPlace reports whether the role's workloads have no habit of calling from there. An office's way out, or a shared
// network account, shows up day after day; a thief comes first as a surprise.
func unusualPlace(e *event.CloudTrail, env *rule.Env) bool { return !env.Facts.Usual(e) }

func workload(e *event.CloudTrail) string {
	w, _ := entity.WorkloadOf(e)
	return w.ID
}

func workloadAndAccount(e *event.CloudTrail) string {
	return workload(e) + "|" + e.VPCEndpointAccountID
}

// noteRemoteAccount names the account that the call came through. One of the organization's own is less alarming.
func noteRemoteAccount(n *rule.Note, e *event.CloudTrail, env *rule.Env) {
	if env.Own(e.Account, e.VPCEndpointAccountID) {
		n.Severity = picket.Medium
	}
	n.Set("remoteAccount", e.VPCEndpointAccountID)
}
