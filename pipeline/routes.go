package pipeline

import (
	"maps"
	"slices"

	"picket"
	"picket/event"
)

// Routes are what is analysed of accounts, by account and region.
type Routes map[string]map[string]picket.Route

// Set notes a change.
func (r Routes) Set(to picket.Route) {
	if !to.Enabled {
		delete(r[to.Account], to.Region)
		return
	}
	if r[to.Account] == nil {
		r[to.Account] = map[string]picket.Route{}
	}
	r[to.Account][to.Region] = to
}

// Why records are not analysed.
const (
	notEnabled = "no enabled detector"
	nobodys    = "of an account without an enabled detector"
	featureOff = "feature off: "
)

// s3DataEvents is the feature that reads what is done to objects.
const s3DataEvents = "S3_DATA_EVENTS"

// homeRegion is where an account's global events go, if it has a detector there.
const homeRegion = "us-east-1"

// Other is why a record of another kind is not analysed; empty if it is, in its region.
func (r Routes) Other(account, region string) (why string) {
	_, why = r.region(account, region, false)
	return why
}

// region is where a record is analysed, or why it isn't. Events of global services go where they are said to be, and where
// no detector is, to the account's home: us-east-1, else the first of its regions by name.
func (r Routes) region(account, region string, global bool) (route picket.Route, why string) {
	of := r[account]
	if route, ok := of[region]; ok {
		return route, ""
	}
	switch {
	case len(of) == 0:
		return route, nobodys
	case !global:
		return route, notEnabled
	}
	if route, ok := of[homeRegion]; ok {
		return route, ""
	}
	return of[slices.Sorted(maps.Keys(of))[0]], ""
}

// globalServices write one trail for all regions.
var globalServices = []string{
	"iam.amazonaws.com", "sts.amazonaws.com", "signin.amazonaws.com", "organizations.amazonaws.com", "cloudfront.amazonaws.com",
	"route53.amazonaws.com", "account.amazonaws.com",
}

// Trail is where a record of CloudTrail is analysed, or why it isn't.
func (r Routes) Trail(t *event.CloudTrail) (region, why string) {
	route, why := r.region(t.Account, t.Region, slices.Contains(globalServices, t.EventSource))
	if why == "" && objectEvent(t) && !slices.Contains(route.Features, s3DataEvents) {
		why = featureOff + s3DataEvents
	}
	return route.Region, why
}

// objectEvent reports whether t is about what was done to objects of a bucket.
func objectEvent(t *event.CloudTrail) bool {
	return t.EventCategory == "Data" && t.EventSource == "s3.amazonaws.com"
}
