package service

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"picket"
)

// Unread is log records that could not be read, kept so that people can see them and have them read again.
type Unread struct {
	ID      string `json:"id"`
	Account string `json:"accountId,omitempty"` // that the object's path names
	Region  string `json:"region,omitempty"`
	Source  string `json:"source"`
	Object  string `json:"object"`
	Version string `json:"version,omitempty"`
	Offset  int64  `json:"offset"` // of the first, in the decompressed object
	Reason  string `json:"reason"`
	Sample  string `json:"sample,omitempty"` // its beginning
	Count   int64  `json:"count"`            // 0: the object, or its rest
	At      int64  `json:"at"`               // milliseconds since the epoch

	Again []picket.Stretch `json:"again,omitempty"` // where they are; not told in lists
	Lost  int64            `json:"lost,omitempty"`  // of Count, those in no stretch, because there are too many
	Later bool             `json:"later,omitempty"` // the object could not be opened, but may be another time
	Tries int              `json:"tries,omitempty"` // how often it was set aside before
}

// The kinds of the documents of what could not be read; they are the server's, as an object may be nobody's.
const (
	unreadKind       = "unread"
	unreadObjectKind = "unread-object"
)

// unreadObject is the message of the log that something unread is of: its id is how theirs begin.
type unreadObject struct {
	Partition int              `json:"partition"`
	Object    picket.LogObject `json:"object"`
	At        int64            `json:"at"`              // milliseconds since the epoch
	Bytes     int64            `json:"bytes,omitempty"` // of the room of who pushed it
}

func unreadKey(id string) picket.DocumentKey { return picket.DocumentKey{Kind: unreadKind, ID: id} }

func unreadObjectKey(id string) picket.DocumentKey {
	return picket.DocumentKey{Kind: unreadObjectKind, ID: messageOf(id)}
}

// messageOf is what the ids of all that is unread of a message begin with.
func messageOf(id string) string { return id[:strings.LastIndexByte(id, '-')+1] }

// PutUnread keeps what could not be read of something, under ids that begin with its own.
func (s *Service) PutUnread(tx picket.Tx, of string, all []Unread) error {
	for i, u := range all {
		u.ID, u.At = fmt.Sprintf("%s-%d", of, i), s.now()
		if err := tx.Documents().Put(unreadKey(u.ID), u); err != nil {
			return err
		}
	}
	return nil
}

// PutUnreadOf keeps what could not be read of a message of the log, and the message. What was pushed is in the message itself: where
// there is no room for it, it is counted only, unless it was kept before.
func (s *Service) PutUnreadOf(tx picket.Tx, partition int, seq int64, o picket.LogObject, all []Unread) error {
	of := fmt.Sprintf("%03d-%d", partition, seq)
	message := unreadObject{Partition: partition, Object: o, At: s.now(), Bytes: pushedBytes(o, all)}
	ok, err := takeRoom(tx, o, message.Bytes)
	if err != nil {
		return err
	}
	if !ok {
		return s.countUnread(tx, o, all)
	}
	if err := tx.Documents().Put(unreadObjectKey(of+"-"), message); err != nil {
		return err
	}
	return s.PutUnread(tx, of, all)
}

// Unread lists what could not be read.
func (s *Service) Unread(ctx context.Context) ([]Unread, error) {
	return view(ctx, s, func(tx picket.Tx) ([]Unread, error) {
		all, err := list[Unread](tx, unreadKind, "")
		for i := range all {
			all[i].Again = nil
		}
		return all, err
	})
}

// UnreadByID returns one of them.
func (s *Service) UnreadByID(ctx context.Context, id string) (Unread, error) {
	return view(ctx, s, func(tx picket.Tx) (Unread, error) { return unreadOf(tx, id) })
}

func unreadOf(tx picket.Tx, id string) (Unread, error) {
	u, err := get[Unread](tx, unreadKey(id))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		err = &picket.Error{Code: picket.CodeNotFound, Message: fmt.Sprintf("There is no %q: picket quarantine list shows what there is.", id)}
	}
	return u, err
}

// ForgetUnread takes one off the list.
func (s *Service) ForgetUnread(ctx context.Context, id string) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		if _, err := unreadOf(tx, id); err != nil {
			return err
		}
		return forgetUnread(tx, id)
	})
}

// forgetUnread deletes one, and its message if it was the last of it.
func forgetUnread(tx picket.Tx, id string) error {
	if err := tx.Documents().Delete(unreadKey(id)); err != nil {
		return err
	}
	next, err := tx.Documents().List(unreadKind, "", "", messageOf(id), 1)
	if err != nil || len(next) > 0 && messageOf(next[0].ID) == messageOf(id) {
		return err
	}
	message, err := get[unreadObject](tx, unreadObjectKey(id))
	if err != nil && picket.ErrorCode(err) != picket.CodeNotFound && !errors.Is(err, picket.ErrUnreadable) {
		return err
	}
	return forgetMessage(tx, unreadObjectKey(id), message)
}

// Replay is what came of having things read again.
type Replay struct {
	Places int   `json:"places"` // that go to the log again
	Left   int   `json:"left"`   // that stay, as they name nothing that the server could read again
	Lost   int64 `json:"lost"`   // records that don't go, because their places are not kept
}

// ReplayUnread takes one off the list, or all if id is empty, and has those records read again, by appending them to the log. What
// can't be read then either comes back to the list.
func (s *Service) ReplayUnread(ctx context.Context, id string) (out Replay, err error) {
	if id != "" {
		return out, s.Store.Update(ctx, func(tx picket.Tx) error {
			out = Replay{}
			u, err := unreadOf(tx, id)
			if err != nil {
				return err
			}
			err = replay(tx, []Unread{u}, &out)
			if err == nil && out.Left > 0 {
				err = invalid("%s is not of a log object that the server could read again: picket quarantine forget takes it off the list.", id)
			}
			return err
		})
	}
	all, err := s.Unread(ctx)
	for len(all) > 0 && err == nil {
		n := 1
		for n < len(all) && messageOf(all[n].ID) == messageOf(all[0].ID) {
			n++
		}
		sum := Replay{}
		err = s.Store.Update(ctx, func(tx picket.Tx) error {
			sum = out
			var some []Unread
			for _, u := range all[:n] {
				u, err := get[Unread](tx, unreadKey(u.ID))
				switch {
				case err == nil:
					some = append(some, u)
				case picket.ErrorCode(err) != picket.CodeNotFound: // someone else took it
					return err
				}
			}
			return replay(tx, some, &sum)
		})
		out, all = sum, all[n:]
	}
	return out, err
}

// When objects that could not be opened are tried again.
const (
	firstRetry   = 5 * 60_000    // milliseconds after they were set aside; each is twice the one before
	longestRetry = 12 * 3600_000 // but no longer than this
	mostRetries  = 12            // some three days
)

// retryUnread has the objects read again that could not be opened, when it is their time.
func (s *Service) retryUnread(ctx context.Context) error {
	all, err := readable[Unread](ctx, s, unreadKind)
	for _, u := range all {
		if !u.Later || u.Tries >= mostRetries || s.now() < u.At+min(int64(firstRetry)<<u.Tries, longestRetry) {
			continue
		}
		if _, one := s.ReplayUnread(ctx, u.ID); picket.ErrorCode(one) != picket.CodeNotFound { // someone else did it
			err = errors.Join(err, one)
		}
	}
	return err
}

// replay has what is unread of one message read again.
func replay(tx picket.Tx, some []Unread, sum *Replay) error {
	if len(some) == 0 {
		return nil
	}
	of, err := get[unreadObject](tx, unreadObjectKey(some[0].ID))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		sum.Left += len(some)
		return nil
	}
	if err != nil {
		return err
	}
	of.Object.Again = nil
	for _, u := range some {
		of.Object.Tries = u.Tries + 1
		of.Object.Again = append(of.Object.Again, u.Again...)
		sum.Places, sum.Lost = sum.Places+1, sum.Lost+u.Lost
		if err := forgetUnread(tx, u.ID); err != nil {
			return err
		}
	}
	slices.SortFunc(of.Object.Again, func(a, b picket.Stretch) int { return cmp.Compare(a.From, b.From) })
	return tx.Log().Append(of.Partition, picket.Message{Object: &of.Object})
}
