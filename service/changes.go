package service

import (
	"context"
	"fmt"
	"strings"

	"picket"
	"picket/publish"
)

// Changes are marks of what a caller sees: as long as one is the same, so is that, as far as pages that are open care.
type Changes struct{ findings, marks, members, invitations, detector string }

// Until names what changed until later.
func (c Changes) Until(later Changes) []string {
	var out []string
	for _, one := range []struct{ name, before, after string }{
		{"findings", c.findings, later.findings},
		{"marks", c.marks, later.marks},
		{"members", c.members, later.members},
		{"invitations", c.invitations, later.invitations},
		{"detector", c.detector, later.detector},
	} {
		if one.before != one.after {
			out = append(out, one.name)
		}
	}
	return out
}

// Changes marks what the caller sees in its region now, cheaply: it is for asking every few seconds.
func (s *Service) Changes(ctx context.Context, c picket.Caller) (Changes, error) {
	return view(ctx, s, func(tx picket.Tx) (out Changes, err error) {
		if out.findings, err = latestFinding(tx, c); err != nil {
			return out, err
		}
		marked, err := marksOf(tx, c)
		if err != nil {
			return out, err
		}
		out.marks = fmt.Sprint(marked)
		counts, err := tx.Members().Count(c.Account, c.Region)
		if err != nil {
			return out, err
		}
		out.members = fmt.Sprint(counts)
		inviters, err := tx.Members().Inviters(c.Account, c.Region)
		if err != nil {
			return out, err
		}
		var marks strings.Builder
		for _, m := range inviters {
			fmt.Fprintf(&marks, "%s %s %s %v\n", m.Administrator, m.Status, m.Invitation.ID, m.Invitation.Deleted)
		}
		out.invitations = marks.String()
		out.detector, err = detectorMark(tx, c)
		return out, err
	})
}

// detectorMark marks the detector, and of what belongs to it what changes by itself: lists that are read, and destinations.
func detectorMark(tx picket.Tx, c picket.Caller) (string, error) {
	d, err := detectorOf(tx, c.Account, c.Region)
	if err != nil || d == nil {
		return "", err
	}
	mark := fmt.Sprint(d.ID, d.Enabled, d.UpdatedAt)
	for _, kind := range setKinds {
		sets, err := liveSets(tx, c, kind)
		if err != nil {
			return "", err
		}
		for _, l := range sets {
			mark += fmt.Sprintln(l.ID, l.UpdatedAt, l.status(), l.Reason, l.ReadAt, l.ChangedAt)
		}
	}
	destinations, err := listIn[publish.Destination](tx, c, destinationKind)
	for _, p := range destinations {
		p.Account, p.Region = c.Account, c.Region
		state, failed := publish.StateOf(tx, p)
		if failed != nil {
			return "", failed
		}
		mark += fmt.Sprintln(p.ID, state.Status)
	}
	return mark, err
}

// latestFinding marks the finding that was updated last.
func latestFinding(tx picket.Tx, c picket.Caller) (string, error) {
	page, err := tx.Findings().List(c.Account, c.Region, picket.FindingQuery{Descending: true, Limit: 1})
	if err != nil || len(page.IDs) == 0 {
		return "", err
	}
	found, err := tx.Findings().Get(c.Account, c.Region, page.IDs)
	if err != nil || len(found) == 0 {
		return "", err
	}
	return page.IDs[0] + " " + str(found[0].UpdatedAt), nil
}

// marksKind is the kind of the document that counts how often an account changed its side of findings in a region. Marking leaves the
// findings as old as they were, so that pages of all servers on the store hear of it by this alone.
const marksKind = "finding-marks"

func marksOf(tx picket.Tx, c picket.Caller) (int64, error) {
	n, err := get[int64](tx, key(c, marksKind, ""))
	return n, unlessMissing(err)
}

func countMark(tx picket.Tx, c picket.Caller) error {
	n, err := marksOf(tx, c)
	if err != nil {
		return err
	}
	return tx.Documents().Put(key(c, marksKind, ""), n+1)
}
