package console

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"time"

	"picket"
	"picket/access"
	"picket/service"
)

// events tells a page what changed in a region, as server-sent events named findings, members, invitations or detector, until the
// page or the session is gone. They say no more than that there is something to read again: what may be read, the calls for it
// decide.
func (h *Handler) events(w http.ResponseWriter, r *http.Request) {
	c, err := h.signedIn(r)
	if err == nil && c.region == "" {
		err = &picket.Error{Code: picket.CodeBadRequest, Message: "Name the region."}
	}
	if err == nil {
		err = c.id.Authorize(access.Request{Action: "guardduty:ListDetectors", Resource: "*", Time: h.Service.Now(), TLS: r.TLS != nil})
	}
	var seen service.Changes
	if err == nil {
		seen, err = h.Service.Changes(r.Context(), c.id.Caller)
	}
	if err != nil {
		h.fail(w, r, err)
		return
	}
	before := seen
	out := http.NewResponseController(w)
	if out.SetReadDeadline(time.Time{}) != nil { // the limit is for requests, and would end this one
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	look := cmp.Or(h.Look, 2*time.Second)
	tick := time.NewTicker(look)
	defer tick.Stop()
	for text := ": listening\n\n"; ; text = ": still here\n\n" {
		for _, kind := range before.Until(seen) {
			text += fmt.Sprintf("event: %s\ndata: {}\n\n", kind)
		}
		if out.SetWriteDeadline(time.Now().Add(look+10*time.Second)) != nil {
			return
		}
		if _, err := io.WriteString(w, text); err != nil || out.Flush() != nil {
			return
		}
		select {
		case <-tick.C:
		case <-r.Context().Done():
			return
		case <-h.closing:
			return
		}
		before = seen
		if seen, err = h.changed(r, c); err != nil {
			return
		}
	}
}

// changed looks again, if the session still holds.
func (h *Handler) changed(r *http.Request, c *call) (service.Changes, error) {
	if _, err := h.signedIn(r); err != nil {
		return service.Changes{}, err
	}
	return h.Service.Changes(r.Context(), c.id.Caller)
}
