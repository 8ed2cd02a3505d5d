package console

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"picket"
)

type auditRecord struct {
	Seq   int64           `json:"seq"`
	Time  int64           `json:"time"`
	Event json.RawMessage `json:"event"` // in CloudTrail's format
}

type auditPage struct {
	Records []auditRecord `json:"records"`
	Next    int64         `json:"next,omitempty"` // to ask before; 0 at the end
}

// Of the audit log a page has so many records at most, and so many are looked through for it.
const (
	auditRecords = 100
	auditLooked  = 10_000
)

// audit reads the account's audit log from its end. Most of what is in there may have changed nothing, so that it can be left out.
func (h *Handler) audit(ctx context.Context, c *call) (auditPage, error) {
	out := auditPage{Records: []auditRecord{}}
	query := c.URL.Query()
	before, err := strconv.ParseInt(cmp.Or(query.Get("before"), "0"), 10, 64)
	if err != nil {
		return out, &picket.Error{Code: picket.CodeBadRequest, Message: "before is no number."}
	}
	for looked := 0; looked < auditLooked; looked += auditRecords {
		all, err := h.Service.LatestAudit(ctx, c.id.Account, before, auditRecords)
		if err != nil {
			return out, err
		}
		for _, r := range all {
			before = r.Seq
			readOnly, err := reads(r)
			if err != nil {
				return out, err
			}
			if readOnly && query.Get("changes") == "true" {
				continue
			}
			out.Records = append(out.Records, auditRecord{r.Seq, r.Time, r.Event})
			if len(out.Records) == auditRecords {
				out.Next = before
				return out, nil
			}
		}
		if len(all) < auditRecords {
			return out, nil
		}
	}
	out.Next = before
	return out, nil
}

// reads reports whether an event is of a call that changes nothing.
func reads(r picket.AuditRecord) (bool, error) {
	var event struct{ ReadOnly bool }
	if err := json.Unmarshal(r.Event, &event); err != nil {
		return false, fmt.Errorf("read audit record %d: %w", r.Seq, err)
	}
	return event.ReadOnly, nil
}
