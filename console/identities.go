package console

import (
	"context"
	"encoding/json"

	"picket"
	"picket/access"
	"picket/service"
)

type newPassword struct {
	Password string `json:"password"` // told once, to be changed at the first sign-in
}

type policyNames struct {
	Managed []managed        `json:"managed"`
	Own     []service.Policy `json:"own"`
}

type managed struct {
	Name     string          `json:"name"`
	About    string          `json:"about"`
	Document json.RawMessage `json:"document"`
}

// identities are the calls about who may do what in the account, and who did.
func identities(h *Handler) {
	s := h.Service
	handle(h, "GET audit", listAudit, h.audit)
	for path, kind := range map[string]service.IdentityKind{"users": service.Users, "roles": service.Roles} {
		handle(h, "GET "+path, listUsers, func(ctx context.Context, c *call) ([]service.Identity, error) {
			return s.Identities(ctx, c.id.Account, kind)
		})
		handle(h, "POST "+path, manageUsers, func(ctx context.Context, c *call) (service.Identity, error) {
			var in service.Identity
			if err := c.read(&in); err != nil {
				return in, err
			}
			return s.CreateIdentity(ctx, c.id.Account, kind, in)
		})
		handle(h, "DELETE "+path+"/{name}", manageUsers, func(ctx context.Context, c *call) (none, error) {
			return none{}, s.DeleteIdentity(ctx, c.id.Account, kind, c.PathValue("name"))
		})
		handle(h, "PUT "+path+"/{name}/policies", manageUsers, func(ctx context.Context, c *call) (none, error) {
			var in struct{ Policies []string }
			if err := c.read(&in); err != nil {
				return none{}, err
			}
			return none{}, s.SetPolicies(ctx, c.id.Account, kind, c.PathValue("name"), in.Policies)
		})
	}
	handle(h, "POST users/{name}/reset", manageUsers, func(ctx context.Context, c *call) (newPassword, error) {
		password, err := s.ResetPassword(ctx, c.id.Account, c.PathValue("name"), "")
		return newPassword{password}, err
	})
	handle(h, "GET policies", listUsers, func(ctx context.Context, c *call) (policyNames, error) {
		own, err := s.Policies(ctx, c.id.Account)
		out := policyNames{Own: own, Managed: []managed{}}
		for _, m := range access.ManagedPolicies() {
			out.Managed = append(out.Managed, managed{m.Name, m.Description, json.RawMessage(m.Text)})
		}
		return out, err
	})
	handle(h, "POST policies", manageUsers, func(ctx context.Context, c *call) (none, error) {
		var in service.Policy
		if err := c.read(&in); err != nil {
			return none{}, err
		}
		return none{}, s.CreatePolicy(ctx, c.id.Account, in)
	})
	handle(h, "PUT policies/{name}", manageUsers, func(ctx context.Context, c *call) (none, error) {
		var in struct{ Document json.RawMessage }
		if err := c.read(&in); err != nil {
			return none{}, err
		}
		return none{}, s.PutPolicy(ctx, c.id.Account, service.Policy{Name: c.PathValue("name"), Document: in.Document})
	})
	handle(h, "DELETE policies/{name}", manageUsers, func(ctx context.Context, c *call) (none, error) {
		return none{}, s.DeletePolicy(ctx, c.id.Account, c.PathValue("name"))
	})
	keys(h)
}

func keys(h *Handler) {
	s := h.Service
	handle(h, "GET keys", listUsers, func(ctx context.Context, c *call) ([]service.AccessKey, error) { return s.Keys(ctx, c.id.Account) })
	handle(h, "POST keys", manageUsers, func(ctx context.Context, c *call) (service.AccessKey, error) {
		var in struct{ User string }
		if err := c.read(&in); err != nil {
			return service.AccessKey{}, err
		}
		if err := mayChangeKeysOf(c, in.User); err != nil {
			return service.AccessKey{}, err
		}
		return s.CreateKey(ctx, c.id.Account, in.User)
	})
	handle(h, "PUT keys/{id}", manageUsers, func(ctx context.Context, c *call) (none, error) {
		var in struct{ Active bool }
		if err := c.read(&in); err != nil {
			return none{}, err
		}
		if err := mayChangeKey(ctx, s, c); err != nil {
			return none{}, err
		}
		return none{}, s.SetKeyActive(ctx, c.id.Account, c.PathValue("id"), in.Active)
	})
	handle(h, "DELETE keys/{id}", manageUsers, func(ctx context.Context, c *call) (none, error) {
		if err := mayChangeKey(ctx, s, c); err != nil {
			return none{}, err
		}
		return none{}, s.DeleteKey(ctx, c.id.Account, c.PathValue("id"))
	})
}

func mayChangeKey(ctx context.Context, s *service.Service, c *call) error {
	owner, err := s.KeyOwner(ctx, c.id.Account, c.PathValue("id"))
	if err != nil {
		return err
	}
	return mayChangeKeysOf(c, owner)
}

// mayChangeKeysOf refuses what is done to keys of the root by anyone else: who manages users doesn't manage the root.
func mayChangeKeysOf(c *call, user string) error {
	if user == "" && !c.id.IsRoot() {
		return &picket.Error{Code: picket.CodeAccessDenied, Message: "Only the root makes, changes and deletes access keys of the root."}
	}
	return nil
}
