package service

import (
	"context"
	"fmt"

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
}

// unreadKind is the kind of an Unread's document; they are the server's, as an object may be nobody's.
const unreadKind = "unread"

// PutUnread keeps what could not be read of something, under ids that begin with its own.
func (s *Service) PutUnread(tx picket.Tx, of string, all []Unread) error {
	for i, u := range all {
		u.ID, u.At = fmt.Sprintf("%s-%d", of, i), s.now()
		if err := tx.Documents().Put(picket.DocumentKey{Kind: unreadKind, ID: u.ID}, u); err != nil {
			return err
		}
	}
	return nil
}

// Unread lists what could not be read.
func (s *Service) Unread(ctx context.Context) ([]Unread, error) {
	return view(ctx, s, func(tx picket.Tx) ([]Unread, error) { return list[Unread](tx, unreadKind, "") })
}

// ForgetUnread takes one off the list; it is no error if it is not there.
func (s *Service) ForgetUnread(ctx context.Context, id string) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		return tx.Documents().Delete(picket.DocumentKey{Kind: unreadKind, ID: id})
	})
}
