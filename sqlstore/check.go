package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Health is what a look at a store shows.
type Health struct {
	Schema int
	Whole  bool      // all of it was looked at
	Newest time.Time // of the audit log's last record; zero if there is none
	Clock  time.Time // the database's, where it has one of its own
}

// checkTime bounds the look through a SQLite database.
const checkTime = 20 * time.Second

// Check looks whether the store answers, and through all of it where that takes no longer than a moment.
func (s *Store) Check(ctx context.Context) (h Health, err error) {
	if err := s.read.QueryRowContext(ctx, "SELECT max(version) FROM schema_version").Scan(&h.Schema); err != nil {
		return h, fmt.Errorf("read version of the schema: %w", err)
	}
	var newest int64
	err = s.read.QueryRowContext(ctx, "SELECT coalesce(max(time), 0) FROM audit WHERE seq = (SELECT max(seq) FROM audit)").Scan(&newest)
	if err != nil {
		return h, fmt.Errorf("read the audit log: %w", err)
	}
	if newest > 0 {
		h.Newest = time.UnixMilli(newest)
	}
	if s.lock == nil {
		err = s.read.QueryRowContext(ctx, "SELECT clock_timestamp()").Scan(&h.Clock)
		h.Whole = true // it looks after itself
		return h, err
	}
	bounded, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	var found string
	switch err := s.read.QueryRowContext(bounded, "PRAGMA quick_check(1)").Scan(&found); {
	case bounded.Err() != nil && ctx.Err() == nil:
		return h, nil
	case err != nil:
		return h, fmt.Errorf("look through the database: %w", err)
	case found != "ok":
		return h, errors.New("the database is damaged: " + found)
	}
	h.Whole = true
	return h, nil
}
