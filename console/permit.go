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
	return t.judge(r, action, resource)
}

func (t target) judge(r *http.Request, action, resource string) error {
	return t.h.API.Authorize(r.Context(), t.id, access.Request{Action: action, Resource: resource, Time: t.h.Service.Now(), TLS: r.TLS != nil})
}

// get refuses who may not get what the API has at a path below the detector, as filter/NAME.
func (t target) get(r *http.Request, path string) error {
	op, labels, ok := guardduty.Match(http.MethodGet, "/detector/"+t.labels["DetectorId"]+"/"+path)
	if !ok {
		return &picket.Error{Code: picket.CodeNotFound, Message: "There is no " + path + " in " + t.id.Region + "."}
	}
	return t.judge(r, access.Action(op), access.Resource(t.id.Caller, op, labels))
}

// permitted returns those of all that who is signed in may get, each at its path below the detector.
func permitted[T any](h *Handler, c *call, all []T, path func(T) string) ([]T, error) {
	t, err := h.target(c.Context(), c.id)
	if err != nil {
		return nil, err
	}
	out := []T{}
	for _, of := range all {
		err := t.get(c.Request, path(of))
		if code := picket.ErrorCode(err); code == picket.CodeAccessDenied || code == picket.CodeNotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		out = append(out, of)
	}
	return out, nil
}
