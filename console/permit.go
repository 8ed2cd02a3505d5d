package console

import (
	"context"
	"errors"
	"net/http"

	"picket"
	"picket/access"
	"picket/guardduty"
)

// Actions of policies that the console's own calls ask for beside those of the API.
const (
	getEvidence = "picket:GetEvidence"
	listAudit   = "picket:ListAuditRecords"
	listUsers   = "picket:ListUsers"
	manageUsers = "picket:ManageUsers"
	operate     = "picket:OperateServer" // of an account that may
	anyone      = ""                     // who is signed in, about itself
)

// permit refuses who may not do an action in a region, or, if a call is of none, in any one of them: what it does there counts in
// all.
func (h *Handler) permit(c *call, action, region string) error {
	if action == anyone {
		return nil
	}
	if action == operate {
		if ok, err := h.operates(c); err != nil || !ok {
			return errors.Join(err, &picket.Error{Code: picket.CodeAccessDenied, Message: "Account " + c.id.Account + " does not look after this server."})
		}
	}
	regions := []string{region}
	if region == "" {
		regions = h.Service.Regions()
	}
	for _, region := range regions {
		id := c.id
		id.Region = region
		t, err := h.target(c.Context(), id)
		if err != nil {
			return err
		}
		if err := t.authorize(c.Request, action); err != nil {
			return err
		}
	}
	return nil
}

func (h *Handler) operates(c *call) (bool, error) {
	a, err := h.Service.Account(c.Context(), c.id.Account)
	return a.Operator, err
}

// target is what who is signed in may do something to: its detector in a region, and what is below that.
type target struct {
	h      *Handler
	id     access.Identity
	labels map[string]string // as guardduty.Match returns them
}

func (h *Handler) target(ctx context.Context, id access.Identity) (target, error) {
	detector, err := h.Service.DetectorID(ctx, id.Caller)
	t := target{h, id, map[string]string{"DetectorId": detector}}
	for _, name := range []string{"FilterName", "IpSetId", "ThreatIntelSetId", "TrustedEntitySetId", "ThreatEntitySetId", "DestinationId"} {
		t.labels[name] = "any"
	}
	return t, err
}

// authorize judges an action as the API would judge it there; evidence is the detector's.
func (t target) authorize(r *http.Request, action string) error {
	resource := "*"
	for _, op := range guardduty.Operations() {
		if access.Action(&op) == action || action == getEvidence && op.Name == "GetDetector" {
			resource = access.Resource(t.id.Caller, &op, t.labels)
		}
	}
	return t.id.Authorize(access.Request{Action: action, Resource: resource, Time: t.h.Service.Now(), TLS: r.TLS != nil})
}
