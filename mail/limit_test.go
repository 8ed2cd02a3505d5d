package mail

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"picket"
)

// senderFunc is a Sender.
type senderFunc func(m Message)

func (f senderFunc) Send(_ context.Context, m Message) (picket.Mail, error) {
	f(m)
	return picket.Mail{State: picket.MailSent}, nil
}

// enqueue requires what becomes of a mail that is asked for.
func (q *queue) enqueue(why string, now int64, i Invitation, want picket.MailState, detail string) {
	q.t.Helper()
	q.invite(now, i)
	if got := q.mail(i); got.State != want || detail != "" && got.Detail != detail {
		q.t.Errorf("%s: got %+v, want %s, %s", why, got, want, detail)
	}
}

// No address gets more than some mails of an administrator on one day, whatever these say; others' don't count.
func TestMailsToOneAddressAreLimited(t *testing.T) {
	onBoth(t, func(t *testing.T, q *queue) {
		const refused = "not sent, as 100 mails of an administrator to one address are the most of a day; it can be mailed again from 2026-11-26 00:00:00 UTC on"
		ask := func(n int) Invitation { return to(production, "us-east-1", fmt.Sprint("Mail ", n)) }
		for n := range 100 {
			q.enqueue("one of the first", since, ask(n), picket.MailQueued, "")
		}
		q.enqueue("one more", since, ask(100), picket.MailFailed, refused)
		capitals := ask(101)
		capitals.To = "Dana@Example.com"
		q.enqueue("in capitals", since, capitals, picket.MailFailed, refused)
		q.enqueue("into a mail that waits", since, to(staging, "us-east-1", "Mail 5"), picket.MailQueued, "")
		other, another := ask(102), ask(103)
		other.To, another.Administrator = "alex@example.com", Account{ID: "222233334444"}
		q.enqueue("to another", since, other, picket.MailQueued, "")
		q.enqueue("of another", since, another, picket.MailQueued, "")
		if mails, _ := q.waiting(); len(mails) != 102 {
			t.Errorf("%d mails wait, want 102", len(mails))
		}
		q.enqueue("on the next day", since+13*hour, ask(104), picket.MailQueued, "")
	})
}

// What is added to a mail that is being sent is a mail of its own, and counts.
func TestMailsAddedWhileOneIsSentAreLimited(t *testing.T) {
	q := newQueue(t, t.TempDir())
	first, second, third := to(production, "us-east-1", ""), to(staging, "us-east-1", ""), to(staging, "eu-west-1", "")
	q.invite(since, first)
	q.counted(first, mostToOne-1)
	w := q.worker(senderFunc(func(Message) {
		q.enqueue("the first that is added", since+minute, second, picket.MailQueued, "")
		q.enqueue("with it", since+minute, third, picket.MailQueued, "")
	}))
	q.step(w, since+minute, true)
	w.Sender = senderFunc(func(Message) {
		q.enqueue("added again", since+2*minute, first, picket.MailFailed, "")
	})
	q.step(w, since+2*minute, true)
	q.empty()
}

// counted makes mails count as asked for before.
func (q *queue) counted(i Invitation, toOne int) {
	q.t.Helper()
	q.update(func(tx picket.Tx) error {
		docs, err := tx.Documents().List(CountKind, i.Administrator.ID, "", "", 10)
		for _, d := range docs {
			if err := tx.Documents().Put(d.DocumentKey, Count{since, toOne}); err != nil {
				return err
			}
		}
		return err
	})
}

func TestMailsOfOneAdministratorAreLimited(t *testing.T) {
	q := newQueue(t, t.TempDir())
	ask := func(n, most int) Invitation {
		i := to(production, "us-east-1", "")
		i.To, i.Most = fmt.Sprintf("person%d@example.com", n), most
		return i
	}
	q.invite(since, ask(0, 0))
	q.counted(ask(0, 0), 4999)
	q.enqueue("the last", since, ask(1, 0), picket.MailQueued, "")
	q.enqueue("one more", since, ask(2, 100), picket.MailFailed,
		"not sent, as 5000 mails of an administrator are the most of a day; it can be mailed again from 2026-11-26 00:00:00 UTC on")
	q.enqueue("of one that may have more", since, ask(3, 50_000), picket.MailQueued, "")
}

// However many mails an administrator has, others' don't wait for them.
func TestAdministratorsTakeTurns(t *testing.T) {
	onBoth(t, func(t *testing.T, q *queue) {
		ask := func(now int64, administrator string, mails int) {
			for n := range mails {
				i := to(production, "us-east-1", fmt.Sprint("Mail ", n))
				i.Administrator, i.To = Account{ID: administrator}, "of-"+administrator+"@example.com"
				q.invite(now, i)
			}
		}
		var got []string
		w := q.worker(senderFunc(func(m Message) { got = append(got, m.To[3:15]) }))
		ask(since, "222222222222", 9)
		q.step(w, since+minute, true)
		ask(since+minute, "333333333333", 2)
		ask(since+minute, "111111111111", 2)
		for range 6 {
			q.step(w, since+2*minute, true)
		}
		want := []string{"222222222222", "333333333333", "111111111111", "222222222222", "333333333333", "111111111111", "222222222222"}
		if !slices.Equal(got, want) {
			t.Errorf("mails of %v were sent, want %v", got, want)
		}
	})
}
