package sqlstore

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"picket"
)

const (
	leadEvery    = time.Second     // between looks whether another still leads
	leadPatience = 5 * time.Second // with a database that doesn't answer
)

// Lead waits until no other process on the store leads, and calls waits again and again while one does; it fails if ctx ends or the
// database can't be asked. Then this one leads until it calls release or ends. If its database goes away meanwhile, another
// may lead without its knowing: what it writes must be refused then. A folder is one process's, which leads at once.
func (s *Store) Lead(ctx context.Context, waits func()) (release func(), err error) {
	if s.connect == nil {
		return func() {}, nil
	}
	l := &leader{config: s.connect}
	for leads := false; !leads; {
		if leads, err = l.try(ctx); err != nil {
			return nil, fmt.Errorf("see which server leads: %w", err)
		}
		if leads {
			break
		}
		waits()
		select {
		case <-time.After(leadEvery):
		case <-ctx.Done():
			l.close()
			return nil, ctx.Err()
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- picket.Guarded(func() error { return l.keep(ctx) }) }()
	return func() { cancel(); <-ended }, nil
}

// leader is a session of PostgreSQL that has, or would have, the lock of the one who leads.
type leader struct {
	config  *pgx.ConnConfig
	session *pgx.Conn // nil: none
}

// leadLock is taken for the current schema. PostgreSQL frees it with the session.
const leadLock = "SELECT pg_try_advisory_lock(20260105, hashtext(current_schema()))"

// try reports whether the session has the lock, which it takes if it is free.
func (l *leader) try(ctx context.Context) (leads bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, leadPatience)
	defer cancel()
	if l.session == nil {
		if l.session, err = pgx.ConnectConfig(ctx, l.config); err != nil {
			return false, err
		}
	}
	if err = l.session.QueryRow(ctx, leadLock).Scan(&leads); err != nil {
		l.close()
	}
	return leads, err
}

// keep has the lock until ctx ends; it takes it again, if it can, after the database was away.
func (l *leader) keep(ctx context.Context) error {
	defer l.close()
	for {
		select {
		case <-time.After(leadEvery):
			l.try(ctx) // another that leads is known by what it did
		case <-ctx.Done():
			return nil
		}
	}
}

func (l *leader) close() {
	if l.session == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), leadEvery)
	defer cancel()
	l.session.Close(ctx)
	l.session = nil
}

// Quiesce waits until all updates have ended that had begun on the store, those of other processes too.
func (s *Store) Quiesce(ctx context.Context) error {
	return s.update(ctx, s.dialect.beginAlone, func(picket.Tx) error { return nil })
}
