// Package rule says what a detection is: a Rule, the primitives that decide when it fires, and what a condition may ask.
// Rules are values; they hold no state, do no I/O and read no clock. The engine lends state to primitives.
package rule

import (
	"slices"
	"strings"
	"time"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/intel"
)

// Record is what rules judge.
type Record interface {
	*event.CloudTrail | *entity.Conversation | *event.DNS
}

// Rule detects one finding type, or one signal of a type that has several, in records of one kind.
//
// Where, Key, Per and Note are functions of their arguments only. Where may be called from many goroutines and on records
// whose strings do not outlive the call; Key and Note are called on records that own their bytes.
type Rule[R Record] struct {
	Type       picket.FindingType
	Signal     string // the signal's name where Type has several; else ""
	Severity   picket.Severity
	Techniques []string // ATT&CK technique ids
	// Title and Description are texts for people, with {names} that the finding fills in: {user} {api} {account} {ip}
	// {instance} {domain} {bucket} {port} and what the rule's Note sets.
	Title, Description string
	Origin             Origin
	// ID and Expression describe a custom detection rule, a rule of Origin Custom with a Signal, in GuardDuty's catalogue: by
	// what clients know it, and its condition in GuardDuty's SQL. People read Expression; what decides is Where.
	ID, Expression string

	Needs    []intel.Category // without entries of at least one of these the rule can't fire
	NeedsGeo bool             // without GeoIP data the rule can't fire

	// On is the calls that the rule listens to, By the callers. With neither it listens to every record; with both it can't
	// be compiled. CloudTrail only: rules are found by them.
	On []Call
	By *Callers
	// Where refines: false means the record is none of the rule's business. nil accepts every record.
	Where func(R, *Env) bool
	// Given refines further, with what the account's earlier records say (Env.Facts). Rules that have it see records in
	// order of event time, when the watermark has passed them. CloudTrail only.
	Given func(R, *Env) bool
	// Asks says which records Given is asked of; the others fire at once, and their Note has no Env.Facts. nil: of all. Only
	// where When is nil.
	Asks func(R) bool
	// Key tells findings of one account, region and type apart. nil: a CloudTrail finding is about the principal and its
	// access key, a flow finding about the instance and its role, a DNS finding about the instance. What Key returns
	// replaces principal and access key, and is added to instance and role.
	Key func(R) string
	// When is the primitive; nil fires on each accepted record.
	When When[R]
	// Note adds to the finding what the record alone does not say. nil adds nothing.
	Note func(*Note, R, *Env)
	// Every is the time in which hits of one key count once. 0: five minutes for CloudTrail, ten for flow and DNS.
	Every time.Duration
}

// CloudTrail, Flow and DNS are rules over the three kinds of records.
type (
	CloudTrail = Rule[*event.CloudTrail]
	Flow       = Rule[*entity.Conversation]
	DNS        = Rule[*event.DNS]
)

// Any is a rule over any kind of record: *CloudTrail, *Flow or *DNS.
type Any interface{ Info() *Info }

// Info is what people see of a rule.
type Info struct {
	Type               picket.FindingType
	Signal             string
	Severity           picket.Severity
	Techniques         []string
	Title, Description string
	Origin             Origin
	ID, Expression     string
	Kind               event.Kind
	Needs              []intel.Category
	NeedsGeo           bool
	Every              time.Duration
}

// Name is the type, with the signal where there are several.
func (i *Info) Name() string {
	if i.Signal == "" {
		return string(i.Type)
	}
	return string(i.Type) + " " + i.Signal
}

// Info returns a copy of what people see of r.
func (r *Rule[R]) Info() *Info {
	kind, every := event.KindFlow, 10*time.Minute
	switch any(r).(type) {
	case *CloudTrail:
		kind, every = event.KindCloudTrail, 5*time.Minute
	case *DNS:
		kind = event.KindDNS
	}
	if r.Every > 0 {
		every = r.Every
	}
	return &Info{
		Type: r.Type, Signal: r.Signal, Severity: r.Severity, Techniques: r.Techniques,
		Title: r.Title, Description: r.Description, Origin: r.Origin, ID: r.ID, Expression: r.Expression, Kind: kind,
		Needs: r.Needs, NeedsGeo: r.NeedsGeo, Every: every,
	}
}

// Origin says whose idea a type is.
type Origin uint8

// The origins.
const (
	GuardDuty Origin = iota // a GuardDuty type
	Custom                  // a type of GuardDuty's Custom Detection Rules
	Picket                  // a type that GuardDuty lacks; its findings carry additionalInfo.origin "picket"
)

// String returns the name that people see.
func (o Origin) String() string {
	return [...]string{"guardduty", "custom-detection-rule", "picket"}[o]
}

// Call is an API call: the service's event source and the call's name without version.
type Call struct{ Source, Name string }

// Calls lists calls of one service.
func Calls(source string, names ...string) []Call {
	cs := make([]Call, len(names))
	for i, n := range names {
		cs[i] = Call{source, n}
	}
	return cs
}

// Sorted returns rules by type, then by signal.
func Sorted(rules []Any) []Any {
	return slices.SortedFunc(slices.Values(rules), func(a, b Any) int {
		return strings.Compare(a.Info().Name(), b.Info().Name())
	})
}
