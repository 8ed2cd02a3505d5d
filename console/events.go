package console

import (
	"cmp"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"picket"
	"picket/service"
)

// events tells a page what changed in the regions that it names, as server-sent events named findings, marks, members, invitations or
// detector, until the page or the session is gone. They say no more than in which region there is something to read again: what may
// be read, the calls for it decide.
func (h *Handler) events(w http.ResponseWriter, r *http.Request) {
	c, err := h.signedIn(r)
	if err == nil {
		err = h.admit(c)
	}
	if err == nil {
		err = h.streams.begin(c.id.Account)
	}
	if err != nil {
		h.fail(w, r, err)
		return
	}
	defer h.streams.end(c.id.Account)
	seen, err := h.changes(r)
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
		for region, now := range seen {
			for _, kind := range before[region].Until(now) {
				text += fmt.Sprintf("event: %s\ndata: {\"region\":%q}\n\n", kind, region)
			}
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
		if seen, err = h.changes(r); err != nil {
			return
		}
	}
}

// maxStreams bounds the streams of an account: a window that is seen has one, which looks at the store every few seconds.
const maxStreams = 50

// streams counts those that are open, by account.
type streams struct {
	mu   sync.Mutex
	open map[string]int
}

func (s *streams) begin(account string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[account] >= maxStreams {
		return &picket.Error{Code: picket.CodeThrottling, Message: fmt.Sprintf(
			"%d pages of account %s listen for changes, and more may not: close some, or load this one again to see what is new.", maxStreams, account)}
	}
	if s.open == nil {
		s.open = map[string]int{}
	}
	s.open[account]++
	return nil
}

func (s *streams) end(account string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open[account]--; s.open[account] == 0 {
		delete(s.open, account)
	}
}

// changes marks what is there for who is signed in, and may still know: by region, without those where it may not. If it may in
// none, that is refused.
func (h *Handler) changes(r *http.Request) (map[string]service.Changes, error) {
	c, err := h.signedIn(r)
	if err != nil {
		return nil, err
	}
	var refused error = &picket.Error{Code: picket.CodeBadRequest, Message: "Name the region."}
	asked, out := r.URL.Query()["region"], map[string]service.Changes{}
	for _, region := range h.Service.Regions() {
		if !slices.Contains(asked, region) {
			continue
		}
		err := h.permit(c, "guardduty:ListDetectors", region)
		if picket.ErrorCode(err) == picket.CodeAccessDenied {
			refused = err
			continue
		}
		if err == nil {
			caller := c.id.Caller
			caller.Region = region
			out[region], err = h.Service.Changes(r.Context(), caller)
		}
		if err != nil {
			return nil, err
		}
	}
	if len(out) == 0 {
		return nil, refused
	}
	return out, nil
}
