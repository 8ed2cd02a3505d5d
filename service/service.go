// Package service is what Picket does, over its store: detectors, membership, lists, filters, findings, tags. Its methods
// take and return the shapes of the GuardDuty contract, one method an operation; they say who calls explicitly, and refuse
// what belongs to another account. It knows no HTTP and no SQL, and whether a caller may call at all is decided before.
package service

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"picket"
	"picket/access"
	"picket/fetch"
	"picket/guardduty"
	"picket/publish"
)

// Service does what callers ask. Its exported methods that are named for operations of the contract are those operations:
//
//	func(context.Context, picket.Caller, *guardduty.XRequest) (*guardduty.XResponse, error)
//
// Their errors are *picket.Error where the caller is at fault.
type Service struct {
	Store    picket.Store
	Settings Settings
	Master   *access.MasterKey // seals secrets and signs page tokens
	Now      func() time.Time

	CustomRules []guardduty.RuleDetail // the catalogue of custom detection rules, without ARNs
	Senders     map[publish.Type]publish.Sender
	// Samples returns a finding of each type that rules make; nil without rules.
	Samples func() ([]picket.Finding, error)
	// FetchList reads what is at the place of a list, of at most intel.MaxFileBytes, unless its ETag is the given one. The bucket
	// must be of the account owner, if one is named, and one that the account of the list may name. It is for ReadList; errors
	// are shown to people.
	FetchList func(ctx context.Context, place ListPlace, owner, etag string) (ListFile, error)

	// Feeds tells how the feeds are doing that this process keeps fresh, and why the lists on its disk can't be brought to apply now.
	// It is nil where it keeps none.
	Feeds func() (all []fetch.State, failing error)

	// Working tells of what this process does beside the calls. It is nil where it does nothing.
	Working func() Working

	// MayRead says why a source must not be read, for what its location is or who added it. It is nil where every source may.
	MayRead func(of Source) error
	// TestSource and BackfillSource do what is asked of a source, with what this process knows to open. PutMarked puts a file of one
	// record into a source, and returns how it is removed, or why it can't be put there.
	TestSource     func(ctx context.Context, of Source) []TestStep
	PutMarked      func(of Source, name string, record []byte) (remove func() error, err error)
	BackfillSource func(ctx context.Context, of Source, in Backfill) (Backfilled, error)
	// LookAtLogs shows the records since then that are analysed for an account in a region, of all that its sources hold, one after the
	// other. What is shown must not be kept.
	LookAtLogs func(ctx context.Context, account, region string, since time.Time, see func(record any)) (Looked, error)

	keys       memo[access.Key]       // by their ids
	principals memo[access.Principal] // by their ARNs

	reading    *reading // what ReadList has
	previewing previewing

	tries       tries // to sign in to the console
	hashes      hashing
	hashingOnce sync.Once

	refusals     *Throttle // of events
	refusalsOnce sync.Once
}

// Settings are what the operator chooses. The zero value is GuardDuty's behaviour in one region.
type Settings struct {
	Regions    []string // of this server; empty for us-east-1
	OpenQuotas bool     // lift AWS's quotas of lists, filters and entries, and of users, roles and policies
	Members    int      // by invitation at one administrator; 0 is 5,000
	ConsoleURL string   // where people reach the console, for links in mails

	Retention time.Duration // of findings after their last update; 0 is 90 days

	MailWait time.Duration // for more invitations to the same person before one mail goes; 0 is a minute
}

// now returns milliseconds since the epoch.
func (s *Service) now() int64 { return s.Now().UnixMilli() }

// newID returns 32 hex digits, as GuardDuty's ids are.
func newID() string {
	b := make([]byte, 16)
	rand.Read(b)
	return hex.EncodeToString(b)
}

// timeText writes milliseconds as GuardDuty writes times in text.
func timeText(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z") }

// linkedRole names the role of an account that a service of AWS would have.
func linkedRole(c picket.Caller, service, role string) string {
	return fmt.Sprintf("arn:%s:iam::%s:role/aws-service-role/%s/%s", picket.AWSPartition(c.Region), c.Account, service, role)
}

// arn names a resource of an account: tail is such as "detector/ID/filter/NAME".
func arn(c picket.Caller, tail string) string {
	return fmt.Sprintf("arn:%s:guardduty:%s:%s:%s", picket.AWSPartition(c.Region), c.Region, c.Account, tail)
}

// key names a document of the caller, in the region it called.
func key(c picket.Caller, kind, id string) picket.DocumentKey {
	return picket.DocumentKey{Kind: kind, Account: c.Account, Region: c.Region, ID: id}
}

// get reads a document of kind T.
func get[T any](tx picket.Tx, k picket.DocumentKey) (T, error) {
	var doc T
	err := tx.Documents().Get(k, &doc)
	return doc, err
}

// decode reads a document of kind T.
func decode[T any](d picket.Document) (T, error) {
	var doc T
	if err := json.Unmarshal(d.Body, &doc); err != nil {
		return doc, fmt.Errorf("read %s %s: %w: %w", d.Kind, d.ID, picket.ErrUnreadable, err)
	}
	return doc, nil
}

// list returns all documents of a kind that an account has, of no region, by id.
func list[T any](tx picket.Tx, kind, account string) ([]T, error) {
	return listIn[T](tx, picket.Caller{Account: account}, kind)
}

// listIn returns all documents of a kind that the caller has in its region, by id.
func listIn[T any](tx picket.Tx, c picket.Caller, kind string) ([]T, error) {
	all, after := []T{}, ""
	for {
		page, next, err := pageIn[T](tx, c, kind, after, 1000)
		all = append(all, page...)
		if err != nil || next == "" {
			return all, err
		}
		after = next
	}
}

// eachUnder calls f with the documents of a kind whose ids begin with a name and a slash, in their order.
func eachUnder[T any](tx picket.Tx, c picket.Caller, kind, name string, f func(picket.DocumentKey, T) error) error {
	after := name + "/"
	for {
		docs, err := tx.Documents().List(kind, c.Account, c.Region, after, 1000)
		if err != nil {
			return err
		}
		for _, d := range docs {
			if !strings.HasPrefix(d.ID, name+"/") {
				return nil
			}
			body, err := decode[T](d)
			if err == nil {
				err = f(d.DocumentKey, body)
			}
			if err != nil {
				return err
			}
			after = d.ID
		}
		if len(docs) < 1000 {
			return nil
		}
	}
}

// view runs f on the store and returns its result.
func view[T any](ctx context.Context, s *Service, f func(picket.Tx) (T, error)) (out T, err error) {
	err = s.Store.View(ctx, func(tx picket.Tx) error {
		out, err = f(tx)
		return err
	})
	return out, err
}

// update runs f in a transaction and returns its result.
func update[T any](ctx context.Context, s *Service, f func(picket.Tx) (T, error)) (out T, err error) {
	err = s.Store.Update(ctx, func(tx picket.Tx) error {
		out, err = f(tx)
		return err
	})
	return out, err
}

// str returns what p points to, "" for nil.
func str(p *string) string {
	if p == nil {
		return ""
	}
	return *p
}

var ptr = guardduty.Ptr[string]
