package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"picket"
)

// outcome is how a try went: what the members show, and whether the mail is done with or due again.
type outcome struct {
	mail    picket.Mail
	done    bool
	due     int64
	untried bool
}

// judge decides what follows from what a Sender said.
func (j *job) judge(mail picket.Mail, err error, now int64) outcome {
	if err == nil {
		mail.At = now
		return outcome{mail: mail, done: true}
	}
	f := &failure{Reason: "this server can't make the mail"}
	errors.As(err, &f)
	due := now + pause(j.attempts).Milliseconds()
	switch {
	case f.Final:
		return outcome{mail: picket.Mail{State: picket.MailFailed, At: now, Detail: f.Reason}, done: true}
	case due > j.batch.Since+patience.Milliseconds() && j.attempts >= leastTries:
		detail := fmt.Sprintf("given up after try %d: %s", j.attempts, f.Reason)
		return outcome{mail: picket.Mail{State: picket.MailFailed, At: now, Detail: detail}, done: true}
	}
	detail := fmt.Sprintf("try %d: %s; tried again at %s", j.attempts, f.Reason, clock(due))
	return outcome{mail: picket.Mail{State: picket.MailQueued, At: now, Detail: detail}, due: due}
}

// pause is how long a mail waits after a try.
func pause(attempts int) time.Duration {
	p := firstPause
	for range attempts - 1 {
		if p = 2 * p; p >= longestPause {
			return longestPause
		}
	}
	return p
}

// settle records an outcome, in transactions that hold up nobody for long. A worker that dies in between leaves the rest in
// the outbox, and the mail is tried again for it.
func (w *Worker) settle(ctx context.Context, j *job, o outcome, now int64) error {
	unneeded := picket.Mail{State: picket.MailNone, At: now, Detail: "not sent, as the invitation was answered or withdrawn before"}
	if err := w.tell(ctx, j, j.moot, unneeded, true); err != nil {
		return err
	}
	if err := w.drop(ctx, j, now); err != nil {
		return err
	}
	if err := w.tell(ctx, j, j.wanted, o.mail, o.done); err != nil {
		return err
	}
	return w.letGo(ctx, j, o, now)
}

// letGo has the store release a mail.
func (w *Worker) letGo(ctx context.Context, j *job, o outcome, now int64) error {
	if err := w.Store.Update(ctx, func(tx picket.Tx) error { return j.release(tx, o, now) }); err != nil {
		return fmt.Errorf("record what became of mail %s: %w", j.id, err)
	}
	return nil
}

// tell shows an outcome on the members, and takes their invitations out of the outbox if that is all.
func (w *Worker) tell(ctx context.Context, j *job, requests []request, mail picket.Mail, done bool) error {
	for some := range slices.Chunk(requests, 500) {
		err := w.Store.Update(ctx, func(tx picket.Tx) error {
			for _, r := range some {
				if err := j.tell(tx, r, mail, done); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("record what became of mail %s: %w", j.id, err)
		}
	}
	return nil
}

func (j *job) tell(tx picket.Tx, r request, mail picket.Mail, done bool) error {
	entry, err := tx.Outbox().Get(requestKind(j.id), r.key())
	if err != nil {
		return unlessGone(err)
	}
	var current request
	if json.Unmarshal(entry.Body, &current) != nil || current.InvitationID != r.InvitationID {
		return nil // invited anew meanwhile: that one is another mail's
	}
	if done {
		if err := tx.Outbox().Delete(entry.Kind, entry.ID); err != nil {
			return err
		}
	}
	m, err := j.member(tx, r)
	if err != nil || m == nil {
		return err
	}
	m.Invitation.Mail = mail
	return tx.Members().Put(*m)
}

// member returns the member that a request is about, or nil if the invitation is no more its last or its address another.
func (j *job) member(tx picket.Tx, r request) (*picket.Member, error) {
	if j.broken == nil {
		return j.batch.member(tx, r)
	}
	all, err := tx.Members().Inviters(r.Member.ID, r.Region)
	for i := range all {
		if all[i].Invitation.ID == r.InvitationID {
			return &all[i], nil
		}
	}
	return nil, err
}

func (b batch) member(tx picket.Tx, r request) (*picket.Member, error) {
	m, err := tx.Members().Get(b.Administrator.ID, r.Region, r.Member.ID)
	if err != nil {
		return nil, unlessGone(err)
	}
	if m.Invitation.ID != r.InvitationID || !strings.EqualFold(m.Email, b.To) {
		return nil, nil
	}
	return &m, nil
}

// release lets go of a mail. What was added to it while it was sent becomes a mail of its own.
func (j *job) release(tx picket.Tx, o outcome, now int64) error {
	entry, err := tx.Outbox().Get(batchKind, j.id)
	if err != nil {
		return unlessGone(err)
	}
	var b batch
	if err := json.Unmarshal(entry.Body, &b); err != nil || b.Claim != j.batch.Claim {
		return err // nil: the lease ended, and another worker has it
	}
	b.Claim, b.Another = "", false
	if !o.done {
		entry.Due = o.due
		if o.untried {
			entry.Attempts--
		}
		return put(tx, entry, b)
	}
	rest, err := tx.Outbox().Due(requestKind(j.id), math.MaxInt64, 1)
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		return tx.Outbox().Delete(batchKind, j.id)
	}
	entry.Attempts, entry.Due, b.Since = 0, now+time.Minute.Milliseconds(), now
	return put(tx, entry, b)
}

// unlessGone returns err unless it says that there is no such thing any more.
func unlessGone(err error) error {
	if picket.ErrorCode(err) == picket.CodeNotFound {
		return nil
	}
	return err
}
