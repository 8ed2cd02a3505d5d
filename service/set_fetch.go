package service

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"picket"
	"picket/mail"
	"picket/publish"
)

// ListFile is what is at the place of a list.
type ListFile struct {
	Body []byte // nil if it is as it was
	ETag string
}

// ErrForGood marks what FetchList returns where trying again is of no use.
var ErrForGood = errors.New("")

// The times of reading lists, in milliseconds.
const (
	listLease   = 3 * 60_000         // a server that has not told by then is taken for dead
	listTries   = 3                  // before a list that can't be read shows an error
	listDeaths  = 3                  // of servers that took a list, before it is set aside at one more
	listCheck   = 15 * 60_000        // between looks at whether a location has other content now
	listLongest = int64(60 * 60_000) // between tries
)

// listQueue is the kind of the outbox's entries for lists that are to be read.
const listQueue = "list"

// queued is what the id of such an entry says.
type queued struct {
	Account, Region, Path, ID string
}

func (q queued) id() string { return q.Account + "/" + q.Region + "/" + q.Path + "/" + q.ID }

// queuedOf reads the id of an entry.
func queuedOf(id string) (q queued, ok bool) {
	parts := strings.Split(id, "/")
	if len(parts) != 4 {
		return q, false
	}
	q = queued{parts[0], parts[1], parts[2], parts[3]}
	return q, q.kind() != setKind{}
}

func (q queued) kind() setKind {
	for _, k := range setKinds {
		if k.path == q.Path {
			return k
		}
	}
	return setKind{}
}

// ask has a list read anew; its caller stores it. What is in force stays so until then.
func (s *Service) ask(tx picket.Tx, c picket.Caller, kind setKind, l *set) error {
	l.State, l.Reason = setActivating, ""
	l.Asked++
	return putQueued(tx, queued{c.Account, c.Region, kind.path, l.ID}, s.now(), 0)
}

func putQueued(tx picket.Tx, q queued, due int64, attempts int) error {
	return tx.Outbox().Put(picket.OutboxEntry{Kind: listQueue, ID: q.id(), Due: due, Attempts: attempts, Body: json.RawMessage("{}")})
}

// deathsOver is how many servers took the list of an entry, one after the other, and never told what came of it.
func deathsOver(e picket.OutboxEntry) int {
	var noted struct {
		Deaths int `json:"deaths"`
	}
	if json.Unmarshal(e.Body, &noted) != nil { // then nobody is to blame
		return 0
	}
	return noted.Deaths
}

// reading is a list that ReadList has, until its lease ends.
type reading struct {
	queued
	list     set
	attempts int
	until    int64
	owes     func(picket.Tx) error // what came of it
}

// mine reports whether the list's entry is as it was taken: if its lease ended or something else was asked for, what came of it is
// nothing any more.
func (r *reading) mine(tx picket.Tx) (bool, error) {
	e, err := tx.Outbox().Get(listQueue, r.id())
	if picket.ErrorCode(err) == picket.CodeNotFound {
		return false, nil
	}
	return e.Attempts == r.attempts && e.Due == r.until, err
}

// letGo makes the list due after some milliseconds, as if it had not been taken.
func (s *Service) letGo(tx picket.Tx, r *reading, after int64) error {
	mine, err := r.mine(tx)
	if err != nil || !mine {
		return err
	}
	return putQueued(tx, r.queued, s.now()+after, r.attempts-1)
}

// ReadList reads the list that is due longest: one that is to be activated, or whose location may have other content by now. It
// reports whether there was one. It is for one goroutine of a server.
func (s *Service) ReadList(ctx context.Context) (found bool, err error) {
	if err := s.tellReading(ctx); err != nil {
		return false, err
	}
	r, found, err := s.takeList(ctx)
	if r == nil {
		return found, err
	}
	s.reading = r
	r.owes = func(tx picket.Tx) error { return s.letGo(tx, r, 0) }
	if err != nil {
		return true, err // it may have it all the same
	}
	got := s.fetchList(ctx, r.Account, r.kind(), r.list)
	if ctx.Err() != nil {
		return true, ctx.Err()
	}
	r.owes = func(tx picket.Tx) error { return s.listRead(tx, r, got) }
	return true, s.tellReading(ctx)
}

// tellReading has the store take what came of the last list, now or later: a store that was away must cost no lease.
func (s *Service) tellReading(ctx context.Context) error {
	var unreadable error
	if r := s.reading; r != nil && s.now() < r.until {
		err := s.Store.Update(ctx, r.owes)
		if errors.Is(err, picket.ErrUnreadable) {
			unreadable = fmt.Errorf("list %s of account %s is put off: %w", r.ID, r.Account, err)
			r.owes = func(tx picket.Tx) error { return s.letGo(tx, r, listLongest) }
			err = s.Store.Update(ctx, r.owes)
		}
		if err != nil {
			return errors.Join(unreadable, fmt.Errorf("record what came of list %s of account %s: %w", r.ID, r.Account, err))
		}
	}
	s.reading = nil
	return unreadable
}

// takeList takes the list that is due longest. One that can't be read is put off, so that it holds up no other. With an error, the
// list that it returns may be taken or not.
func (s *Service) takeList(ctx context.Context) (r *reading, found bool, err error) {
	var unreadable error
	err = s.Store.Update(ctx, func(tx picket.Tx) error {
		r, unreadable = nil, nil
		due, err := tx.Outbox().Due(listQueue, s.now(), 1)
		if found = len(due) > 0; err != nil || !found {
			return err
		}
		q, ok := queuedOf(due[0].ID)
		if !ok {
			unreadable = fmt.Errorf("%q in the queue of lists names none, and is deleted", due[0].ID)
			return tx.Outbox().Delete(listQueue, due[0].ID)
		}
		l, err := get[set](tx, key(q.caller(), q.kind().document(), q.ID))
		switch {
		case errors.Is(err, picket.ErrUnreadable):
			unreadable = fmt.Errorf("a list of account %s in %s is put off: %w", q.Account, q.Region, err)
			return putQueued(tx, q, s.now()+listLongest, due[0].Attempts)
		case picket.ErrorCode(err) == picket.CodeNotFound || err == nil && !l.Active:
			return tx.Outbox().Delete(listQueue, q.id())
		case err != nil:
			return err
		}
		deaths := deathsOver(due[0])
		if deaths > listDeaths {
			return setAside(tx, q, l, deaths)
		}
		r = &reading{queued: q, list: l, attempts: due[0].Attempts + 1, until: s.now() + listLease}
		return tx.Outbox().Put(picket.OutboxEntry{
			Kind: listQueue, ID: q.id(), Due: r.until, Attempts: r.attempts, Body: json.RawMessage(fmt.Sprintf(`{"deaths":%d}`, deaths+1)),
		})
	})
	if err != nil {
		return r, found, fmt.Errorf("take a list to be read: %w", err)
	}
	return r, found, unreadable
}

// setAside gives a list up that ends whoever reads it, until it is asked for again.
func setAside(tx picket.Tx, q queued, l set, deaths int) error {
	l.failed(fmt.Errorf("%wthe server ended %d times, one after the other, while it read the list; activate it again to have it tried again", ErrForGood, deaths), 0)
	if err := tx.Outbox().Delete(listQueue, q.id()); err != nil {
		return err
	}
	return tx.Documents().Put(key(q.caller(), q.kind().document(), q.ID), l)
}

func (q queued) caller() picket.Caller { return picket.Operator(q.Account, q.Region) }

// fetched is what came of reading a list.
type fetched struct {
	file    ListFile
	version string
	entries int
	note    string // about entries that are left out
	err     error
}

// fetchList reads the file of a list and what it says, unless it is the one that was read last.
func (s *Service) fetchList(ctx context.Context, account string, kind setKind, l set) (f fetched) {
	etag := ""
	if l.State == setActive {
		etag = l.ETag
	}
	if f.file, f.err = s.fetchFile(ctx, account, l, etag); f.err != nil || f.file.Body == nil {
		return f
	}
	sum := sha256.Sum256(f.file.Body)
	f.version = l.ID + "-" + hex.EncodeToString(sum[:12])
	_, f.entries, f.note, f.err = s.compile(kind, l, f.file.Body)
	return f
}

func (s *Service) fetchFile(ctx context.Context, account string, l set, etag string) (ListFile, error) {
	place, err := placeOf(l.Location)
	if err != nil {
		return ListFile{}, err
	}
	place.Account = account
	return s.FetchList(ctx, place, l.Owner, etag)
}

// listRead notes what came of reading a list, unless something else was asked for meanwhile.
func (s *Service) listRead(tx picket.Tx, r *reading, got fetched) error {
	mine, err := r.mine(tx)
	if err != nil || !mine {
		return err
	}
	q, attempts, c, kind := r.queued, r.attempts, r.caller(), r.kind()
	l, err := get[set](tx, key(c, kind.document(), q.ID))
	if picket.ErrorCode(err) == picket.CodeNotFound || err == nil && (!l.Active || l.Asked != r.list.Asked) {
		return nil
	}
	if err != nil {
		return err
	}
	due := s.now() + listCheck
	switch {
	case l.State == setActive:
		l.looked(got, s.now())
		attempts = 0
	case got.err != nil:
		due = s.now() + l.failed(got.err, attempts)
	default:
		attempts = 0
		if err := s.enforce(tx, c, kind, &l, got); err != nil {
			return err
		}
	}
	if l.State == setError && errors.Is(got.err, ErrForGood) {
		err = tx.Outbox().Delete(listQueue, q.id())
	} else {
		err = putQueued(tx, q, due, attempts)
	}
	if err != nil {
		return err
	}
	return tx.Documents().Put(key(c, kind.document(), l.ID), l)
}

// looked notes whether the location of a list in force has other content now.
func (l *set) looked(got fetched, now int64) {
	switch {
	case got.file.Body == nil && got.err != nil:
		l.Reason = "The location can't be read now: " + reasonOf(got.err)
	case got.version == "" || got.version == l.Version:
		l.ChangedAt, l.Reason = 0, ""
	case l.ChangedAt == 0:
		l.ChangedAt, l.Reason = now, ""
	}
}

// failed notes why a list can't be activated, and returns after how many milliseconds to try again.
func (l *set) failed(err error, attempts int) int64 {
	l.Reason = reasonOf(err)
	if l.Version != "" {
		l.Reason += "; what was activated before stays in force"
	}
	if attempts < listTries && !errors.Is(err, ErrForGood) {
		return 1000 << attempts
	}
	l.State = setError
	return min(60_000<<min(max(attempts-listTries, 0), 10), listLongest)
}

// reasonOf is an error for people.
func reasonOf(err error) string {
	var refused *picket.Error
	if errors.As(err, &refused) {
		return refused.Message
	}
	return err.Error()
}

// enforce keeps what was read of a list, and tells the log that it is in force.
func (s *Service) enforce(tx picket.Tx, c picket.Caller, kind setKind, l *set, got fetched) error {
	old := l.Version
	l.State, l.Reason, l.Version, l.Entries, l.ETag, l.ReadAt, l.ChangedAt = setActive, got.note, got.version, got.entries, got.file.ETag, s.now(), 0
	if err := putVersion(tx, c, l.Version, got.file.Body); err != nil {
		return err
	}
	now := inForce(c, kind, *l)
	if err := tx.Log().Append(picket.PartitionOf(c.Account), picket.Message{List: &now}); err != nil {
		return err
	}
	if old == "" || old == l.Version {
		return nil
	}
	return endVersion(tx, c, old)
}

// withdraw takes a list out of force; its caller stores it.
func (s *Service) withdraw(tx picket.Tx, c picket.Caller, kind setKind, l *set) error {
	old := l.Version
	l.State, l.Reason, l.Version, l.Entries, l.ETag, l.ChangedAt = "", "", "", 0, "", 0
	l.Asked++
	if err := tx.Outbox().Delete(listQueue, queued{c.Account, c.Region, kind.path, l.ID}.id()); err != nil || old == "" {
		return err
	}
	err := tx.Log().Append(picket.PartitionOf(c.Account), picket.Message{List: &picket.List{Account: c.Account, Region: c.Region, ID: l.ID}})
	if err != nil {
		return err
	}
	return endVersion(tx, c, old)
}

// withdrawAll takes all lists of an account in a region out of force; its caller deletes them.
func (s *Service) withdrawAll(tx picket.Tx, c picket.Caller) error {
	for _, kind := range setKinds {
		sets, err := liveSets(tx, c, kind)
		if err != nil {
			return err
		}
		for i := range sets {
			if err := s.withdraw(tx, c, kind, &sets[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// inForce is a list as the log names it.
func inForce(c picket.Caller, kind setKind, l set) picket.List {
	return picket.List{
		Account: c.Account, Region: c.Region, ID: l.ID, Version: l.Version, Name: l.Name, Format: l.Format, Trusted: kind.trusted, Names: kind.names,
	}
}

// resumeLists makes the lists due that a server which was here before may have died over.
func (s *Service) resumeLists(tx picket.Tx) error {
	due, err := tx.Outbox().Due(listQueue, s.now()+listLease, math.MaxInt32)
	for _, e := range due {
		e.Due = min(e.Due, s.now())
		err = errors.Join(err, tx.Outbox().Put(e))
	}
	return err
}

// Resume takes up what a server that was here before may have died over, at once and not when its time is over. It is for a
// server that starts.
func (s *Service) Resume(ctx context.Context) error {
	if err := s.Store.Update(ctx, s.resumeLists); err != nil {
		return fmt.Errorf("take up the reading of lists: %w", err)
	}
	return errors.Join(s.sealAddresses(ctx), publish.Resume(ctx, s.Store, s.now()), mail.Resume(ctx, s.Store, s.now()))
}

// ReadLists reads lists as they are due, until ctx ends; failed is told of what is the server's own fault.
func (s *Service) ReadLists(ctx context.Context, failed func(error)) {
	for ctx.Err() == nil {
		found, err := s.ReadList(ctx)
		if err != nil && ctx.Err() == nil {
			failed(err)
		}
		if found && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
	last, cancel := picket.LastWords(ctx)
	defer cancel()
	if err := s.tellReading(last); err != nil {
		failed(err)
	}
}
