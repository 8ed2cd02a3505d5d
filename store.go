package picket

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
)

// Store keeps what the service knows. sqlstore implements it, on SQLite and on PostgreSQL.
type Store interface {
	// View runs f on one consistent snapshot. What f returns is returned.
	View(ctx context.Context, f func(Tx) error) error
	// Update runs f in one transaction that is as if alone: all of it is kept, or none if f returns an error. f may run
	// again after a conflict, so it does nothing but through its Tx and assigns, never appends to, what it hands out.
	Update(ctx context.Context, f func(Tx) error) error
	// Unchanged reports whether all of the documents are stored as they are given, by their bodies; one without a body,
	// whether there is none. If so it returns a number that stands for now: a later call for the same documents, given it as
	// since, may know that nothing was written in between. The first call is given 0.
	Unchanged(ctx context.Context, docs []Document, since int64) (unchanged bool, now int64, err error)
}

// Tx is a transaction, open until the function that it was handed to returns. Every method names the account it acts for,
// and every query is bounded by it. What isn't there is an Error with CodeNotFound; what can't be decoded, ErrUnreadable.
type Tx interface {
	Documents() Documents
	Members() Members
	Findings() Findings
	Audit() AuditLog
	Outbox() Outbox
	Log() Log
}

// DocumentKey names a document. Account is empty for what is the server's own, Region for what spans regions.
type DocumentKey struct {
	Kind, Account, Region, ID string
}

// Document is a document as stored.
type Document struct {
	DocumentKey
	Body json.RawMessage
}

// Documents are the small resources of accounts, as JSON: detectors, filters, lists, users, keys.
type Documents interface {
	// Get decodes the document into a pointer.
	Get(key DocumentKey, into any) error
	// Put writes a document, over one that has its key.
	Put(key DocumentKey, doc any) error
	// Delete removes a document; it is no error if there is none.
	Delete(key DocumentKey) error
	// List returns up to limit documents of a kind, account and region whose ids come after the given one, by id.
	List(kind, account, region, after string, limit int) ([]Document, error)
	// All returns up to limit documents of a kind, of every account and region, that come after the given key, by
	// account, region and id: for what the server does by itself, never for what an account asks.
	All(kind string, after DocumentKey, limit int) ([]Document, error)
	// Count returns how many documents of a kind there are, of every account and region.
	Count(kind string) (int, error)
	// CountOf returns how many documents of a kind an account has in a region.
	CountOf(kind, account, region string) (int, error)
	// Purge removes the documents of an account and region whose kind begins with a prefix.
	Purge(kindPrefix, account, region string) error
}

// OutboxEntry is something to send, kept until it is sent.
type OutboxEntry struct {
	Kind, ID string
	Due      int64 // milliseconds since the epoch: not before
	Attempts int
	Body     json.RawMessage
}

// Outbox holds what leaves the server: it is written in the transaction of what it tells, and read by the one who sends.
type Outbox interface {
	Get(kind, id string) (OutboxEntry, error)
	// Put writes an entry, over one that has its kind and id.
	Put(e OutboxEntry) error
	// Delete removes an entry; it is no error if there is none.
	Delete(kind, id string) error
	// Counts returns how many entries there are of each kind.
	Counts() (map[string]int, error)
	// Due returns up to limit entries of a kind that are due at now, the longest due first.
	Due(kind string, now int64, limit int) ([]OutboxEntry, error)
	// DueAfter returns up to limit entries of a kind that are due at now, by id, with ids after the given one.
	DueAfter(kind string, now int64, after string, limit int) ([]OutboxEntry, error)
}

// AuditRecord is one event of an account's audit log.
type AuditRecord struct {
	Seq             int64           // of the server, from 1, without holes
	Time            int64           // milliseconds since the epoch
	Account, Region string          // no account: the server's own
	Event           json.RawMessage // in CloudTrail's format
	Hash            string          // see Chain
}

// Chain returns the hash that r must have after a record with the given hash; that is empty before the first: hex HMAC-SHA256
// over the previous hash and all of r, under a key that the store doesn't hold, so that who can write there can't forge it.
func (r AuditRecord) Chain(key []byte, previous string) string {
	h := hmac.New(sha256.New, key)
	fmt.Fprintf(h, "%s\n%d\n%d\n%s\n%s\n%s", previous, r.Seq, r.Time, r.Account, r.Region, r.Event)
	return hex.EncodeToString(h.Sum(nil))
}

// AuditLog is append-only, and each record's hash covers all before it.
type AuditLog interface {
	// Append adds events; it sets Seq and Hash itself.
	Append(events ...AuditRecord) error
	// List returns up to limit records of an account, of all regions, with a greater sequence number than after.
	List(account string, after int64, limit int) ([]AuditRecord, error)
	// Latest returns up to limit records of an account before the given sequence number, the latest first; 0: from the end.
	Latest(account string, before int64, limit int) ([]AuditRecord, error)
	// All is List over every account: for verifying and exporting the chain.
	All(after int64, limit int) ([]AuditRecord, error)
}
