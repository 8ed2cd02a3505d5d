package sqlstore

import (
	"context"
	"fmt"
	"strings"
	"time"

	"picket"
)

// Statement is a query that ran, with how the database went about it.
type Statement struct {
	SQL, Plan string
	Took      time.Duration
}

// Explain is View, and returns the queries that f made. Their plans are asked for after each ran, so that they take nothing
// from its time.
func (s *Store) Explain(ctx context.Context, f func(picket.Tx) error) ([]Statement, error) {
	var seen []Statement
	err := s.View(ctx, func(t picket.Tx) error {
		t.(*tx).seen = &seen
		return f(t)
	})
	return seen, err
}

// explain notes a query that took so long.
func (t *tx) explain(query string, args []any, took time.Duration) error {
	r, err := t.sql.QueryContext(t.ctx, t.dialect.explain+query, args...)
	if err != nil {
		return fmt.Errorf("explain: %w", err)
	}
	defer r.Close()
	columns, err := r.Columns()
	if err != nil {
		return err
	}
	var plan strings.Builder
	for r.Next() {
		row := make([]any, len(columns))
		into := make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := r.Scan(into...); err != nil {
			return err
		}
		fmt.Fprintln(&plan, row[len(row)-1]) // the step; SQLite has numbers before it
	}
	*t.seen = append(*t.seen, Statement{query, plan.String(), took})
	return r.Err()
}
