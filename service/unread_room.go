package service

import (
	"fmt"
	"time"

	"picket"
)

// Who pushes may push what can't be read, as fast as the server takes it. So what quarantine keeps of it is bounded, for each account
// that pushes by itself and for each source that is pushed to.
const (
	pushRoom     = 64 << 20
	stretchBytes = 40 // of a place that is kept, about

	unreadRoomKind = "unread-room"
)

// pusher is whose room an object takes. A source that speaks for many is one: it says itself whose its records are.
func pusher(o picket.LogObject) string {
	if o.Source == Pushes {
		return o.Account
	}
	return o.Source
}

// pushedBytes is the room that a message takes with what is unread of it; 0 if its records are not in it but in an object.
func pushedBytes(o picket.LogObject, all []Unread) int64 {
	if len(o.Inline) == 0 {
		return 0
	}
	n := int64(len(o.Inline))
	for _, u := range all {
		n += stretchBytes * int64(len(u.Again))
	}
	return n
}

// takeRoom reports whether there is room for a message, and takes it; a negative size gives room back. For what was kept before there
// always is: to have it read again must not lose it.
func takeRoom(tx picket.Tx, o picket.LogObject, bytes int64) (ok bool, err error) {
	if bytes == 0 {
		return true, nil
	}
	k := picket.DocumentKey{Kind: unreadRoomKind, ID: pusher(o)}
	taken, err := get[int64](tx, k)
	if err != nil && picket.ErrorCode(err) != picket.CodeNotFound {
		return false, err
	}
	if taken += bytes; taken > pushRoom && bytes > 0 && o.Tries == 0 {
		return false, nil
	}
	if taken <= 0 {
		return true, tx.Documents().Delete(k)
	}
	return true, tx.Documents().Put(k, taken)
}

// forgetMessage deletes the message of what was unread.
func forgetMessage(tx picket.Tx, k picket.DocumentKey, message unreadObject) error {
	if _, err := takeRoom(tx, message.Object, -message.Bytes); err != nil {
		return err
	}
	return tx.Documents().Delete(k)
}

// countUnread counts what could not be read of a push for which there is no room: in one entry a day for who pushed it, with the first
// reason of the day.
func (s *Service) countUnread(tx picket.Tx, o picket.LogObject, all []Unread) error {
	now := s.now()
	id := fmt.Sprintf("full-%s-%s", pusher(o), time.UnixMilli(now).UTC().Format("20060102"))
	day, err := get[Unread](tx, unreadKey(id))
	switch {
	case picket.ErrorCode(err) == picket.CodeNotFound:
		day = Unread{ID: id, Source: o.Source, Object: o.Name, Sample: all[0].Sample, Offset: all[0].Offset, At: now}
		day.Reason = fmt.Sprintf("counted and not kept, as %d MiB that were pushed and can't be read are kept already; the first: %s", pushRoom>>20, all[0].Reason)
		if o.Only {
			day.Account = o.Account
		}
	case err != nil:
		return err
	}
	for _, u := range all {
		day.Count += max(u.Count, 1)
	}
	day.Lost = day.Count
	return tx.Documents().Put(unreadKey(id), day)
}
