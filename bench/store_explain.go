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
	all := slices.DeleteFunc(b.questions(), func(q question) bool { return q.undo != nil })
	slices.SortFunc(all, func(x, y question) int { return int(took[y.name] - took[x.name]) })
	fmt.Println("\nThe three slowest calls that only read, and their slowest queries:")
	for _, q := range all[:min(3, len(all))] {
		asks, err := b.drawn(ctx, q)
		if err != nil {
			return err
		}
		e := &explaining{Store: b.store}
		b.service.Store = e
		for _, a := range asks {
			if _, err := a.call(ctx, b.service); err != nil {
				return err
			}
		}
		b.service.Store = b.store
		s := slices.MaxFunc(e.seen, func(x, y sqlstore.Statement) int { return int(x.Took - y.Took) })
		fmt.Printf("\n%s, %s ms of it:\n\n%s\n\n%s", q.name, ms(s.Took), indent(s.SQL), indent(s.Plan))
	}
	return nil
}

func indent(text string) string {
	return "    " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n    ") + "\n"
}
