package api

import (
	"context"
	"log/slog"

	"picket"
	"picket/service"
)

// SetOperation replaces what an operation does; nil takes it away.
func (h *Handler) SetOperation(name string, do service.Operation) {
	delete(h.operations, name)
	if do != nil {
		h.operations[name] = do
	}
}

// ForgetAudit makes the audit log keep nothing from now on.
func (h *Handler) ForgetAudit() {
	h.auditor.close()
	h.auditor = newAuditor(nowhere{}, slog.New(slog.DiscardHandler))
}

type nowhere struct{ picket.Store }

func (nowhere) Update(context.Context, func(picket.Tx) error) error { return nil }
