package service

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"picket"
)

// DeclareSources makes the sources that a configuration declares what it says, with the Key of those that are pushed to, and
// returns what changed, for the operator to read. One that is missing is added; of one that is there the settings change, and
// whether it is paused stays. What was read where can't be known of another place, so a declared source keeps its location and
// its beginning. One that isn't declared any more goes on being read: a server that is started without its file must miss no
// log.
func (s *Service) DeclareSources(ctx context.Context, declared []Source) ([]string, error) {
	for _, in := range declared {
		if wrong := in.Check(s.Regions()); len(wrong) > 0 {
			return nil, wrong[0]
		}
	}
	var changed []Source
	changes, err := update(ctx, s, func(tx picket.Tx) (changes []string, err error) {
		changed = nil
		have, err := list[Source](tx, sourceKind, "")
		if err != nil {
			return nil, err
		}
		for _, o := range have {
			if !o.Declared || slices.ContainsFunc(declared, func(in Source) bool { return in.ID == o.ID }) {
				continue
			}
			o.Declared = false
			if err := tx.Documents().Put(sourceKey(o.ID), o); err != nil {
				return nil, err
			}
			changes = append(changes, fmt.Sprintf("Source %s is not in the configuration any more, and is read all the same: picket source remove %s forgets it.", o.ID, o.ID))
		}
		for _, in := range declared {
			change, err := s.declare(tx, in)
			if err != nil {
				return nil, err
			}
			if change != "" {
				changes, changed = append(changes, change), append(changed, in)
			}
		}
		return changes, nil
	})
	for _, in := range changed {
		if err == nil {
			in.Key = ""
			err = s.sourceEvent(ctx, in)
		}
	}
	return changes, err
}

// sourceEvent writes to the audit log of a declared source's account, or of an archive's to the server's own, what it is now.
func (s *Service) sourceEvent(ctx context.Context, in Source) error {
	request, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("encode source %s: %w", in.ID, err)
	}
	return s.OperatorEvent(ctx, in.Account, "source/declare", request, nil)
}

// declare adds or changes a source. It returns what changed, if something did.
func (s *Service) declare(tx picket.Tx, in Source) (change string, err error) {
	if in.IsPush() {
		if err := putSourceKey(tx, in.ID, in.Key); err != nil {
			return "", err
		}
	}
	in.Key, in.Declared = "", true
	old, err := get[Source](tx, sourceKey(in.ID))
	switch {
	case picket.ErrorCode(err) == picket.CodeNotFound:
		_, err = s.addSource(tx, in)
		return fmt.Sprintf("Source %s reads %s.", in.ID, in.Location), err
	case err != nil:
		return "", err
	case in.Location != old.Location:
		return "", invalid("Source %s reads %s, and the configuration says %s: give the other place an id of its own.", in.ID, old.Location, in.Location)
	case in.Since != 0 && in.Since != old.Since:
		return "", invalid("Source %s reads what was written since %s, and the configuration says %s: write that, or no since. picket source backfill reads what is older.",
			in.ID, rfc3339(old.Since), rfc3339(in.Since))
	}
	in.CreatedAt, in.Since, in.Paused = old.CreatedAt, old.Since, old.Paused
	if in == old {
		return "", nil
	}
	return fmt.Sprintf("Source %s is as the configuration says.", in.ID), tx.Documents().Put(sourceKey(in.ID), in)
}

func rfc3339(seconds int64) string { return time.Unix(seconds, 0).UTC().Format(time.RFC3339) }
