package rule

import (
	"cmp"
	"net/netip"
	"slices"

	"picket"
	"picket/event"
	"picket/intel"
)

// Note is what a rule says of a hit beside what its record says by itself. The methods add; what they added is merged
// over the hits of a finding so that the order of hits does not matter: the latest hit's texts, resources and
// information win, samples and counts of calls grow.
type Note struct {
	Severity  picket.Severity // 0: the rule's
	Role      string          // resourceRole "ACTOR" or "TARGET"; "": by kind and direction
	Remote    netip.Addr      // the remote address where the record's own is not it
	Resource  string          // resourceType where it is not the kind's own: "S3Bucket", "Lambda", "ECSCluster"
	Bucket    *Bucket         // the S3 bucket concerned
	Affected  map[string]string
	Info      map[string]any
	Vars      map[string]string
	Threats   []intel.Entry
	Samples   []Sample
	CallNames bool   // count the names of the calls in additionalInfo.apiCalls
	Probe     bool   // the action is PORT_PROBE
	Tally     *Tally // of a Threshold or Distinct: what its window holds
	Values    []uint64
}

// Bucket is what a record says of an S3 bucket.
type Bucket struct {
	Name               string
	ACLPublicRead      *bool
	ACLPublicWrite     *bool
	PolicyPublicRead   *bool
	PolicyPublicWrite  *bool
	BlockPublicAccess  *BlockPublicAccess // of the bucket
	AccountBlockPublic *BlockPublicAccess // of the account
	Permission         string             // effectivePermission: "PUBLIC", "NOT_PUBLIC", "UNKNOWN"
}

// BlockPublicAccess is the four switches of S3 Block Public Access.
type BlockPublicAccess struct{ IgnorePublicACLs, RestrictPublicBuckets, BlockPublicACLs, BlockPublicPolicy bool }

// Sample is one element of a list in additionalInfo that grows over the hits: the MaxSamples elements with the lowest
// Order are kept, one for each Order.
type Sample struct {
	Name  string
	Order string
	Value any
}

// MaxSamples is how many elements such a list keeps, as GuardDuty's own do.
const MaxSamples = 20

// Affect names a resource that the call changed: affectedResources, by CloudFormation type. Nothing goes by no name.
func (n *Note) Affect(typ, name string) {
	if name == "" {
		return
	}
	if n.Affected == nil {
		n.Affected = map[string]string{}
	}
	n.Affected[typ] = name
}

// Add sets a key of additionalInfo.
func (n *Note) Add(key string, value any) {
	if n.Info == nil {
		n.Info = map[string]any{}
	}
	n.Info[key] = value
}

// Set gives {name} in title and description a value. A "user" that it sets is the IAM user concerned where somebody else
// called: the finding's resource.
func (n *Note) Set(name, value string) {
	if n.Vars == nil {
		n.Vars = map[string]string{}
	}
	n.Vars[name] = value
}

// Sample adds an element to a list in additionalInfo.
func (n *Note) Sample(name, order string, value any) {
	n.Samples = append(n.Samples, Sample{name, order, value})
}

// Threat records the list entry that the hit rests on: threatListName and threatName in additionalInfo, and the
// evidence of service.evidence.threatIntelligenceDetails.
func (n *Note) Threat(e *intel.Entry) {
	n.Threats = append(n.Threats, *e)
	n.Add("threatListName", e.List)
	if len(e.Threats) > 0 {
		n.Add("threatName", e.Threats[0])
	}
}

// Hit is one firing of a rule.
type Hit struct {
	Rule            *Info
	Account, Region string
	Key             string // tells findings of one account, region and type apart
	Window          int64  // number of the Every-long window that the hit counts in
	First, Last     int64  // event times of the earliest and latest record behind it, seconds
	ID              uint64 // of the latest record; equal for equal records
	Record          any    // the latest record: *event.CloudTrail, *entity.Conversation or *event.DNS, owning its bytes
	Note            *Note
	Evidence        []Evidence
	Crossed         *picket.Crossed // nil where one record is enough
}

// Evidence names one record behind a hit.
type Evidence struct {
	event.Ref
	ID uint64 // equal for equal records, wherever they are read
}

// Compare orders evidence by event time, then by record.
func (e Evidence) Compare(o Evidence) int {
	return cmp.Or(cmp.Compare(e.Sec, o.Sec), cmp.Compare(e.ID, o.ID))
}

// EvidenceList keeps the first and the last EvidenceEnds records of all it was given, each once, sorted. Of copies of a
// record it keeps the one whose place comes first.
type EvidenceList []Evidence

// EvidenceEnds is how many records evidence keeps at either end.
const EvidenceEnds = 10

// Add takes e in, unless it lies in the middle.
func (l *EvidenceList) Add(e Evidence) {
	i, found := slices.BinarySearchFunc(*l, e, Evidence.Compare)
	if found {
		if e.Ref.Compare((*l)[i].Ref) < 0 {
			(*l)[i] = e
		}
		return
	}
	*l = slices.Insert(*l, i, e)
	if len(*l) > 2*EvidenceEnds {
		*l = slices.Delete(*l, EvidenceEnds, EvidenceEnds+1)
	}
}
