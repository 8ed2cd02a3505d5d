package operator

import (
	"context"

	"picket"
	"picket/guardduty"
	"picket/service"
)

// SourceOf names a source, to be paused or not.
type SourceOf struct {
	ID     string `json:"id"`
	Paused bool   `json:"paused"`
}

// UnreadOf names something that could not be read; empty for all.
type UnreadOf struct {
	ID string `json:"id"`
}

func status(r router, s *service.Service) {
	question(r, "status", func(ctx context.Context, _ struct{}) (service.Status, error) { return s.Status(ctx) })
}

// CoverageOf names an account, and a region; empty: all.
type CoverageOf struct {
	Account string `json:"accountId"`
	Region  string `json:"region,omitempty"`
}

func coverage(r router, s *service.Service) {
	question(r, "coverage/list", inRegions(s, s.Coverage))
	question(r, "coverage/resources", inRegions(s, s.CoveredResources))
}

// inRegions asks in one region after the other.
func inRegions[T any](s *service.Service, ask func(context.Context, picket.Caller) ([]T, error)) func(context.Context, CoverageOf) ([]T, error) {
	return func(ctx context.Context, of CoverageOf) ([]T, error) {
		if err := s.KnownAccount(ctx, of.Account); err != nil {
			return nil, err
		}
		regions := s.Regions()
		if of.Region != "" {
			regions = []string{of.Region}
		}
		all := []T{}
		for _, region := range regions {
			some, err := ask(ctx, picket.Operator(of.Account, region))
			if err != nil {
				return nil, err
			}
			all = append(all, some...)
		}
		return all, nil
	}
}

// FilterOf names a filter of an account in a region, or holds criteria that one could have.
type FilterOf struct {
	Account  string                     `json:"accountId"`
	Region   string                     `json:"region"`
	Name     string                     `json:"name,omitempty"`
	Criteria *guardduty.FindingCriteria `json:"criteria,omitempty"`
}

func filters(r router, s *service.Service) {
	question(r, "filter/list", func(ctx context.Context, in FilterOf) ([]service.FilterInfo, error) {
		if err := s.KnownAccount(ctx, in.Account); err != nil {
			return nil, err
		}
		return s.Filters(ctx, picket.Operator(in.Account, in.Region))
	})
	question(r, "filter/preview", func(ctx context.Context, in FilterOf) (service.Match, error) {
		if err := s.KnownAccount(ctx, in.Account); err != nil {
			return service.Match{}, err
		}
		c := picket.Operator(in.Account, in.Region)
		if in.Criteria == nil {
			return s.PreviewFilterNamed(ctx, c, in.Name)
		}
		return s.PreviewFilter(ctx, c, in.Criteria)
	})
}

func lists(r router, s *service.Service) {
	question(r, "list/show", func(ctx context.Context, in service.ListOf) ([]service.ListInfo, error) {
		if err := s.KnownAccount(ctx, in.Account); err != nil {
			return nil, err
		}
		return s.Lists(ctx, in)
	})
	question(r, "list/preview", s.PreviewList)
	question(r, "list/preview-logs", s.PreviewListInLogs)
}

func sources(r router, s *service.Service) {
	of := func(ctx context.Context, id string) (account string, err error) {
		o, err := s.Source(ctx, id)
		return o.Account, err
	}
	named := func(ctx context.Context, in SourceOf) (string, error) { return of(ctx, in.ID) }
	command(r, "source/add", s.AddSource)
	question(r, "source/list", func(ctx context.Context, _ struct{}) ([]service.Source, error) { return s.Sources(ctx) })
	question(r, "source/test", func(ctx context.Context, in SourceOf) ([]service.TestStep, error) { return s.CheckSource(ctx, in.ID) })
	commandAbout(r, "source/backfill", func(ctx context.Context, in service.Backfill) (string, error) { return of(ctx, in.ID) }, s.BackfillFrom)
	commandAbout(r, "source/pause", named, do(func(ctx context.Context, in SourceOf) error { return s.PauseSource(ctx, in.ID, in.Paused) }))
	commandAbout(r, "source/remove", named, do(func(ctx context.Context, in SourceOf) error { return s.RemoveSource(ctx, in.ID) }))
}

func quarantine(r router, s *service.Service) {
	of := func(ctx context.Context, in UnreadOf) (string, error) {
		if in.ID == "" {
			return "", nil
		}
		u, err := s.UnreadByID(ctx, in.ID)
		return u.Account, err
	}
	question(r, "quarantine/list", func(ctx context.Context, _ struct{}) ([]service.Unread, error) { return s.Unread(ctx) })
	commandAbout(r, "quarantine/replay", of, func(ctx context.Context, in UnreadOf) (service.Replay, error) { return s.ReplayUnread(ctx, in.ID) })
	commandAbout(r, "quarantine/forget", of, do(func(ctx context.Context, in UnreadOf) error { return s.ForgetUnread(ctx, in.ID) }))
}
