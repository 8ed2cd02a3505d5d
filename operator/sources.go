package operator

import (
	"context"

	"picket/service"
)

// SourceOf names a source, to be paused or not.
type SourceOf struct {
	ID     string `json:"id"`
	Paused bool   `json:"paused"`
}

func status(r router, s *service.Service) {
	question(r, "status", func(ctx context.Context, _ struct{}) (service.Status, error) { return s.Status(ctx) })
}

func lists(r router, s *service.Service) {
	question(r, "list/show", s.Lists)
	question(r, "list/preview", s.PreviewList)
}

func sources(r router, s *service.Service) {
	command(r, "source/add", s.AddSource)
	question(r, "source/list", func(ctx context.Context, _ struct{}) ([]service.Source, error) { return s.Sources(ctx) })
	command(r, "source/pause", do(func(ctx context.Context, in SourceOf) error { return s.PauseSource(ctx, in.ID, in.Paused) }))
	command(r, "source/remove", do(func(ctx context.Context, in SourceOf) error { return s.RemoveSource(ctx, in.ID) }))
	question(r, "quarantine/list", func(ctx context.Context, _ struct{}) ([]service.Unread, error) { return s.Unread(ctx) })
	command(r, "quarantine/forget", do(func(ctx context.Context, in SourceOf) error { return s.ForgetUnread(ctx, in.ID) }))
}
