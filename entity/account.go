package entity

import "picket/event"

// Account is what an account's own CloudTrail records say of its resources, as of a moment: it learns from records in
// order of event time. Rules ask it through Env.Facts. What it keeps is bounded; what was touched longest ago is
// forgotten first.
type Account struct {
	trails    bounded[Trail]    // by region and name
	buckets   bounded[string]   // that hold trails' logs → trail, where known
	passwords *PasswordPolicy   // nil: unknown
	signIns   bounded[[]SignIn] // by principal
	habits    bounded[habit]    // by principal and place
	instances bounded[Instance] // by id
	reaches   bounded[int64]    // when somebody reached into an instance from an address, by both
}

// The caps of an account's facts.
const (
	maxTrails      = 1_000
	maxLogBuckets  = 1_000
	maxSignInUsers = 10_000
	maxHabits      = 20_000
	maxInstances   = 20_000
	maxReaches     = 20_000
)

// NewAccount returns an account of which nothing is known.
func NewAccount() *Account {
	return &Account{
		trails:  bounded[Trail]{max: maxTrails},
		buckets: bounded[string]{max: maxLogBuckets},
		signIns: bounded[[]SignIn]{max: maxSignInUsers},
		habits:  bounded[habit]{max: maxHabits},

		instances: bounded[Instance]{max: maxInstances},
		reaches:   bounded[int64]{max: maxReaches},
	}
}

// Forgotten counts the facts that were dropped for want of room.
func (a *Account) Forgotten() int64 {
	return a.trails.dropped + a.buckets.dropped + a.signIns.dropped + a.habits.dropped + a.instances.dropped + a.reaches.dropped
}

// FactCalls lists the calls that an Account learns from: event source → call names. It learns of workloads' habits from
// whatever records it is shown: those that a rule with Given judges.
func FactCalls() map[string][]string {
	return map[string][]string{
		"cloudtrail.amazonaws.com": {"CreateTrail", "UpdateTrail", "DeleteTrail"},
		"s3.amazonaws.com":         {"GetBucketAcl"},
		"iam.amazonaws.com":        {"UpdateAccountPasswordPolicy", "DeleteAccountPasswordPolicy"},
		"signin.amazonaws.com":     {"ConsoleLogin"},
		"ec2.amazonaws.com":        {"RunInstances", "StartInstances", "StopInstances", "TerminateInstances"},

		"ssm.amazonaws.com":                  {"SendCommand", "StartSession"},
		"ec2-instance-connect.amazonaws.com": {"SendSSHPublicKey", "SendSerialConsoleSSHPublicKey"},
	}
}

// Observe learns from e, which is later than all before it.
func (a *Account) Observe(e *event.CloudTrail) {
	a.observeHabit(e)
	if !e.OK() {
		return
	}
	switch e.EventSource {
	case "cloudtrail.amazonaws.com":
		a.observeTrail(e)
	case "s3.amazonaws.com":
		a.observeDelivery(e)
	case "iam.amazonaws.com":
		a.observePasswordPolicy(e)
	case "signin.amazonaws.com":
		a.observeSignIn(e)
	case "ec2.amazonaws.com":
		a.observeInstances(e)
	case "ssm.amazonaws.com", "ec2-instance-connect.amazonaws.com":
		a.observeReach(e)
	}
}
