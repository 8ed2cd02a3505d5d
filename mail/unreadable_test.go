package mail

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"picket"
)

// spoil puts something in place of the body of an entry.
func (q *queue) spoil(kind, id, with string) {
	q.t.Helper()
	q.update(func(tx picket.Tx) error {
		e, err := tx.Outbox().Get(kind, id)
		if err != nil {
			return err
		}
		e.Body = []byte(with)
		return tx.Outbox().Put(e)
	})
}

// logged is a worker and what it logs.
func (q *queue) logged(s Sender) (*Worker, *bytes.Buffer) {
	w, log := q.worker(s), &bytes.Buffer{}
	w.Log = slog.New(slog.NewTextHandler(log, nil))
	return w, log
}

// A mail that can't be read is over: who waits for it is told, and no other is held up.
func TestUnreadableMail(t *testing.T) {
	onBoth(t, func(t *testing.T, q *queue) {
		for n, body := range []string{`{"since":"yesterday"}`, `{`, `{}`} {
			now := since + int64(n)*hour
			w, log := q.logged(serve(t, false, false).to())
			lost, more, answered, other := to(production, "us-east-1", ""), to(staging, "us-east-1", ""), to(staging, "eu-west-1", ""), to(production, "eu-west-1", "Now.")
			q.invite(now-second, lost, more, answered)
			q.invite(now, other)
			q.change(answered, func(m *picket.Member) { m.Status = picket.Enabled })
			q.spoil(batchKind, batchID(lost), body)
			q.step(w, now+minute, true)
			q.step(w, now+minute, true)
			for _, i := range []Invitation{lost, more} {
				q.shows(i, picket.MailFailed, now+minute, "this server can't read what was to be sent: invite again")
			}
			q.shows(answered, picket.MailNone, now+minute, "not sent")
			q.shows(other, picket.MailSent, now+minute, "to dana@example.com")
			if !strings.Contains(log.String(), "can't be read") {
				t.Errorf("%s: logged %s", body, log)
			}
			q.empty()
		}
	})
}

// Who invites again mends a mail that can't be read, whatever waits for it.
func TestInvitingMendsAMail(t *testing.T) {
	q, srv := newQueue(t, t.TempDir()), serve(t, false, false)
	first, second := to(production, "us-east-1", ""), to(staging, "us-east-1", "")
	q.invite(since, first)
	q.spoil(batchKind, batchID(first), `{`)
	q.invite(since, second)
	q.step(q.worker(srv.to()), since+minute, true)
	q.shows(first, picket.MailSent, since+minute, "to dana@example.com")
	q.shows(second, picket.MailSent, since+minute, "to dana@example.com")
	q.empty()
}

// An invitation that can't be read is left out of its mail, and its member shows why.
func TestUnreadableInvitation(t *testing.T) {
	onBoth(t, func(t *testing.T, q *queue) {
		srv := serve(t, false, false)
		w, log := q.logged(srv.to())
		lost, good := to(production, "us-east-1", ""), to(staging, "us-east-1", "")
		q.invite(since, lost, good)
		q.spoil(requestKind(batchID(lost)), "us-east-1/"+production.ID, `{"invitationId":5}`)
		q.step(w, since+minute, true)
		q.shows(lost, picket.MailFailed, since+minute, "this server can't read what was to be sent: invite again")
		q.shows(good, picket.MailSent, since+minute, "to dana@example.com")
		if mails := srv.got(); len(mails) != 1 || strings.Contains(read(t, mails[0].raw).text, production.ID) {
			t.Errorf("%d mails arrived", len(mails))
		}
		if !strings.Contains(log.String(), "can't be read") {
			t.Errorf("logged %s", log)
		}
		q.empty()
	})
}

// An invitation of which the address was corrected, or that was asked anew, is not told of an older one that can't be read.
func TestUnreadableInvitationOfAnother(t *testing.T) {
	q, srv := newQueue(t, t.TempDir()), serve(t, false, false)
	i := to(production, "us-east-1", "")
	q.invite(since, i)
	q.spoil(requestKind(batchID(i)), "us-east-1/"+production.ID, `{`)
	i.To = "erin@example.com"
	q.invite(since+second, i)
	q.step(q.worker(srv.to()), since+minute, true)
	q.shows(i, picket.MailQueued, since+second, "sent at")
	q.step(q.worker(srv.to()), since+minute+second, true)
	q.shows(i, picket.MailSent, since+minute+second, "to erin@example.com")
	q.empty()
}
