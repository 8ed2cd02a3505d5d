package console

import (
	"context"

	"picket/service"
)

// server are the calls about the server itself, for accounts that look after it.
func server(h *Handler) {
	s := h.Service
	handle(h, "GET operator/status", operate, func(ctx context.Context, _ *call) (service.Status, error) { return s.Status(ctx) })
	handle(h, "GET operator/sources", operate, func(ctx context.Context, _ *call) ([]service.Source, error) { return s.Sources(ctx) })
	handle(h, "POST operator/sources", operate, func(ctx context.Context, c *call) (service.Source, error) {
		var in service.Source
		if err := c.read(&in); err != nil {
			return in, err
		}
		in.Console = true
		return s.AddSource(ctx, in)
	})
	handle(h, "PUT operator/sources/{id}", operate, func(ctx context.Context, c *call) (none, error) {
		var in struct{ Paused bool }
		if err := c.read(&in); err != nil {
			return none{}, err
		}
		return none{}, s.PauseSource(ctx, c.PathValue("id"), in.Paused)
	})
	handle(h, "POST operator/sources/{id}/test", operate, func(ctx context.Context, c *call) ([]service.TestStep, error) {
		return s.CheckSource(ctx, c.PathValue("id"))
	})
	handle(h, "DELETE operator/sources/{id}", operate, func(ctx context.Context, c *call) (none, error) {
		return none{}, s.RemoveSource(ctx, c.PathValue("id"))
	})
	handle(h, "GET operator/quarantine", operate, func(ctx context.Context, _ *call) ([]service.Unread, error) { return s.Unread(ctx) })
	handle(h, "POST operator/quarantine/{id}/replay", operate, func(ctx context.Context, c *call) (service.Replay, error) {
		return s.ReplayUnread(ctx, c.PathValue("id"))
	})
	handle(h, "DELETE operator/quarantine/{id}", operate, func(ctx context.Context, c *call) (none, error) {
		return none{}, s.ForgetUnread(ctx, c.PathValue("id"))
	})
	handle(h, "GET operator/destinations", operate, func(ctx context.Context, _ *call) ([]service.Destination, error) { return s.Destinations(ctx) })
}
