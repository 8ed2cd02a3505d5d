package service

import (
	"cmp"
	"context"
	"fmt"
	"regexp"
	"slices"
	"time"

	"picket"
	"picket/criteria"
	"picket/guardduty"
)

// filter is a saved search of an account; with the action ARCHIVE it also archives what it finds in findings to come.
type filter struct {
	Name        string                     `json:"name"`
	Description string                     `json:"description"`
	Action      guardduty.FilterAction     `json:"action"`
	Rank        int32                      `json:"rank"`
	Criteria    *guardduty.FindingCriteria `json:"criteria"`  // as it was sent
	CreatedAt   int64                      `json:"createdAt"` // milliseconds since the epoch
	UpdatedAt   int64                      `json:"updatedAt"`
	Version     int64                      `json:"version"` // from 1, with every change
}

// filters is the kind of a filter's document; its id is the filter's name.
const filters = belongings + "filter"

// maxFilters is GuardDuty's quota.
const maxFilters = 100

// filterName is what may end an ARN; the contract has the lengths.
var filterName = regexp.MustCompile(`^[a-zA-Z0-9._-]+$`)

// filterTail is the end of a filter's ARN.
func filterTail(d *detector, name string) string { return "detector/" + d.ID + "/filter/" + name }

// order is where a filter stands in its account's list: by rank, then by name, because ranks needn't differ.
func (f filter) order() string { return fmt.Sprintf("%03d %s", f.Rank, f.Name) }

// filtersOf returns the filters of an account in their order.
func filtersOf(tx picket.Tx, c picket.Caller) ([]filter, error) {
	all, err := listIn[filter](tx, c, filters)
	slices.SortFunc(all, func(a, b filter) int { return cmp.Compare(a.order(), b.order()) })
	return all, err
}

// filterOf returns the caller's filter with this name.
func filterOf(tx picket.Tx, c picket.Caller, name *string) (filter, error) {
	f, err := get[filter](tx, key(c, filters, str(name)))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		err = refuse(noSuchResource, "Account %s has no filter %q in %s.", c.Account, str(name), c.Region)
	}
	return f, err
}

// CreateFilter saves a search. It touches no finding that is there.
func (s *Service) CreateFilter(ctx context.Context, c picket.Caller, in *guardduty.CreateFilterRequest) (*guardduty.CreateFilterResponse, error) {
	return once(ctx, s, c, "CreateFilter", in.ClientToken, in, func(tx picket.Tx) (*guardduty.CreateFilterResponse, error) {
		d, err := owned(tx, c, in.DetectorId)
		if err != nil {
			return nil, err
		}
		if !filterName.MatchString(*in.Name) {
			return nil, refuse(invalidValue, "name %q may have letters, digits, dots, dashes and underscores.", *in.Name)
		}
		now := s.now()
		f := filter{Name: *in.Name, Action: guardduty.FilterActionNoop, Rank: 1, CreatedAt: now, Version: 1}
		if err := f.change(in.Description, in.Action, in.Rank, in.FindingCriteria, now); err != nil {
			return nil, err
		}
		if err := s.checkFilters(tx, c, f.Name); err != nil {
			return nil, err
		}
		if err := setTags(tx, c, filterTail(d, f.Name), in.Tags); err != nil {
			return nil, err
		}
		return &guardduty.CreateFilterResponse{Name: &f.Name}, f.put(tx, c)
	})
}

// checkFilters holds the quota of filters, and that names tell them apart.
func (s *Service) checkFilters(tx picket.Tx, c picket.Caller, name string) error {
	all, err := filtersOf(tx, c)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(all, func(f filter) bool { return f.Name == name }) {
		return refuse(invalidValue, "There is a filter named %q already.", name)
	}
	if !s.Settings.OpenQuotas && len(all) >= maxFilters {
		return refuse("The request is rejected because the number of filters exceeds the limit.",
			"GuardDuty's quota is %d; the server's setting \"quotas: open\" lifts it.", maxFilters)
	}
	return nil
}

// change sets what is given. Criteria must be such that a filter can have them.
func (f *filter) change(description *string, action guardduty.FilterAction, rank *int32, c *guardduty.FindingCriteria, now int64) error {
	if description != nil {
		f.Description = *description
	}
	if action != "" {
		f.Action = action
	}
	if rank != nil {
		f.Rank = *rank
	}
	if c != nil {
		if _, err := criteria.Parse(c, criteria.Filter); err != nil {
			return err
		}
		f.Criteria = c
	}
	f.UpdatedAt = now
	return nil
}

// put stores a filter, which is not idle then.
func (f *filter) put(tx picket.Tx, c picket.Caller) error {
	due := int64(0)
	if f.Action == guardduty.FilterActionArchive {
		due = f.UpdatedAt + filterIdle
	}
	if err := watchFilter(tx, c, f.Name, due); err != nil {
		return err
	}
	return tx.Documents().Put(key(c, filters, f.Name), f)
}

// GetFilter describes a filter.
func (s *Service) GetFilter(ctx context.Context, c picket.Caller, in *guardduty.GetFilterRequest) (*guardduty.GetFilterResponse, error) {
	return view(ctx, s, func(tx picket.Tx) (*guardduty.GetFilterResponse, error) {
		d, err := owned(tx, c, in.DetectorId)
		if err != nil {
			return nil, err
		}
		f, err := filterOf(tx, c, in.FilterName)
		if err != nil {
			return nil, err
		}
		tags, err := tagsOf(tx, c, filterTail(d, f.Name))
		return &guardduty.GetFilterResponse{
			Name: &f.Name, Description: &f.Description, Action: f.Action, Rank: &f.Rank, FindingCriteria: f.Criteria, Tags: tags,
			CreatedAt: guardduty.NewTimestamp(time.UnixMilli(f.CreatedAt)), UpdatedAt: guardduty.NewTimestamp(time.UnixMilli(f.UpdatedAt)),
			Version: &f.Version,
		}, err
	})
}

// ListFilters lists the names of the caller's filters by rank, then by name.
func (s *Service) ListFilters(ctx context.Context, c picket.Caller, in *guardduty.ListFiltersRequest) (*guardduty.ListFiltersResponse, error) {
	after, err := s.after(c, "filters", in.NextToken)
	if err != nil {
		return nil, err
	}
	return view(ctx, s, func(tx picket.Tx) (*guardduty.ListFiltersResponse, error) {
		if _, err := owned(tx, c, in.DetectorId); err != nil {
			return nil, err
		}
		all, err := filtersOf(tx, c)
		if err != nil {
			return nil, err
		}
		rest := slices.DeleteFunc(all, func(f filter) bool { return f.order() <= after })
		page, next := pageOf(rest, limit(in.MaxResults), filter.order)
		out := &guardduty.ListFiltersResponse{NextToken: s.nextToken(c, "filters", next)}
		for _, f := range page {
			out.FilterNames = append(out.FilterNames, f.Name)
		}
		return out, nil
	})
}

// UpdateFilter changes what it names of a filter. It touches no finding that is there.
func (s *Service) UpdateFilter(ctx context.Context, c picket.Caller, in *guardduty.UpdateFilterRequest) (*guardduty.UpdateFilterResponse, error) {
	return update(ctx, s, func(tx picket.Tx) (*guardduty.UpdateFilterResponse, error) {
		if _, err := owned(tx, c, in.DetectorId); err != nil {
			return nil, err
		}
		f, err := filterOf(tx, c, in.FilterName)
		if err != nil {
			return nil, err
		}
		if err := f.change(in.Description, in.Action, in.Rank, in.FindingCriteria, s.now()); err != nil {
			return nil, err
		}
		f.Version++
		return &guardduty.UpdateFilterResponse{Name: &f.Name}, f.put(tx, c)
	})
}

// DeleteFilter deletes a filter. What it archived stays archived.
func (s *Service) DeleteFilter(ctx context.Context, c picket.Caller, in *guardduty.DeleteFilterRequest) (*guardduty.DeleteFilterResponse, error) {
	return update(ctx, s, func(tx picket.Tx) (*guardduty.DeleteFilterResponse, error) {
		d, err := owned(tx, c, in.DetectorId)
		if err != nil {
			return nil, err
		}
		f, err := filterOf(tx, c, in.FilterName)
		if err != nil {
			return nil, err
		}
		if err := setTags(tx, c, filterTail(d, f.Name), nil); err != nil {
			return nil, err
		}
		if err := forgetUse(tx, c, f.Name); err != nil {
			return nil, err
		}
		return &guardduty.DeleteFilterResponse{}, tx.Documents().Delete(key(c, filters, f.Name))
	})
}
