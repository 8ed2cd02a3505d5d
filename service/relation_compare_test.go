package service_test

import (
	"context"
	"fmt"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"picket"
	"picket/guardduty"
)

// sight is all that an account sees of its relations.
type sight struct {
	Service               string   // ENABLED or DISABLED
	Administrator, Master string   // account, status and invitation
	Invitations           []string // inviter, status and invitation, the oldest first
	Waiting               int
	Members, Associated   []string // account, status, address, and whether the detector is told
	Modes                 []string // account, mode, and whether the name is told
	Managed               bool     // by its organization's administrator
}

// compare looks at everything that the accounts see, and at whom a finding reaches.
func (w *walk) compare() {
	for i := range w.accounts {
		if diff := cmp.Diff(w.meant(i), w.seen(i)); diff != "" {
			w.r.Fatalf("account %d, %s, sees (- the model, + the service):\n%s", i, w.accounts[i].Account, diff)
		}
		if w.m.administrator(i) >= 0 && w.m.hasMembers(i, "Enabled", "Disabled") {
			w.r.Fatalf("%d is member and administrator", i)
		}
	}
	if w.drawn("finding") {
		w.compareFinding()
	}
}

func (w *walk) compareFinding() {
	finder := rapid.IntRange(0, len(w.accounts)-1).Draw(w.r, "finder")
	w.records(w.accounts[finder], hit(w.accounts[finder].Account, ssh, "last", 100))
	for i, c := range w.accounts {
		if w.m.service[i] == "" {
			continue
		}
		want, got := 0, len(w.list(c, `{}`, nil, 50))
		if w.m.service[finder] == "ENABLED" && !w.m.closed[finder] && (i == finder || i == w.m.administrator(finder)) {
			want = 1
		}
		if got != want {
			w.r.Fatalf("%d sees %d findings of %d, want %d", i, got, finder, want)
		}
	}
}

// meant is what an account should see.
func (w *walk) meant(i int) sight {
	out := sight{Service: w.m.service[i]}
	r, free := w.m.own(i)
	if r != nil {
		out.Administrator = fmt.Sprintln(w.accounts[w.m.administrator(i)].Account, r.status, w.invitation(r))
		out.Managed = !free
	}
	out.Master = out.Administrator
	for _, a := range w.m.inviters(i) {
		r := w.m.row[[2]int{a, i}]
		out.Invitations = append(out.Invitations, fmt.Sprintln(w.accounts[a].Account, r.status, w.invitation(r)))
		if r.is("Invited") {
			out.Waiting++
		}
	}
	for j, c := range w.accounts {
		r := w.m.row[[2]int{i, j}]
		if r == nil {
			continue
		}
		email := r.email + "@example.com"
		if r.email == "owner" {
			email = c.Account + "@example.com"
		}
		line := fmt.Sprintln(c.Account, r.status, email, r.associated())
		out.Members = append(out.Members, line)
		if r.associated() {
			out.Associated = append(out.Associated, line)
		}
		out.Modes = append(out.Modes, fmt.Sprintln(c.Account, r.mode, r.associated() || i == w.m.delegate && w.m.within[j]))
	}
	return out
}

// invitation is the id of the last one of a row, "" if none was sent.
func (w *walk) invitation(r *row) string {
	if r.invitation == 0 {
		return ""
	}
	return w.sent[r.invitation-1].id
}

// seen is what an account sees.
func (w *walk) seen(i int) sight {
	ctx, c, d := context.Background(), w.accounts[i], w.detector(w.accounts[i])
	detector, err := w.GetDetector(ctx, c, &guardduty.GetDetectorRequest{DetectorId: d})
	if err != nil {
		detector = &guardduty.GetDetectorResponse{}
	}
	out := sight{Service: string(detector.Status)}
	for _, invitation := range w.invitations(c) {
		out.Invitations = append(out.Invitations, fmt.Sprintln(*invitation.AccountId, *invitation.RelationshipStatus, *invitation.InvitationId))
	}
	count, err := w.GetInvitationsCount(ctx, c, &guardduty.GetInvitationsCountRequest{})
	w.ok(err)
	out.Waiting = int(*count.InvitationsCount)
	infos, err := w.MembersInfo(ctx, c, "", 50)
	w.ok(err)
	for _, m := range infos {
		out.Modes = append(out.Modes, fmt.Sprintln(m.Account, m.Mode, m.Name != ""))
	}
	if out.Service == "" {
		return out // what follows asks for a detector
	}
	administrator, err := w.GetAdministratorAccount(ctx, c, &guardduty.GetAdministratorAccountRequest{DetectorId: d})
	w.ok(err)
	if a := administrator.Administrator; a != nil {
		out.Administrator = above(guardduty.Master(*a))
	}
	master, err := w.GetMasterAccount(ctx, c, &guardduty.GetMasterAccountRequest{DetectorId: d})
	w.ok(err)
	if master.Master != nil {
		out.Master = above(*master.Master)
	}
	role, err := w.OrganizationRole(ctx, c)
	w.ok(err)
	out.Managed = role.Managed
	out.Members, out.Associated = w.members(c, d, "false"), w.members(c, d, "true")
	return out
}

func above(m guardduty.Master) string {
	invitation := ""
	if m.InvitationId != nil {
		invitation = *m.InvitationId
	}
	return fmt.Sprintln(*m.AccountId, *m.RelationshipStatus, invitation)
}

func (w *walk) members(c picket.Caller, detector *string, onlyAssociated string) (lines []string) {
	out, err := w.ListMembers(context.Background(), c, &guardduty.ListMembersRequest{DetectorId: detector, OnlyAssociated: &onlyAssociated})
	w.ok(err)
	for _, m := range out.Members {
		lines = append(lines, fmt.Sprintln(*m.AccountId, *m.RelationshipStatus, *m.Email, m.DetectorId != nil))
	}
	return lines
}
