package api

import "picket/service"

// SetOperation replaces what an operation does; nil takes it away.
func (h *Handler) SetOperation(name string, do service.Operation) {
	delete(h.operations, name)
	if do != nil {
		h.operations[name] = do
	}
}
