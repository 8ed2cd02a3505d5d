package pipeline

import (
	"maps"
	"slices"
	"strings"

	"picket"
	"picket/event"
	"picket/rule"
)

// Routes are what is analysed of accounts, and when it was not, by account and region.
type Routes struct {
	on  map[string]map[string]picket.Route
	off map[string]map[string][]pause

	lists map[string][]string // see share
}

// newRoutes are those of a kept state, which become theirs.
func newRoutes(on map[string]map[string]picket.Route, off map[string]map[string][]pause) Routes {
	r := Routes{on: on, off: off}
	for _, of := range on {
		for region, to := range of {
			of[region] = r.share(to)
		}
	}
	return r
}

// maxShared bounds how many lists are remembered to be shared.
const maxShared = 1000

// share gives a route the lists of another that has the same: an organization's many members then take little more room than one.
func (r *Routes) share(to picket.Route) picket.Route {
	for _, list := range []*[]string{&to.Features, &to.Rules} {
		if len(r.lists) >= maxShared || r.lists == nil {
			r.lists = map[string][]string{}
		}
		name := strings.Join(*list, " ")
		if _, known := r.lists[name]; !known {
			r.lists[name] = append([]string{}, *list...)
		}
		*list = r.lists[name]
	}
	return to
}

// pause is when a detector was off, or a feature.
type pause struct {
	Feature string `json:"feature,omitempty"` // empty: the detector
	From    int64  `json:"from"`              // seconds since the epoch
	To      int64  `json:"to,omitempty"`      // the first that isn't in it; 0: it lasts
}

// maxPauses bounds what is kept of an account in a region: whoever is suspended every night is known for three months, which is
// as long as what can't be read is kept. The oldest go.
const maxPauses = 100

// Set notes a change.
func (r *Routes) Set(to picket.Route) {
	r.correct(to)
	r.pause(to, "", !to.Enabled)
	r.pause(to, s3DataEvents, !slices.Contains(to.Features, s3DataEvents))
	if !to.Enabled {
		delete(r.on[to.Account], to.Region)
		return
	}
	if to.Rules == nil {
		to.Rules = r.on[to.Account][to.Region].Rules
	}
	r.on = withAccount(r.on, to.Account)
	r.on[to.Account][to.Region] = r.share(to)
}

// pause notes whether something is off from a change on. Messages of earlier releases don't say when that was, so they begin none.
func (r *Routes) pause(to picket.Route, feature string, off bool) {
	all := r.off[to.Account][to.Region]
	lasts := slices.IndexFunc(all, func(p pause) bool { return p.Feature == feature && p.To == 0 })
	switch {
	case off == (lasts >= 0) || off && to.At == 0:
		return
	case off:
		if len(all) == maxPauses {
			oldest := slices.IndexFunc(all, func(p pause) bool { return p.To != 0 })
			all = slices.Delete(all, oldest, oldest+1)
		}
		all = append(all, pause{Feature: feature, From: to.At})
	case to.At > all[lasts].From:
		all[lasts].To = to.At
	default: // no second lies in it
		all = slices.Delete(all, lasts, lasts+1)
	}
	r.off = withAccount(r.off, to.Account)
	r.off[to.Account][to.Region] = all
}

// correct takes back what was said when the clock was ahead: whatever began or ended did so by the time that is told now.
func (r *Routes) correct(to picket.Route) {
	all := r.off[to.Account][to.Region]
	if !to.Again || len(all) == 0 {
		return
	}
	for i := range all {
		all[i].From, all[i].To = min(all[i].From, to.At), min(all[i].To, to.At)
	}
	r.off[to.Account][to.Region] = slices.DeleteFunc(all, func(p pause) bool { return p.To != 0 && p.To <= p.From })
}

// withAccount makes room for an account.
func withAccount[V any](m map[string]map[string]V, account string) map[string]map[string]V {
	if m == nil {
		m = map[string]map[string]V{}
	}
	if m[account] == nil {
		m[account] = map[string]V{}
	}
	return m
}

// span is the time that a record is about.
type span struct{ first, last int64 } // seconds since the epoch

// wasOff reports whether a detector, or a feature of it, was off at any time that a record is about.
func (r *Routes) wasOff(account, region, feature string, when span) bool {
	return slices.ContainsFunc(r.off[account][region], func(p pause) bool {
		return p.Feature == feature && when.last >= p.From && (p.To == 0 || when.first < p.To)
	})
}

// Why records are not analysed.
const (
	notEnabled = "no enabled detector"
	nobodys    = "of an account without an enabled detector"
	offThen    = "detector off when written"
	featureOff = "feature off: "
)

// s3DataEvents is the feature that reads what is done to objects.
const s3DataEvents = "S3_DATA_EVENTS"

// homeRegion is where an account's global events go, if it has a detector there.
const homeRegion = "us-east-1"

// Raises reports whether a hit may become part of a finding: those of custom detection rules do where their rule is live.
func (r *Routes) Raises(h *rule.Hit) bool {
	return h.Rule.Origin != rule.Custom || slices.Contains(r.on[h.Account][h.Region].Rules, h.Rule.ID)
}

// Other is why a record of another kind, about a time from first to last, is not analysed; empty if it is, in its region.
func (r *Routes) Other(account, region string, first, last int64) (why string) {
	_, why = r.region(account, region, false, span{first, last})
	return why
}

// region is where a record is analysed, or why it isn't. Events of global services go where they are said to be, and where
// no detector is, to the account's home: us-east-1, else the first of its regions by name. A detector that was off is none.
func (r *Routes) region(account, region string, global bool, when span) (route picket.Route, why string) {
	of := r.on[account]
	if len(of) == 0 {
		return route, nobodys
	}
	here, enabled := of[region]
	if enabled && !r.wasOff(account, region, "", when) {
		return here, ""
	}
	if global {
		for _, home := range append([]string{homeRegion}, slices.Sorted(maps.Keys(of))...) {
			if to, ok := of[home]; ok && !r.wasOff(account, home, "", when) {
				return to, ""
			}
		}
	}
	if enabled || global {
		return here, offThen
	}
	return here, notEnabled
}

// globalServices write one trail for all regions.
var globalServices = []string{
	"iam.amazonaws.com", "sts.amazonaws.com", "signin.amazonaws.com", "organizations.amazonaws.com", "cloudfront.amazonaws.com",
	"route53.amazonaws.com", "account.amazonaws.com",
}

// Trail is where a record of CloudTrail is analysed, or why it isn't.
func (r *Routes) Trail(t *event.CloudTrail) (region, why string) {
	when := span{t.Time, t.Time}
	route, why := r.region(t.Account, t.Region, slices.Contains(globalServices, t.EventSource), when)
	if why == "" && objectEvent(t) && (!slices.Contains(route.Features, s3DataEvents) || r.wasOff(t.Account, route.Region, s3DataEvents, when)) {
		why = featureOff + s3DataEvents
	}
	return route.Region, why
}

// objectEvent reports whether t is about what was done to objects of a bucket.
func objectEvent(t *event.CloudTrail) bool {
	return t.EventCategory == "Data" && t.EventSource == "s3.amazonaws.com"
}
