package picket

import "picket/guardduty"

// StoredFinding is a finding with what its two sides made of it. One row is both the member's finding and its
// administrator's copy, until their relation ends.
type StoredFinding struct {
	Finding
	Relation      string // that it was shared under at its latest occurrence; empty if none
	Administrator string // of that relation
	Owner, Admin  Side
	FrozenAt      int64 // milliseconds since the epoch when the relation ended and this copy became the administrator's alone
}

// Side is what one account made of a finding that it sees.
type Side struct {
	Archived bool
	Feedback guardduty.Feedback
	Comments string
}

// Findings keeps findings. The viewer of a finding is its account, or the administrator that it was shared with.
type Findings interface {
	// ByKey returns the findings of an account with the given aggregation keys and types, as their owner has them.
	ByKey(account, region string, keys []FindingKey) ([]StoredFinding, error)
	// Save writes findings of their owner, with both sides as given, over those with the same id. Each has id, type,
	// severity, account and the times of its creation and update, and its relation began with Members.StartRelation. What
	// its administrator saw under a relation that has ended stays with the administrator; a relation that has ended shares
	// nothing, and one that begins takes the place of what the administrator kept of an earlier one.
	Save(account, region string, findings []StoredFinding) error
	// Get returns those of the findings that the viewer sees, without their State.
	Get(viewer, region string, ids []string) ([]StoredFinding, error)
	// List returns ids of findings that the viewer sees.
	List(viewer, region string, q FindingQuery) (FindingPage, error)
	// Statistics groups the findings that the viewer sees.
	Statistics(viewer, region string, q StatisticsQuery) ([]FindingGroup, error)
	// Mark changes the viewer's side of those of the findings that the viewer sees, and returns how many there are.
	Mark(viewer, region string, ids []string, change func(*Side)) (int, error)
	// Purge takes from an account all findings that it sees, its own and its copies of others'; what administrators have
	// of its own stays theirs.
	Purge(account, region string) error
	// Expire deletes up to limit findings of all accounts that were updated last before a time in milliseconds, or that
	// were purged, and returns how many. It is for the server to call until it returns less.
	Expire(before int64, limit int) (int, error)
}

// FindingKey tells findings of one account and region apart.
type FindingKey struct{ Type, Key string }

// Criteria are conditions that must all hold.
type Criteria []Condition

// Condition is about one attribute of findings. Every member that is set must hold; a list holds if one of its values
// does, a negated one if none does. An attribute with several values fits if one of them does; all bounds hold for the
// same one. criteria.Match is this in code.
type Condition struct {
	Attribute           string // its path in lower case: "resource.instancedetails.instanceid"
	Equals, NotEquals   []string
	Matches, NotMatches []string // with * for any text and ? for any character
	GT, GTE, LT, LTE    *float64 // dates as milliseconds since the epoch
}

// FindingQuery asks for a page of findings. Those with equal values are in the order of their update, then of their ids;
// those without a value come before all others, as criteria.Compare has it.
type FindingQuery struct {
	Criteria   Criteria
	Sort       string // an attribute in lower case, compared as criteria.Compare does; empty for updatedat
	Descending bool
	After      string // FindingPage.Next of the page before
	Limit      int
}

// FindingPage is a page of a list. It may hold less than was asked for, even nothing, and not be the last: a page that costs
// too much ends early.
type FindingPage struct {
	IDs  []string
	Next string // where the next page begins; empty after the last
}

// StatisticsQuery asks for groups of findings.
type StatisticsQuery struct {
	Criteria  Criteria
	GroupBy   guardduty.GroupByType // empty: by severity, as countBySeverity has it
	Ascending bool
	Limit     int
}

// FindingGroup is one group. What it has beside its key depends on how it was grouped.
type FindingGroup struct {
	Key           string  // account, day of the update as 2006-01-02, type, resource id or severity
	Type          string  // of the resource, when grouped by it
	Account       string  // of the resource
	Severity      float64 // when grouped by it, or by date: each day has a group for each severity
	Total         int
	LastGenerated int64 // milliseconds since the epoch
}
