package service

import (
	"context"
	"slices"
	"strings"

	"picket"
	"picket/criteria"
	"picket/guardduty"
)

// Bounds of a search.
const (
	maxFound = 500    // findings in an answer
	maxRead  = 10_000 // findings that are read for words
)

// FindingSearch asks for findings in the words of people. All that it says must hold.
type FindingSearch struct {
	Criteria *guardduty.FindingCriteria `json:"findingCriteria,omitempty"` // as ListFindings has it
	Types    []string                   `json:"types,omitempty"`           // one of them fits, in any case; * stands for any text
	// Words are each, in any case, a part of the type, the title, the account, a detail of the resource, a remote address or
	// a domain, or a range that one of their addresses is in.
	Words []string `json:"words,omitempty"`
	Limit int      `json:"limit"`           // for SearchFindings: 0 for counting only; at most 500
	After string   `json:"after,omitempty"` // for FollowFindings: Next of the page before
}

// FindingsFound are the findings that a search found.
type FindingsFound struct {
	Findings []guardduty.Finding `json:"findings"`
	Total    int                 `json:"total"`            // how many fit, whatever the limit; of those that were read for words
	Unread   int                 `json:"unread,omitempty"` // may fit as well: too many to be read for words
	Next     string              `json:"next,omitempty"`   // of FollowFindings: where the next page begins; empty after the last
}

// SearchFindings finds findings among those that the caller sees: the most severe first, then the latest update.
func (s *Service) SearchFindings(ctx context.Context, c picket.Caller, in FindingSearch) (FindingsFound, error) {
	if in.Limit < 0 || in.Limit > maxFound {
		return FindingsFound{}, refuse(invalidValue, "The limit is %d; 0 to %d are allowed.", in.Limit, maxFound)
	}
	return s.found(ctx, c, in, (*finder).find)
}

// FollowFindings finds findings among those that the caller sees, page after page, the earliest update first. A page may
// hold none and not be the last.
func (s *Service) FollowFindings(ctx context.Context, c picket.Caller, in FindingSearch) (FindingsFound, error) {
	in.Limit = maxFound
	return s.found(ctx, c, in, func(f *finder, wanted picket.Criteria) error {
		page, err := f.tx.Findings().List(c.Account, c.Region, picket.FindingQuery{Criteria: wanted, After: in.After, Limit: maxFound})
		if err != nil {
			return err
		}
		f.Next = page.Next
		return f.read(page.IDs)
	})
}

// found has findings found that fit the criteria and types of a search.
func (s *Service) found(ctx context.Context, c picket.Caller, in FindingSearch, find func(*finder, picket.Criteria) error) (FindingsFound, error) {
	wanted, err := criteria.Parse(in.Criteria, criteria.List)
	if err != nil {
		return FindingsFound{}, err
	}
	return view(ctx, s, func(tx picket.Tx) (FindingsFound, error) {
		f := finder{tx: tx, caller: c, words: lower(in.Words), limit: in.Limit}
		types, err := f.types(wanted, in.Types)
		if err != nil || len(in.Types) > 0 && len(types) == 0 {
			return f.FindingsFound, err
		}
		if len(types) > 0 {
			wanted = append(wanted, picket.Condition{Attribute: "type", Equals: types})
		}
		err = find(&f, wanted)
		return f.FindingsFound, err
	})
}

// finder is a search at work.
type finder struct {
	FindingsFound
	tx     picket.Tx
	caller picket.Caller
	words  []string
	limit  int
	said   int // how many say the words
}

// types returns those of the types that there are which a pattern fits.
func (f *finder) types(wanted picket.Criteria, patterns []string) ([]string, error) {
	if len(patterns) == 0 {
		return nil, nil
	}
	groups, err := f.tx.Findings().Statistics(f.caller.Account, f.caller.Region, picket.StatisticsQuery{
		Criteria: wanted, GroupBy: guardduty.GroupByTypeFindingType, Limit: maxRead,
	})
	if err != nil {
		return nil, err
	}
	fits := picket.Criteria{{Attribute: "type", Matches: lower(patterns)}}
	var types []string
	for _, g := range groups {
		if criteria.Match(fits, map[string][]string{"type": {strings.ToLower(g.Key)}}) {
			types = append(types, g.Key)
		}
	}
	return types, nil
}

func (f *finder) find(wanted picket.Criteria) error {
	groups, err := f.tx.Findings().Statistics(f.caller.Account, f.caller.Region, picket.StatisticsQuery{Criteria: wanted, Limit: maxGroups})
	if err != nil {
		return err
	}
	for _, g := range groups {
		f.Total += g.Total
	}
	if len(f.words) == 0 {
		return f.pages(wanted, f.limit)
	}
	fit := f.Total
	err = f.pages(wanted, maxRead)
	f.Total = f.said
	f.Unread = max(fit-maxRead, 0)
	return err
}

// pages reads the first n of the findings that fit, the most severe first.
func (f *finder) pages(wanted picket.Criteria, n int) error {
	q := picket.FindingQuery{Criteria: wanted, Sort: "severity", Descending: true}
	for n > 0 {
		q.Limit = min(n, maxFound)
		page, err := f.tx.Findings().List(f.caller.Account, f.caller.Region, q)
		if err != nil {
			return err
		}
		if err := f.read(page.IDs); err != nil {
			return err
		}
		n -= len(page.IDs)
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	return nil
}

// read takes those of the findings that say the words.
func (f *finder) read(ids []string) error {
	stored, err := f.tx.Findings().Get(f.caller.Account, f.caller.Region, ids)
	if err != nil {
		return err
	}
	slices.SortFunc(stored, func(a, b picket.StoredFinding) int { return slices.Index(ids, *a.Id) - slices.Index(ids, *b.Id) })
	for i := range stored {
		if !says(&stored[i], f.words) {
			continue
		}
		f.said++
		if len(f.Findings) < f.limit {
			f.Findings = append(f.Findings, seenBy(&stored[i], f.caller.Account))
		}
	}
	return nil
}

// says reports whether a finding says all of the words.
func says(f *picket.StoredFinding, words []string) bool {
	if len(words) == 0 {
		return true
	}
	texts := []string{str(f.Type), str(f.Title), str(f.AccountId)}
	for path, values := range criteria.Attributes(f) {
		if strings.HasPrefix(path, "resource.") || strings.Contains(path, ".remoteip") || strings.Contains(path, "domain") {
			texts = append(texts, values...)
		}
	}
	texts = lower(texts)
	said := func(word string) bool {
		return slices.ContainsFunc(texts, func(t string) bool { return strings.Contains(t, word) || criteria.InRange(t, word) })
	}
	return !slices.ContainsFunc(words, func(w string) bool { return !said(w) })
}

func lower(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = strings.ToLower(t)
	}
	return out
}
