package entity

import (
	"strings"

	"picket/event"
)

// Workload is what temporary credentials were issued to, where AWS itself says so: an EC2 instance, a Lambda function, an
// ECS task.
type Workload struct {
	Type string // CloudFormation type: "AWS::EC2::Instance", "AWS::Lambda::Function", "AWS::ECS::Task"
	ID   string // instance id or ARN
}

// WorkloadOf returns the workload whose credentials made the call, and whether there is one. An instance shows in the name
// of its session, the others in userIdentity.inScopeOf.
func WorkloadOf(e *event.CloudTrail) (Workload, bool) {
	// Most records are of people and services: a look at the bytes spares reading their identity.
	if u := string(e.UserIdentity); !strings.Contains(u, `ScopeOf":`) && !strings.Contains(u, ":i-") {
		return Workload{}, false
	}
	id := e.Identity()
	if strings.HasPrefix(id.ScopeIssuerType, "AWS::Lambda::") || strings.HasPrefix(id.ScopeIssuerType, "AWS::ECS::") {
		return Workload{id.ScopeIssuerType, id.ScopeCredentialsTo}, id.ScopeCredentialsTo != ""
	}
	instance, ok := InstanceOf(id)
	return Workload{"AWS::EC2::Instance", instance}, ok
}

// Place is where a call came from: the account whose VPC endpoint it passed through, where that is not the call's own,
// else the address.
func Place(e *event.CloudTrail) string {
	if e.VPCEndpointAccountID != "" && e.VPCEndpointAccountID != e.Account {
		return e.VPCEndpointAccountID
	}
	return e.SourceIPAddress
}

// habit is how often a role's workloads called from a place, in days since the epoch.
type habit struct {
	days  [habitDays]int64 // the latest distinct days, oldest first
	usual bool
}

// A place becomes usual for the workloads of a role when they called from it on habitDays different days within
// habitWithin days, and stays so until habitLasts days go by without a call.
const (
	habitDays   = 3
	habitWithin = 14
	habitLasts  = 30
	daySeconds  = 86400
)

// Usual reports whether calls like e come from where it came from as a habit, according to earlier records.
func (a *Account) Usual(e *event.CloudTrail) bool {
	h, ok := a.habits.get(habitKey(e))
	return ok && h.usual && e.Time/daySeconds-h.days[habitDays-1] <= habitLasts
}

func habitKey(e *event.CloudTrail) string { return PrincipalKey(e.Identity()) + "|" + Place(e) }

func (a *Account) observeHabit(e *event.CloudTrail) {
	if _, ok := WorkloadOf(e); !ok {
		return
	}
	key := habitKey(e)
	h, known := a.habits.get(key)
	day := e.Time / daySeconds
	last := h.days[habitDays-1]
	switch {
	case known && day <= last:
		return
	case day-last > habitLasts:
		h = habit{}
	}
	copy(h.days[:], h.days[1:])
	h.days[habitDays-1] = day
	h.usual = h.usual || h.days[0] > 0 && day-h.days[0] < habitWithin
	a.habits.put(key, e.Time, h)
}
