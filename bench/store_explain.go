package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"picket"
	"picket/sqlstore"
)

// explaining is a store that notes the queries of views.
type explaining struct {
	*sqlstore.Store
	seen []sqlstore.Statement
}

// View implements picket.Store.
func (e *explaining) View(ctx context.Context, f func(picket.Tx) error) error {
	seen, err := e.Explain(ctx, f)
	e.seen = append(e.seen, seen...)
	return err
}

// explain prints how the database goes about the calls that took longest.
func (b *storeBench) explain(ctx context.Context, took map[string]time.Duration) error {
	type asked struct {
		question
		viewer string
	}
	var all []asked
	for _, q := range slices.DeleteFunc(b.questions(), func(q question) bool { return q.undo != nil }) {
		for _, viewer := range q.viewers {
			all = append(all, asked{q, viewer})
		}
	}
	slices.SortFunc(all, func(x, y asked) int { return int(took[y.row(y.viewer)] - took[x.row(x.viewer)]) })
	fmt.Println("\nThe three calls that only read whose median is the longest, and their slowest queries:")
	for _, a := range all[:min(3, len(all))] {
		asks, err := b.drawn(ctx, a.question, a.viewer)
		if err != nil {
			return err
		}
		e := &explaining{Store: b.store}
		b.service.Store = e
		for _, one := range asks {
			if _, err := one.call(ctx, b.service); err != nil {
				return err
			}
		}
		b.service.Store = b.store
		s := slices.MaxFunc(e.seen, func(x, y sqlstore.Statement) int { return int(x.Took - y.Took) })
		fmt.Printf("\n%s, %s ms of it:\n\n%s\n\n%s", a.row(a.viewer), ms(s.Took), indent(s.SQL), indent(s.Plan))
	}
	return nil
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ") + "\n"
}
