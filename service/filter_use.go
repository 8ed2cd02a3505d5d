package service

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"picket"
	"picket/criteria"
	"picket/guardduty"
)

// archiver is a filter that archives, in a transaction.
type archiver struct {
	name     string
	criteria picket.Criteria
	matched  int64 // occurrences of findings, samples not counted
}

// archivers returns those of an account.
func archivers(tx picket.Tx, c picket.Caller) ([]*archiver, error) {
	all, err := filtersOf(tx, c)
	if err != nil {
		return nil, err
	}
	var out []*archiver
	for _, f := range all {
		if f.Action != guardduty.FilterActionArchive {
			continue
		}
		parsed, err := criteria.Parse(f.Criteria, criteria.Kept)
		if err != nil {
			return nil, fmt.Errorf("read filter %s of account %s: %v", f.Name, c.Account, err)
		}
		out = append(out, &archiver{name: f.Name, criteria: parsed})
	}
	return out, nil
}

// archives reports whether a filter fits a finding that is current on a side, and counts for each whether it does.
func archives(all []*archiver, attrs map[string][]string, side picket.Side, sample bool) bool {
	criteria.SetSide(attrs, side)
	archived := false
	for _, a := range all {
		if !criteria.Match(a.criteria, attrs) {
			continue
		}
		archived = true
		if !sample {
			a.matched++
		}
	}
	return archived
}

// filterUse is how often a filter fitted what an account's logs showed.
type filterUse struct {
	Matched int64 `json:"matched"`
	Last    int64 `json:"last"` // milliseconds since the epoch
}

const (
	// filterUseKind is the kind of documents of a filter and of whose findings it fitted: one for each, because many accounts'
	// findings are judged at a time by their administrator's filters.
	filterUseKind   = belongings + "filter-use"
	filterWatchKind = "filter"                   // of the outbox's entries, due when a filter could be idle
	idleFilterKind  = belongings + "idle-filter" // of documents, one for each that is
	filterIdle      = 30 * 24 * 3600 * 1000      // milliseconds without a match
)

// count adds what filters of an account fitted of the findings of another or its own.
func (r *recorder) count(c picket.Caller, all []*archiver) error {
	for _, a := range all {
		if a.matched == 0 {
			continue
		}
		k := key(c, filterUseKind, a.name+"/"+r.owner.Account)
		use, err := get[filterUse](r.tx, k)
		if err != nil && picket.ErrorCode(err) != picket.CodeNotFound {
			return err
		}
		use.Matched, use.Last, a.matched = use.Matched+a.matched, r.now, 0
		if err := r.tx.Documents().Put(k, use); err != nil {
			return err
		}
		idle := key(c, idleFilterKind, a.name)
		if err = r.tx.Documents().Get(idle, new(IdleFilter)); err == nil {
			err = r.tx.Documents().Delete(idle)
		}
		if err != nil && picket.ErrorCode(err) != picket.CodeNotFound {
			return err
		}
	}
	return nil
}

func useOf(tx picket.Tx, c picket.Caller, name string) (sum filterUse, err error) {
	err = eachUnder(tx, c, filterUseKind, name, func(_ picket.DocumentKey, use filterUse) error {
		sum.Matched, sum.Last = sum.Matched+use.Matched, max(sum.Last, use.Last)
		return nil
	})
	return sum, err
}

// forgetUse forgets how a filter was used: it is gone.
func forgetUse(tx picket.Tx, c picket.Caller, name string) error {
	err := eachUnder(tx, c, filterUseKind, name, func(k picket.DocumentKey, _ filterUse) error { return tx.Documents().Delete(k) })
	if err != nil {
		return err
	}
	return watchFilter(tx, c, name, 0)
}

// watchFilter has a filter looked at when it could be idle, or not at all.
func watchFilter(tx picket.Tx, c picket.Caller, name string, due int64) error {
	id := c.Account + "/" + c.Region + "/" + name
	if err := tx.Documents().Delete(key(c, idleFilterKind, name)); err != nil {
		return err
	}
	if due == 0 {
		return tx.Outbox().Delete(filterWatchKind, id)
	}
	body, err := json.Marshal(IdleFilter{c.Account, c.Region, name})
	if err != nil {
		return fmt.Errorf("encode watch: %w", err)
	}
	return tx.Outbox().Put(picket.OutboxEntry{Kind: filterWatchKind, ID: id, Due: due, Body: body})
}

// IdleFilter is a filter that archives and matched nothing for long.
type IdleFilter struct {
	Account string `json:"accountId"`
	Region  string `json:"region"`
	Name    string `json:"name"`
}

// findIdleFilters notes which filters matched nothing for filterIdle.
func (s *Service) findIdleFilters(ctx context.Context) error {
	if err := eachDue(ctx, s, filterWatchKind, s.lookForUse); err != nil {
		return fmt.Errorf("look for idle filters: %w", err)
	}
	return nil
}

func (s *Service) lookForUse(tx picket.Tx, e picket.OutboxEntry, of IdleFilter) error {
	c := picket.Caller{Account: of.Account, Region: of.Region}
	f, err := get[filter](tx, key(c, filters, of.Name))
	if picket.ErrorCode(err) == picket.CodeNotFound { // it went with its detector
		return tx.Outbox().Delete(e.Kind, e.ID)
	}
	if err != nil {
		return err
	}
	use, err := useOf(tx, c, of.Name)
	if err != nil {
		return err
	}
	idle := max(use.Last, f.UpdatedAt) + filterIdle
	if idle <= s.now() {
		if err := tx.Documents().Put(key(c, idleFilterKind, of.Name), of); err != nil {
			return err
		}
		idle = s.now() + filterIdle
	}
	e.Due = idle
	return tx.Outbox().Put(e)
}

// FilterInfo is a filter and how it is used.
type FilterInfo struct {
	Name        string                     `json:"name"`
	Description string                     `json:"description,omitempty"`
	Action      guardduty.FilterAction     `json:"action"`
	Rank        int32                      `json:"rank"`
	Criteria    *guardduty.FindingCriteria `json:"findingCriteria"`
	UpdatedAt   int64                      `json:"updatedAt"`      // milliseconds since the epoch
	Matched     int64                      `json:"matched"`        // occurrences of findings, since it was made
	Last        int64                      `json:"last,omitempty"` // milliseconds since the epoch, when it matched last
	Idle        bool                       `json:"idle,omitempty"` // it archives, and matched nothing for 30 days
}

// Filters tells of the caller's filters, in their order.
func (s *Service) Filters(ctx context.Context, c picket.Caller) ([]FilterInfo, error) {
	return view(ctx, s, func(tx picket.Tx) ([]FilterInfo, error) {
		all, err := filtersOf(tx, c)
		if err != nil {
			return nil, err
		}
		out := []FilterInfo{}
		for _, f := range all {
			use, err := useOf(tx, c, f.Name)
			if err != nil {
				return nil, err
			}
			out = append(out, FilterInfo{
				Name: f.Name, Description: f.Description, Action: f.Action, Rank: f.Rank, Criteria: f.Criteria, UpdatedAt: f.UpdatedAt,
				Matched: use.Matched, Last: use.Last,
				Idle: f.Action == guardduty.FilterActionArchive && max(use.Last, f.UpdatedAt)+filterIdle <= s.now(),
			})
		}
		return out, nil
	})
}

// Match says how many of the findings that are current criteria fit.
type Match struct {
	Matching   int            `json:"matching"`
	Current    int            `json:"current"`
	Severities map[string]int `json:"severities"` // of those that match, by their labels
}

// PreviewFilter says what a filter with these criteria would have archived of the findings that are current for the caller.
func (s *Service) PreviewFilter(ctx context.Context, c picket.Caller, fc *guardduty.FindingCriteria) (Match, error) {
	wanted, err := criteria.Parse(fc, criteria.Filter)
	if err != nil {
		return Match{}, err
	}
	return view(ctx, s, func(tx picket.Tx) (Match, error) { return preview(tx, c, wanted) })
}

// PreviewFilterIn is PreviewFilter for who names the detector, which must be the caller's.
func (s *Service) PreviewFilterIn(ctx context.Context, c picket.Caller, id *string, fc *guardduty.FindingCriteria) (Match, error) {
	if _, err := view(ctx, s, func(tx picket.Tx) (*detector, error) { return owned(tx, c, id) }); err != nil {
		return Match{}, err
	}
	return s.PreviewFilter(ctx, c, fc)
}

// PreviewFilterNamed is PreviewFilter of a filter that the caller has.
func (s *Service) PreviewFilterNamed(ctx context.Context, c picket.Caller, name string) (Match, error) {
	f, err := view(ctx, s, func(tx picket.Tx) (filter, error) { return filterOf(tx, c, &name) })
	if err != nil {
		return Match{}, err
	}
	return s.PreviewFilter(ctx, c, f.Criteria)
}

func preview(tx picket.Tx, c picket.Caller, wanted picket.Criteria) (Match, error) {
	m := Match{Severities: map[string]int{}}
	current := picket.Criteria{{Attribute: criteria.Archived, Equals: []string{"false"}}}
	all, err := tx.Findings().Statistics(c.Account, c.Region, picket.StatisticsQuery{Criteria: current, Limit: maxGroups})
	if err != nil {
		return m, err
	}
	fit, err := tx.Findings().Statistics(c.Account, c.Region, picket.StatisticsQuery{Criteria: slices.Concat(current, wanted), Limit: maxGroups})
	for _, g := range all {
		m.Current += g.Total
	}
	for _, g := range fit {
		m.Matching += g.Total
		m.Severities[picket.Severity(g.Severity).Label()] += g.Total
	}
	return m, err
}
