package service

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"picket"
)

// termKey is where the latest term is. A term is the time of one process as the one of all on a store that follows sources and
// does what else only one may do at a time. It ends when another's begins, whether that process knows or not.
var termKey = picket.DocumentKey{Kind: "term"}

// BeginTerm begins a term, and takes up what the process before may have died over. An upgrade's rules are switched by its end.
func (s *Service) BeginTerm(ctx context.Context) (term int64, err error) {
	err = s.Store.Update(ctx, func(tx picket.Tx) error {
		if term, err = latestTerm(tx); err != nil {
			return err
		}
		term++
		return tx.Documents().Put(termKey, term)
	})
	if err != nil {
		return 0, fmt.Errorf("begin to lead: %w", err)
	}
	if err := s.Resume(ctx); err != nil {
		return 0, err
	}
	// Before any log is read. What can't be read in the store Sweep tells, and it holds up nothing else.
	failed := slices.DeleteFunc(finish(ctx, s, applyRulesKind, s.applyRules), func(err error) bool { return errors.Is(err, picket.ErrUnreadable) })
	return term, errors.Join(failed...)
}

// InTerm fails with CodeConflict if a term is over.
func (s *Service) InTerm(tx picket.Tx, term int64) error {
	latest, err := latestTerm(tx)
	if err == nil && latest != term {
		return &picket.Error{Code: picket.CodeConflict, Message: "Another server on the same store does the work now."}
	}
	return err
}

func latestTerm(tx picket.Tx) (term int64, err error) {
	term, err = get[int64](tx, termKey)
	if picket.ErrorCode(err) == picket.CodeNotFound {
		err = nil
	}
	return term, err
}
