package service

import (
	"context"
	"slices"
	"unicode/utf8"

	"picket"
	"picket/criteria"
	"picket/guardduty"
)

// sideOf returns what a viewer made of a finding: its own account, or the administrator that it is shared with.
func sideOf(f *picket.StoredFinding, viewer string) *picket.Side {
	if str(f.AccountId) == viewer {
		return &f.Owner
	}
	return &f.Admin
}

// seenBy writes a finding as the API has it, for a viewer.
func seenBy(f *picket.StoredFinding, viewer string) guardduty.Finding {
	out, side := f.Finding.Finding, sideOf(f, viewer)
	about := *out.Service
	about.Archived, about.UserFeedback = &side.Archived, nil
	if side.Feedback != "" {
		about.UserFeedback = ptr(string(side.Feedback))
	}
	out.Service = &about
	return out
}

// sorting reads what a list is sorted by: the latest update first, unless the caller wishes otherwise.
func sorting(sc *guardduty.SortCriteria) (attribute string, descending bool, err error) {
	if sc == nil {
		return "", true, nil
	}
	descending = sc.OrderBy == guardduty.OrderByDesc
	if str(sc.AttributeName) == "" {
		return "", descending, nil
	}
	attribute, err = criteria.Sort(*sc.AttributeName)
	return attribute, descending, err
}

// ListFindings lists the ids of findings that fit the criteria: the caller's own, and those that members share with it.
func (s *Service) ListFindings(ctx context.Context, c picket.Caller, in *guardduty.ListFindingsRequest) (*guardduty.ListFindingsResponse, error) {
	wanted, err := criteria.Parse(in.FindingCriteria, criteria.List)
	if err != nil {
		return nil, err
	}
	attribute, descending, err := sorting(in.SortCriteria)
	if err != nil {
		return nil, err
	}
	question, err := fingerprint([]any{wanted, attribute, descending})
	if err != nil {
		return nil, err
	}
	after, err := s.after(c, "findings "+question, in.NextToken)
	if err != nil {
		return nil, err
	}
	return view(ctx, s, func(tx picket.Tx) (*guardduty.ListFindingsResponse, error) {
		if _, err := owned(tx, c, in.DetectorId); err != nil {
			return nil, err
		}
		page, err := tx.Findings().List(c.Account, c.Region, picket.FindingQuery{
			Criteria: wanted, Sort: attribute, Descending: descending, After: after, Limit: limit(in.MaxResults),
		})
		if err != nil {
			return nil, err
		}
		return &guardduty.ListFindingsResponse{FindingIds: page.IDs, NextToken: s.nextToken(c, "findings "+question, page.Next)}, nil
	})
}

// GetFindings returns those of the findings that the caller sees: sorted as asked, else in the order of the ids.
func (s *Service) GetFindings(ctx context.Context, c picket.Caller, in *guardduty.GetFindingsRequest) (*guardduty.GetFindingsResponse, error) {
	attribute, descending, err := sorting(in.SortCriteria)
	if err != nil {
		return nil, err
	}
	return view(ctx, s, func(tx picket.Tx) (*guardduty.GetFindingsResponse, error) {
		if _, err := owned(tx, c, in.DetectorId); err != nil {
			return nil, err
		}
		found, err := tx.Findings().Get(c.Account, c.Region, distinct(in.FindingIds))
		if err != nil {
			return nil, err
		}
		place := func(f picket.StoredFinding) int { return slices.Index(in.FindingIds, *f.Id) }
		slices.SortFunc(found, func(a, b picket.StoredFinding) int { return place(a) - place(b) })
		if in.SortCriteria != nil {
			sortFindings(found, c.Account, attribute, descending)
		}
		out := &guardduty.GetFindingsResponse{}
		for i := range found {
			out.Findings = append(out.Findings, seenBy(&found[i], c.Account))
		}
		return out, nil
	})
}

// sortFindings sorts findings by an attribute as a viewer has it; equal ones keep their order.
func sortFindings(found []picket.StoredFinding, viewer, attribute string, descending bool) {
	attrs := map[string]map[string][]string{}
	for i := range found {
		a := criteria.Attributes(&found[i])
		criteria.SetSide(a, *sideOf(&found[i], viewer))
		attrs[*found[i].Id] = a
	}
	slices.SortStableFunc(found, func(a, b picket.StoredFinding) int {
		n := criteria.Compare(attribute, attrs[*a.Id], attrs[*b.Id])
		if descending {
			return -n
		}
		return n
	})
}

// distinct returns the ids, each once.
func distinct(ids []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(ids)))
}

// ArchiveFindings archives findings for the caller alone.
func (s *Service) ArchiveFindings(ctx context.Context, c picket.Caller, in *guardduty.ArchiveFindingsRequest) (*guardduty.ArchiveFindingsResponse, error) {
	return &guardduty.ArchiveFindingsResponse{}, s.mark(ctx, c, in.DetectorId, in.FindingIds, func(side *picket.Side) { side.Archived = true })
}

// UnarchiveFindings makes findings current again for the caller alone.
func (s *Service) UnarchiveFindings(ctx context.Context, c picket.Caller, in *guardduty.UnarchiveFindingsRequest) (*guardduty.UnarchiveFindingsResponse, error) {
	return &guardduty.UnarchiveFindingsResponse{}, s.mark(ctx, c, in.DetectorId, in.FindingIds, func(side *picket.Side) { side.Archived = false })
}

// maxComments bounds the comments on a finding: every finding that is marked keeps its own.
const maxComments = 5000

// UpdateFindingsFeedback marks findings as useful or not, for the caller alone. Comments that are not given stay as they are.
func (s *Service) UpdateFindingsFeedback(ctx context.Context, c picket.Caller, in *guardduty.UpdateFindingsFeedbackRequest) (*guardduty.UpdateFindingsFeedbackResponse, error) {
	if n := utf8.RuneCountInString(str(in.Comments)); n > maxComments {
		return nil, refuse(invalidValue, "comments have %d characters; a finding takes %d.", n, maxComments)
	}
	return &guardduty.UpdateFindingsFeedbackResponse{}, s.mark(ctx, c, in.DetectorId, in.FindingIds, func(side *picket.Side) {
		side.Feedback = in.Feedback
		if in.Comments != nil {
			side.Comments = *in.Comments
		}
	})
}

// mark changes the caller's side of findings: of all, or of none if it doesn't see one of them.
func (s *Service) mark(ctx context.Context, c picket.Caller, detectorID *string, ids []string, change func(*picket.Side)) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		if _, err := owned(tx, c, detectorID); err != nil {
			return err
		}
		wanted := distinct(ids)
		n, err := tx.Findings().Mark(c.Account, c.Region, wanted, change)
		if err != nil {
			return err
		}
		if n == len(wanted) {
			return countMark(tx, c)
		}
		found, err := tx.Findings().Get(c.Account, c.Region, wanted)
		if err != nil {
			return err
		}
		for _, f := range found {
			wanted = slices.DeleteFunc(wanted, func(id string) bool { return id == *f.Id })
		}
		return refuse(invalidValue, "Account %s sees no finding %q in %s; nothing was changed.", c.Account, wanted[0], c.Region)
	})
}
