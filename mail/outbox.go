// Package mail tells people that an administrator invites their accounts, and what was found in them. It renders mails, and
// hands them to an SMTP server or a folder; invitations it keeps in the store's outbox until they are sent. It decides
// nothing about membership or findings, and it speaks to no server but the one that the operator names.
package mail

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"picket"
)

// Account names an account for people; Name may be empty.
type Account struct{ ID, Name string }

// Invitation is what an administrator asks of an account in a region, and who is told of it.
type Invitation struct {
	ID            string
	Region        string
	Administrator Account
	Member        Account
	To            string        // the address of the member's owner
	Notes         string        // by the inviter, as they were written; may be empty
	Link          string        // to the invitation in the console, made by Link; empty if there is no console
	Wait          time.Duration // for more invitations to the same person before the mail goes; 0 is a minute
	Most          int           // mails that the administrator may have made on one day, if more than 5,000
}

// An outbox entry of kind batchKind is one mail: what one administrator asks of one person, with the same notes. What it
// asks, an account and region each, are entries of their own under requestKind(id), so that a batch grows at the price of
// the invitation that is added, whatever it holds already.
const batchKind = "mail"

func requestKind(batch string) string { return batchKind + "/" + batch }

// batch is the body of an entry of batchKind.
type batch struct {
	Administrator Account `json:"administrator"`
	To            string  `json:"to"`
	Notes         string  `json:"notes,omitempty"`
	Since         int64   `json:"since"`             // when sending it was asked for: trying ends some time after
	Claim         string  `json:"claim,omitempty"`   // of the worker that has it, until the entry is due
	Another       bool    `json:"another,omitempty"` // while it has it, something was added, which becomes a mail of its own
}

func readBatch(entry picket.OutboxEntry) (batch, error) {
	var b batch
	err := json.Unmarshal(entry.Body, &b)
	if err == nil && b.Administrator.ID == "" {
		err = errors.New("it names no administrator")
	}
	return b, err
}

// request is the body of an entry of requestKind.
type request struct {
	InvitationID string  `json:"invitationId"`
	Region       string  `json:"region"`
	Member       Account `json:"member"`
	Link         string  `json:"link,omitempty"`
}

func (r request) key() string { return r.Region + "/" + r.Member.ID }

// Enqueue puts an invitation into the mail of its batch, in the transaction that invites. One that waits for the same
// administrator, account and region is replaced. What it returns belongs to the member's invitation: it says so if the mail is one
// too many of a day.
func Enqueue(tx picket.Tx, i Invitation, now int64) (picket.Mail, error) {
	id := batchID(i)
	due := now + cmp.Or(i.Wait, time.Minute).Milliseconds()
	entry, b, another, err := openBatch(tx, id, i, now, due)
	if err != nil {
		return picket.Mail{}, err
	}
	if another {
		if refusal, err := admit(tx, i, now); err != nil || refusal != "" {
			return picket.Mail{State: picket.MailFailed, At: now, Detail: refusal}, err
		}
	}
	if err := put(tx, entry, b); err != nil {
		return picket.Mail{}, err
	}
	r := request{InvitationID: i.ID, Region: i.Region, Member: i.Member, Link: i.Link}
	if err := put(tx, picket.OutboxEntry{Kind: requestKind(id), ID: r.key()}, r); err != nil {
		return picket.Mail{}, err
	}
	return picket.Mail{State: picket.MailQueued, At: now, Detail: "sent at " + clock(min(entry.Due, due)) +
		" or soon after, in one mail with whatever else this person is invited to with the same notes"}, nil
}

// openBatch returns the entry that takes an invitation, and whether that makes another mail. Asking again for what could not be sent
// starts its tries afresh.
func openBatch(tx picket.Tx, id string, i Invitation, now, due int64) (entry picket.OutboxEntry, b batch, another bool, err error) {
	entry, err = tx.Outbox().Get(batchKind, id)
	if picket.ErrorCode(err) == picket.CodeNotFound {
		entry, b = newBatch(id, i, now, due)
		return entry, b, true, nil
	}
	if err != nil {
		return entry, b, false, fmt.Errorf("read outbox: %w", err)
	}
	b, err = readBatch(entry)
	if err != nil {
		entry, b = newBatch(id, i, now, due) // what waits for it already goes with this
	}
	switch {
	case b.Claim != "":
		another, b.Another = !b.Another, true
	case entry.Attempts > 0:
		entry.Attempts, entry.Due, b.Since = 0, min(entry.Due, due), now
	}
	return entry, b, another, nil
}

func newBatch(id string, i Invitation, now, due int64) (picket.OutboxEntry, batch) {
	entry := picket.OutboxEntry{Kind: batchKind, ID: id, Due: due}
	return entry, batch{Administrator: i.Administrator, To: i.To, Notes: i.Notes, Since: now}
}

// batchID names the mail that an invitation belongs to. It begins with the administrator's id: see turn.
func batchID(i Invitation) string {
	key, err := json.Marshal([]string{i.Administrator.ID, strings.ToLower(i.To), i.Notes})
	if err != nil {
		panic("BUG: strings that are no JSON: " + err.Error())
	}
	sum := sha256.Sum256(key)
	return i.Administrator.ID + "-" + hex.EncodeToString(sum[:16])
}

// Backlog is how many mails are to be sent, and how many of these were tried in vain: one of them is to To, of Administrator's.
type Backlog struct {
	Waiting       int    `json:"waiting"`
	Failing       int    `json:"failing"`
	To            string `json:"to,omitempty"`
	Administrator string `json:"administratorId,omitempty"`
}

// Waiting returns what is to be sent, as far as mostMails.
func Waiting(tx picket.Tx) (Backlog, error) {
	entries, err := tx.Outbox().Due(batchKind, math.MaxInt64, mostMails)
	w := Backlog{Waiting: len(entries)}
	for _, e := range entries {
		var b batch
		if json.Unmarshal(e.Body, &b) != nil || e.Attempts > 0 && b.Claim == "" {
			w.Failing, w.To, w.Administrator = w.Failing+1, b.To, b.Administrator.ID
		}
	}
	return w, err
}

const mostMails = 10_000

func put(tx picket.Tx, entry picket.OutboxEntry, body any) error {
	var err error
	if entry.Body, err = json.Marshal(body); err != nil {
		return fmt.Errorf("write mail %s: %w", entry.ID, err)
	}
	if err := tx.Outbox().Put(entry); err != nil {
		return fmt.Errorf("write outbox: %w", err)
	}
	return nil
}

// clock writes a time for people.
func clock(ms int64) string { return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04:05 UTC") }
