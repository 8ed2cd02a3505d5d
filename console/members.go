package console

import (
	"context"
	"path/filepath"

	"picket"
	"picket/service"
)

// member is a member as its administrator's pages show it.
type member struct {
	Account    string                `json:"accountId"`
	Name       string                `json:"name,omitempty"` // of accounts that share findings, or belong to the organization
	Email      string                `json:"email"`
	Status     picket.MemberStatus   `json:"status"`
	Mode       picket.RelationMode   `json:"mode"`
	DetectorID string                `json:"detectorId,omitempty"`
	UpdatedAt  int64                 `json:"updatedAt"` // milliseconds since the epoch, as all times here
	Invitation *invitationSent       `json:"invitation,omitempty"`
	History    []picket.MemberChange `json:"history"`
}

type invitationSent struct {
	ID      string `json:"id"`
	SentAt  int64  `json:"sentAt"`
	Message string `json:"message,omitempty"`
	Mail    mailed `json:"mail"`
}

type mailed struct {
	State  picket.MailState `json:"state"` // empty without a mail
	At     int64            `json:"at,omitempty"`
	Detail string           `json:"detail,omitempty"`
}

func memberOf(m service.MemberInfo) member {
	out := member{
		Account: m.Account, Name: m.Name, Email: m.Email, Status: m.Status, Mode: m.Mode, DetectorID: m.DetectorID, UpdatedAt: m.UpdatedAt,
		History: m.History,
	}
	if i := m.Invitation; i.ID != "" {
		out.Invitation = &invitationSent{i.ID, i.SentAt, i.Message, mailOf(i.Mail)}
	}
	return out
}

// mailOf leaves out where the server keeps its files: members' administrators don't look after it.
func mailOf(m picket.Mail) mailed {
	if m.State == picket.MailWritten {
		m.Detail = filepath.Base(m.Detail)
	}
	return mailed{m.State, m.At, m.Detail}
}

type memberPage struct {
	Members []member `json:"members"`
	Next    string   `json:"next,omitempty"` // to ask after
}

// invitation is one that an account received.
type invitation struct {
	Account      string              `json:"accountId"` // of the inviter
	Name         string              `json:"name"`
	InvitationID string              `json:"invitationId"`
	InvitedAt    int64               `json:"invitedAt"`
	Message      string              `json:"message,omitempty"`
	Status       picket.MemberStatus `json:"status"`
}

type invitations struct {
	Invitations []invitation `json:"invitations"`
	Administers bool         `json:"administers"` // the account looks after others, and so can accept none
}

const mostMembers = 1000 // in one answer

func pageOf(all []service.MemberInfo, next string) memberPage {
	out := memberPage{Members: []member{}, Next: next}
	for _, m := range all {
		out.Members = append(out.Members, memberOf(m))
	}
	return out
}

func members(h *Handler) {
	s := h.Service
	handle(h, "GET regions/{region}/members", "guardduty:ListMembers", func(ctx context.Context, c *call) (memberPage, error) {
		all, err := s.MembersInfo(ctx, c.id.Caller, c.URL.Query().Get("after"), mostMembers)
		out := pageOf(all, "")
		if len(all) == mostMembers {
			out.Next = all[mostMembers-1].Account
		}
		return out, err
	})
	handle(h, "GET regions/{region}/last-findings", "guardduty:GetFindingsStatistics", func(ctx context.Context, c *call) (map[string]int64, error) {
		return s.LastFindings(ctx, c.id.Caller)
	})
	handle(h, "GET regions/{region}/members/{id}", "guardduty:GetMembers", func(ctx context.Context, c *call) (member, error) {
		m, err := s.MemberInfo(ctx, c.id.Caller, c.PathValue("id"))
		return memberOf(m), err
	})
	handle(h, "POST regions/{region}/members/{id}/resend", "guardduty:InviteMembers", func(ctx context.Context, c *call) (member, error) {
		var in struct{ Email string }
		if err := c.read(&in); err != nil {
			return member{}, err
		}
		if _, err := s.ResendInvitation(ctx, c.id.Caller, c.PathValue("id"), in.Email); err != nil {
			return member{}, err
		}
		m, err := s.MemberInfo(ctx, c.id.Caller, c.PathValue("id"))
		return memberOf(m), err
	})
	handle(h, "GET regions/{region}/organization", anyone, func(ctx context.Context, c *call) (service.OrganizationRole, error) {
		return s.OrganizationRole(ctx, c.id.Caller)
	})
	handle(h, "GET regions/{region}/organization/accounts", "guardduty:ListMembers", func(ctx context.Context, c *call) (memberPage, error) {
		all, next, err := s.NotMembers(ctx, c.id.Caller, c.URL.Query().Get("after"), mostMembers)
		return pageOf(all, next), err
	})
}

func received(h *Handler) {
	s := h.Service
	handle(h, "GET regions/{region}/invitations", "guardduty:ListInvitations", func(ctx context.Context, c *call) (invitations, error) {
		all, err := s.Invitations(ctx, c.id.Caller)
		out := invitations{Invitations: []invitation{}}
		for _, m := range all {
			out.Invitations = append(out.Invitations, invitation{m.Administrator, m.Name, m.Invitation.ID, m.Invitation.SentAt, m.Invitation.Message, m.Status})
		}
		if err != nil {
			return out, err
		}
		out.Administers, err = s.Administers(ctx, c.id.Caller)
		return out, err
	})
	handle(h, "GET trusted-inviters", "guardduty:ListInvitations", func(ctx context.Context, c *call) ([]string, error) {
		all, err := s.TrustedInviters(ctx, c.id.Account)
		return append([]string{}, all...), err
	})
	handle(h, "PUT trusted-inviters", "guardduty:AcceptAdministratorInvitation", func(ctx context.Context, c *call) (none, error) {
		var in struct{ Accounts []string }
		if err := c.read(&in); err != nil {
			return none{}, err
		}
		if in.Accounts == nil {
			return none{}, &picket.Error{Code: picket.CodeBadRequest, Message: "Name the accounts, as a list that may be empty."}
		}
		return none{}, s.TrustInviters(ctx, c.id.Account, in.Accounts)
	})
}
