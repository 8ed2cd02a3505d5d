package mail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"picket"
)

// unreadable is an invitation of a mail that can't be read, or whose member can't.
type unreadable struct {
	entry picket.OutboxEntry
	err   error
}

// lost is what members show whose invitation went with what can't be read.
func lost(now int64) picket.Mail {
	return picket.Mail{State: picket.MailFailed, At: now, Detail: "this server can't read what was to be sent: invite again"}
}

// drop takes what can't be read out of the outbox, and shows on the members that it is lost.
func (w *Worker) drop(ctx context.Context, j *job, now int64) error {
	for some := range slices.Chunk(j.unreadable, 500) {
		err := w.Store.Update(ctx, func(tx picket.Tx) error {
			for _, u := range some {
				if err := j.drop(tx, u.entry, now); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("set aside what can't be read of mail %s: %w", j.id, err)
		}
	}
	return nil
}

func (j *job) drop(tx picket.Tx, was picket.OutboxEntry, now int64) error {
	entry, err := tx.Outbox().Get(was.Kind, was.ID)
	if err != nil || !bytes.Equal(entry.Body, was.Body) {
		return unlessGone(err) // invited anew meanwhile
	}
	if err := tx.Outbox().Delete(was.Kind, was.ID); err != nil {
		return err
	}
	region, account, _ := strings.Cut(was.ID, "/")
	m, err := tx.Members().Get(j.batch.Administrator.ID, region, account)
	if errors.Is(err, picket.ErrUnreadable) {
		return nil
	}
	if err != nil || m.Status != picket.Invited || !strings.EqualFold(m.Email, j.batch.To) {
		return unlessGone(err)
	}
	m.Invitation.Mail = lost(now)
	return tx.Members().Put(m)
}
