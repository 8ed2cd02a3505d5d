package iam

import (
	"math"
	"net/netip"
	"strconv"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// Two sign-ins can't be one person's if they lie farther apart than anybody travels in the time between. Location data errs
// by some hundred kilometres, so nearer places don't count; an airliner makes 900 km/h.
const (
	farKilometres = 1000
	airliner      = 900 // km/h
	earthRadius   = 6371
)

var _ = add(&rule.CloudTrail{
	Type:        "UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B",
	Severity:    picket.Medium,
	Techniques:  []string{"T1078.004"},
	Title:       "{user} signed in to the console from places too far apart.",
	Description: "{user} signed in to the AWS console from {ip} in {here}, and {minutes} minutes before from {otherIp} in {there}, {distance} km away. Nobody travels that fast: two people share the password.",
	NeedsGeo:    true,
	On:          rule.Calls("signin.amazonaws.com", "ConsoleLogin"),
	Where: func(e *event.CloudTrail, env *rule.Env) bool {
		return env.Geo != nil && e.UserIdentity.Get("type") == `"IAMUser"` && entity.SignedIn(e)
	},
	Given: func(e *event.CloudTrail, env *rule.Env) bool { _, ok := distantSignIn(e, env); return ok },
	Note:  noteTravel,
})

// trip is what lies between two sign-ins of one user.
type trip struct {
	from       entity.SignIn
	kilometres float64
	hours      float64
}

// distantSignIn returns the latest of the earlier sign-ins of e's user that the same person can't have made.
func distantSignIn(e *event.CloudTrail, env *rule.Env) (t trip, ok bool) {
	addr, _ := e.IP()
	if !placed(env, e, addr) {
		return trip{}, false
	}
	here := env.Geo.Lookup(addr)
	for _, s := range env.Facts.SignIns(e) {
		there := env.Geo.Lookup(s.Addr)
		if !placed(env, e, s.Addr) || here.ASN != "" && here.ASN == there.ASN {
			continue
		}
		hours := float64(e.Time-s.Time) / 3600
		d := kilometres(here.Lat, here.Lon, there.Lat, there.Lon)
		if d >= farKilometres && d >= airliner*hours {
			t, ok = trip{s, d, hours}, true
		}
	}
	return t, ok
}

// placed reports whether a is where the person is, as far as the data says: its place is known, and it is neither one that
// e's account trusts nor one of AWS, where people are only in appearance.
func placed(env *rule.Env, e *event.CloudTrail, a netip.Addr) bool {
	if _, _, aws := env.Intel.AWS(a); aws || env.Trusted(e.Account, e.Region, a) {
		return false
	}
	return env.Geo.Lookup(a).CountryCode != ""
}

// kilometres is the length of the great circle between two places in degrees.
func kilometres(lat1, lon1, lat2, lon2 float64) float64 {
	const degree = math.Pi / 180
	a := math.Pow(math.Sin((lat2-lat1)*degree/2), 2) +
		math.Cos(lat1*degree)*math.Cos(lat2*degree)*math.Pow(math.Sin((lon2-lon1)*degree/2), 2)
	return 2 * earthRadius * math.Asin(math.Min(1, math.Sqrt(a)))
}

func noteTravel(n *rule.Note, e *event.CloudTrail, env *rule.Env) {
	t, _ := distantSignIn(e, env)
	addr, _ := e.IP()
	n.Set("here", env.Geo.Lookup(addr).CountryName)
	n.Set("there", env.Geo.Lookup(t.from.Addr).CountryName)
	n.Set("otherIp", t.from.Addr.String())
	n.Set("distance", strconv.Itoa(int(math.Round(t.kilometres))))
	n.Set("minutes", strconv.Itoa(int(t.hours*60)))
	for _, s := range []entity.SignIn{t.from, {Time: e.Time, Addr: addr}} {
		order := strconv.FormatInt(s.Time, 10) + " " + s.Addr.String()
		n.Sample("signIns", order, map[string]any{
			"ipAddress": s.Addr.String(), "countryName": env.Geo.Lookup(s.Addr).CountryName, "time": s.Time,
		})
	}
}
