package picket

// MemberStatus is the status of a member, as the API spells it.
type MemberStatus string

// The statuses. GuardDuty has two more, EmailVerificationInProgress and EmailVerificationFailed, which Picket never enters.
const (
	Created  MemberStatus = "Created"  // added, not invited
	Invited  MemberStatus = "Invited"  // waits for acceptance
	Enabled  MemberStatus = "Enabled"  // associated and monitored
	Disabled MemberStatus = "Disabled" // associated and suspended
	Removed  MemberStatus = "Removed"  // the administrator ended the relation, or the member disabled the service
	Resigned MemberStatus = "Resigned" // the member left or declined
)

// Associated reports whether a member with this status shares findings with its administrator.
func (s MemberStatus) Associated() bool { return s == Enabled || s == Disabled }

// RelationMode says how a relation came to be, and so what a member may do by itself.
type RelationMode string

// The modes.
const (
	Autonomous   RelationMode = "autonomous"   // by invitation: the member may suspend, disable and leave
	Organization RelationMode = "organization" // by the organization's delegated administrator: it may not
)

// Member is an account as its administrator knows it, in one region.
type Member struct {
	Administrator, Region, Account string

	Email      string
	Status     MemberStatus
	Mode       RelationMode
	DetectorID string // of the member, from acceptance on
	Relation   string // names the time from an acceptance to its end; findings are stamped with it. Empty before the first
	CreatedAt  int64  // milliseconds since the epoch
	UpdatedAt  int64

	Invitation Invitation
	History    []MemberChange // the oldest first, at most MaxHistory
}

// Invitation is what the administrator sent last; its ID is empty if it never did.
type Invitation struct {
	ID      string
	SentAt  int64 // milliseconds since the epoch
	Message string
	Deleted bool // by the invitee: not listed any more
	Mail    Mail
}

// Mail is how the delivery of an invitation by mail goes.
type Mail struct {
	State  MailState
	At     int64  // milliseconds since the epoch
	Detail string // for people: when it is sent, to whom it was, where the file is, or why it failed
}

// MailState is a state of delivery.
type MailState string

// The states. MailNone is an invitation without a mail: by the inviter's wish, or because it was answered or withdrawn
// first, as the detail says then.
const (
	MailNone    MailState = ""
	MailQueued  MailState = "queued"
	MailSent    MailState = "sent"
	MailWritten MailState = "written" // to a file, as no SMTP server is configured
	MailFailed  MailState = "failed"  // refused, given up, or one too many of a day
)

// MaxHistory is how many changes a member keeps.
const MaxHistory = 100

// MemberChange is one step in the life of a relation, or what became of its mail, which leaves the status as it is.
type MemberChange struct {
	At     int64        `json:"at"` // milliseconds since the epoch
	Status MemberStatus `json:"status"`
	By     string       `json:"by"`     // ARN of who did it
	Reason string       `json:"reason"` // for people: what was done
}

// Members keeps the relations of administrators and their members.
type Members interface {
	Get(administrator, region, account string) (Member, error)
	// Put writes a member, over the one with its administrator, region and account.
	Put(m Member) error
	// Delete removes a member; it is no error if there is none.
	Delete(administrator, region, account string) error
	// List returns members by account id.
	List(administrator, region string, q MemberQuery) ([]Member, error)
	// Count counts an administrator's members by status.
	Count(administrator, region string) (map[MemberStatus]MemberCount, error)
	// Inviters returns every relation in which the account is the member, of a region, the oldest invitation first.
	Inviters(account, region string) ([]Member, error)
	// StartRelation makes a relation known, EndRelation says that it is over: from then on the administrator's view of
	// findings stamped with it is frozen.
	StartRelation(relation, administrator, region, account string, at int64) error
	EndRelation(relation string, at int64) error
}

// MemberCount is how many members have a status.
type MemberCount struct {
	N       int
	Changed int64 // the sum of UpdatedAt and Mail.At of all: what is done to one of them, or becomes of its mail, changes it
}

// MemberQuery narrows a list of members.
type MemberQuery struct {
	After      string // an account id
	Limit      int
	Associated bool // only those that are
	Sharing    bool // only those that are, or are invited to be
}
