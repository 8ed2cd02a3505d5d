package service_test

import (
	"context"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"picket"
	"picket/guardduty"
)

// model is what the state machine of relations should do, told a second time: each operation says in its own words when it
// is refused and what it changes.
type model struct {
	service map[int]string    // of an account: "", ENABLED or DISABLED
	status  map[[2]int]string // of administrator and member
	sent    map[[2]int]bool   // an invitation was sent, and not thrown away by the invitee
}

func newModel() *model {
	return &model{service: map[int]string{}, status: map[[2]int]string{}, sent: map[[2]int]bool{}}
}

func associated(status string) bool { return status == "Enabled" || status == "Disabled" }

// administrator is who an account is a member of, or -1.
func (m *model) administrator(account int) int {
	for pair, status := range m.status {
		if pair[1] == account && associated(status) {
			return pair[0]
		}
	}
	return -1
}

func (m *model) hasMembers(account int, statuses ...string) bool {
	for pair, status := range m.status {
		if pair[0] == account && slices.Contains(statuses, status) {
			return true
		}
	}
	return false
}

// The operations return whether they are done.

func (m *model) enable(a int) bool {
	if m.service[a] != "" {
		return false
	}
	m.service[a] = "ENABLED"
	return true
}

func (m *model) add(a, b int) bool {
	p := [2]int{a, b}
	if m.service[a] == "" || a == b || m.administrator(a) >= 0 || m.status[p] != "" && m.status[p] != "Removed" {
		return false
	}
	m.status[p] = "Created"
	return true
}

func (m *model) invite(a, b int) bool {
	p := [2]int{a, b}
	if m.service[a] == "" || a == b || m.administrator(a) >= 0 || !slices.Contains([]string{"Created", "Removed", "Resigned"}, m.status[p]) {
		return false
	}
	m.status[p], m.sent[p] = "Invited", true
	return true
}

func (m *model) accept(b, a int) bool {
	p := [2]int{a, b}
	if m.service[b] == "" || m.administrator(b) >= 0 || m.administrator(a) >= 0 || !m.sent[p] ||
		m.hasMembers(b, "Created", "Invited", "Enabled", "Disabled") || m.status[p] != "Invited" && m.status[p] != "Resigned" {
		return false
	}
	m.status[p] = "Enabled"
	if m.service[b] == "DISABLED" {
		m.status[p] = "Disabled"
	}
	return true
}

func (m *model) decline(b, a int) bool {
	p := [2]int{a, b}
	if !m.sent[p] || m.status[p] != "Invited" && m.status[p] != "Resigned" {
		return false
	}
	m.status[p] = "Resigned"
	return true
}

func (m *model) deleteInvitation(b, a int) bool {
	p := [2]int{a, b}
	if !m.sent[p] || m.status[p] != "Resigned" {
		return false
	}
	m.sent[p] = false
	return true
}

func (m *model) leave(b int) bool {
	a := m.administrator(b)
	if m.service[b] == "" || a < 0 {
		return false
	}
	m.status[[2]int{a, b}] = "Resigned"
	return true
}

func (m *model) remove(a, b int) bool {
	p := [2]int{a, b}
	if m.service[a] == "" || m.status[p] == "" {
		return false
	}
	if m.status[p] == "Invited" || associated(m.status[p]) {
		m.status[p] = "Removed"
	}
	return true
}

func (m *model) forget(a, b int) bool {
	p := [2]int{a, b}
	if m.service[a] == "" || m.status[p] == "" || associated(m.status[p]) {
		return false
	}
	delete(m.status, p)
	delete(m.sent, p)
	return true
}

func (m *model) monitor(a, b int, on bool) bool {
	p := [2]int{a, b}
	if m.service[a] == "" || !associated(m.status[p]) {
		return false
	}
	m.status[p], m.service[b] = "Disabled", "DISABLED"
	if on {
		m.status[p], m.service[b] = "Enabled", "ENABLED"
	}
	return true
}

func (m *model) monitorSelf(b int, on bool) bool {
	if m.service[b] == "" {
		return false
	}
	if a := m.administrator(b); a >= 0 {
		return m.monitor(a, b, on) // an administrator with members has its detector
	}
	m.service[b] = "DISABLED"
	if on {
		m.service[b] = "ENABLED"
	}
	return true
}

func (m *model) disable(b int) bool {
	if m.service[b] == "" || m.hasMembers(b, "Invited", "Enabled", "Disabled") {
		return false
	}
	if a := m.administrator(b); a >= 0 {
		m.status[[2]int{a, b}] = "Removed"
	}
	for pair := range m.status {
		if pair[0] == b {
			delete(m.status, pair)
			delete(m.sent, pair)
		}
	}
	m.service[b] = ""
	return true
}

func (m *model) pending(b int) int {
	n := 0
	for pair, status := range m.status {
		if pair[1] == b && status == "Invited" && m.sent[pair] {
			n++
		}
	}
	return n
}

// TestRelationsWalk walks random sequences of operations of four accounts and compares every answer and, after each, all
// that anybody can see, with the model. -rapid.checks sets how many sequences.
func TestRelationsWalk(t *testing.T) {
	const accounts = 4
	w, walks := newWorld(t), 0
	rapid.Check(t, func(r *rapid.T) {
		walks++
		m, callers := newModel(), make([]picket.Caller, accounts)
		for i := range callers {
			callers[i] = as(accountNumber(walks*accounts + i))
		}
		steps := rapid.IntRange(1, 30).Draw(r, "steps")
		for range steps {
			i, j := rapid.IntRange(0, accounts-1).Draw(r, "who"), rapid.IntRange(0, accounts-1).Draw(r, "whom")
			on := rapid.Bool().Draw(r, "on")
			a, b := callers[i], callers[j]
			name := rapid.SampledFrom([]string{
				"enable", "add", "invite", "accept", "add", "invite", "accept", "decline", "deleteInvitation", "leave", "remove",
				"forget", "monitor", "monitorSelf", "disable",
			}).Draw(r, "operation")
			var err error
			var done bool
			switch name {
			case "enable":
				_, err = w.CreateDetector(context.Background(), a, &guardduty.CreateDetectorRequest{Enable: guardduty.Ptr(true)})
				done = m.enable(i)
			case "add":
				err, done = w.add(a, b), m.add(i, j)
			case "invite":
				err, done = w.invite(a, b), m.invite(i, j)
			case "accept":
				err, done = w.accept(a, b), m.accept(i, j)
			case "decline":
				err, done = w.decline(a, b), m.decline(i, j)
			case "deleteInvitation":
				err, done = w.deleteInvitation(a, b), m.deleteInvitation(i, j)
			case "leave":
				err, done = w.leave(a), m.leave(i)
			case "remove":
				err, done = w.remove(a, b), m.remove(i, j)
			case "forget":
				err, done = w.forget(a, b), m.forget(i, j)
			case "monitor":
				if done = m.monitor(i, j, on); on {
					err = w.start(a, b)
				} else {
					err = w.stop(a, b)
				}
			case "monitorSelf":
				err, done = w.monitorSelf(a, on), m.monitorSelf(i, on)
			case "disable":
				err, done = w.disable(a), m.disable(i)
			}
			if err != nil && picket.ErrorCode(err) == "" {
				r.Fatalf("%s(%d, %d): %v", name, i, j, err)
			}
			if (err == nil) != done {
				r.Fatalf("%s(%d, %d): got %v, want done = %v", name, i, j, err, done)
			}
		}
		w.compare(r, m, callers)
	})
}

// compare looks at everything that the accounts see.
func (w *world) compare(r *rapid.T, m *model, callers []picket.Caller) {
	for i, c := range callers {
		if got := w.running(c); got != m.service[i] {
			r.Fatalf("service of %d is %q, want %q", i, got, m.service[i])
		}
		want := ""
		if a := m.administrator(i); a >= 0 {
			want = callers[a].Account
			if m.hasMembers(i, "Created", "Invited", "Enabled", "Disabled") && m.administrator(i) >= 0 && m.hasMembers(i, "Enabled", "Disabled") {
				r.Fatalf("%d is member and administrator", i)
			}
		}
		if got := w.administrator(c); got != want {
			r.Fatalf("administrator of %d is %q, want %q", i, got, want)
		}
		count, err := w.GetInvitationsCount(context.Background(), c, &guardduty.GetInvitationsCountRequest{})
		w.ok(err)
		if got := int(*count.InvitationsCount); got != m.pending(i) {
			r.Fatalf("%d has %d invitations, want %d", i, got, m.pending(i))
		}
		for j, b := range callers {
			if got := w.member(c, b); got != m.status[[2]int{i, j}] {
				r.Fatalf("%d lists %d as %q, want %q", i, j, got, m.status[[2]int{i, j}])
			}
		}
	}
}
