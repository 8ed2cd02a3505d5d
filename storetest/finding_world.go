package storetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"picket"
	"picket/criteria"
	"picket/guardduty"
)

// world is a store full of findings, and what each of its viewers must see.
type world struct {
	store picket.Store
	views map[string][]glimpse
}

// glimpse is a finding as a viewer sees it.
type glimpse struct {
	id, account string
	attrs       map[string][]string
}

// The values that findings of a world have; criteria ask for these and for others.
var (
	types      = []string{"Recon:EC2/Portscan", "Recon:EC2/PortProbeUnprotectedPort", "Impact:S3/AnomalousBehavior.Delete", "Discovery:IAMUser/AnomalousBehavior"}
	severities = []float64{2, 5, 5.5, 8, 8.5}
	users      = []string{"dana", "DANA", "d_na", "d%na", "d[a]na", `d\na`, "dänä", "da na", ""}
	addresses  = []string{"198.51.100.1", "198.51.100.2", "203.0.113.7"}
	countries  = []string{"Chad", "Chad", "Chad", "Chad", "Mali", "Côte d'Ivoire"}
	instances  = []string{"i-1", "i-2", "i-11"}
	tagValues  = []string{"red", "RED", "", strings.Repeat("ö", 250), strings.Repeat("ö", 251)} // an index takes 500 bytes
	ipv6       = []string{"2001:db8::1", "2001:db8::2", "2001:db8::3"}
)

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// random makes a finding; its times are few, so that some are equal.
func random(r *rand.Rand, account, id string) picket.StoredFinding {
	f := aFinding(account, id, at(r.IntN(60))+int64(r.IntN(2)))
	f.Type, f.Severity = ptr(pick(r, types)), guardduty.Ptr(pick(r, severities))
	f.CreatedAt = text(at(r.IntN(5)))
	f.Owner = side(r)
	res := &guardduty.Resource{ResourceType: ptr(pick(r, []string{"Instance", "AccessKey", "S3Bucket", "AttackSequence"}))}
	f.Resource = res
	f.Service = &guardduty.Service{Count: guardduty.Ptr(int32(1 + r.IntN(20)))}
	if r.IntN(3) > 0 {
		res.InstanceDetails = &guardduty.InstanceDetails{InstanceId: ptr(pick(r, instances))}
		for range r.IntN(3) {
			res.InstanceDetails.NetworkInterfaces = append(res.InstanceDetails.NetworkInterfaces, guardduty.NetworkInterface{
				Ipv6Addresses: []string{pick(r, ipv6), pick(r, ipv6)}, PublicIp: ptr(pick(r, addresses)), PrivateIpAddress: ptr(pick(r, addresses)),
				VpcId: ptr(pick(r, []string{"vpc-1", "vpc-2"})), SecurityGroups: []guardduty.SecurityGroup{{GroupId: ptr(pick(r, []string{"sg-1", "sg-2"}))}},
			})
		}
		for range r.IntN(3) {
			res.InstanceDetails.Tags = append(res.InstanceDetails.Tags, guardduty.Tag{Key: ptr(pick(r, []string{"team", "stage"})), Value: ptr(pick(r, tagValues))})
		}
	}
	if r.IntN(3) > 0 {
		res.AccessKeyDetails = &guardduty.AccessKeyDetails{UserName: ptr(pick(r, users)), AccessKeyId: ptr("AKIA" + pick(r, instances))}
	}
	if r.IntN(3) > 0 {
		f.Service.Action = &guardduty.Action{NetworkConnectionAction: &guardduty.NetworkConnectionAction{
			Blocked: guardduty.Ptr(r.IntN(2) == 0),
			RemoteIpDetails: &guardduty.RemoteIpDetails{
				IpAddressV4: ptr(pick(r, addresses)), GeoLocation: &guardduty.GeoLocation{Lat: guardduty.Ptr(float64(r.IntN(7)-3) / 2)},
				Country: &guardduty.Country{CountryName: ptr(pick(r, countries))},
			},
			RemotePortDetails: &guardduty.RemotePortDetails{Port: guardduty.Ptr(int32(20 + r.IntN(5)))},
		}}
	}
	if r.IntN(3) == 0 {
		f.Service.Action = &guardduty.Action{AwsApiCallAction: &guardduty.AwsApiCallAction{
			Api: ptr(pick(r, []string{"Get", "Put", "Delete"})), CallerType: ptr("Remote IP"),
			RemoteIpDetails: &guardduty.RemoteIpDetails{Organization: &guardduty.Organization{Asn: ptr(pick(r, []string{"1", "2", "3"}))}},
		}}
	}
	return f
}

func side(r *rand.Rand) picket.Side {
	return picket.Side{Archived: r.IntN(3) == 0, Feedback: pick(r, []guardduty.Feedback{"", guardduty.FeedbackUseful, guardduty.FeedbackNotUseful})}
}

// populate fills a store with findings of the administrator itself, of members with a relation and with one that has ended,
// and of an account that shares nothing.
func populate(t *testing.T, s picket.Store) *world {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	w := &world{store: s, views: map[string][]glimpse{}}
	past := "000011112222"
	update(t, s, func(tx picket.Tx) {
		must(t, tx.Members().StartRelation("lasting", administrator, region, member, 1))
		must(t, tx.Members().StartRelation("past", administrator, region, past, 1))
	})
	for _, account := range []string{administrator, member, past, other} {
		var before, all, again []picket.StoredFinding
		for i := range 60 {
			f := random(r, account, fmt.Sprintf("%s-%02d", account, i))
			stamp := map[string]string{member: "lasting", past: "past"}[account]
			if stamp != "" && r.IntN(4) > 0 {
				f = shared(f, stamp, administrator)
				f.Admin = side(r)
				w.see(administrator, f, f.Admin)
			}
			if i%2 == 0 {
				earlier := random(r, account, *f.Id)
				earlier.Relation, earlier.Administrator = f.Relation, f.Administrator
				before = append(before, earlier)
			}
			all = append(all, f)
			if account == past && i%2 == 0 {
				f = random(r, account, *f.Id)
				again = append(again, f)
			}
			w.see(account, f, f.Owner)
		}
		update(t, s, func(tx picket.Tx) { must(t, tx.Findings().Save(account, region, before)) })
		update(t, s, func(tx picket.Tx) { must(t, tx.Findings().Save(account, region, all)) })
		if len(again) > 0 {
			update(t, s, func(tx picket.Tx) {
				must(t, tx.Members().EndRelation("past", at(1)))
				must(t, tx.Findings().Save(account, region, again))
			})
		}
	}
	return w
}

// see notes that a viewer sees a finding.
func (w *world) see(viewer string, f picket.StoredFinding, s picket.Side) {
	attrs := criteria.Attributes(&f)
	criteria.SetSide(attrs, s)
	w.views[viewer] = append(w.views[viewer], glimpse{*f.Id, *f.AccountId, attrs})
}
