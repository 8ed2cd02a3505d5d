package service_test

import "slices"

// model is what the state machine of relations should do, told a second time: each operation says in its own words when it is
// refused and what it changes. Accounts are numbers; 0 manages the organization.
type model struct {
	service map[int]string // of an account: "", ENABLED or DISABLED
	closed  map[int]bool
	trusts  map[int][]int // inviters

	within   map[int]bool // accounts of the organization
	delegate int          // its administrator, or -1
	auto     string       // which accounts are enrolled by themselves: NONE, NEW or ALL

	row  map[[2]int]*row // of administrator and member
	sent int             // invitations, by all
}

// row is a member as its administrator keeps it.
type row struct {
	status, mode, email string
	invitation          int  // the number of the last that was sent, from 1 on
	deleted             bool // is that, by the invitee
}

func newModel(within ...int) *model {
	m := &model{
		service: map[int]string{}, closed: map[int]bool{}, trusts: map[int][]int{}, within: map[int]bool{},
		delegate: -1, auto: "NONE", row: map[[2]int]*row{},
	}
	for _, a := range within {
		m.within[a] = true
	}
	return m
}

func (r *row) is(statuses ...string) bool { return r != nil && slices.Contains(statuses, r.status) }

func (r *row) associated() bool { return r.is("Enabled", "Disabled") }

// listed is whether the invitee sees the invitation.
func (r *row) listed() bool {
	return r.is("Invited", "Resigned", "Enabled", "Disabled") && r.invitation > 0 && !r.deleted
}

// administrator is who an account is a member of, or -1.
func (m *model) administrator(account int) int {
	for pair, r := range m.row {
		if pair[1] == account && r.associated() {
			return pair[0]
		}
	}
	return -1
}

func (m *model) hasMembers(account int, statuses ...string) bool {
	for pair, r := range m.row {
		if pair[0] == account && r.is(statuses...) {
			return true
		}
	}
	return false
}

// administers is whether an account can't become a member, as it is an administrator or about to be.
func (m *model) administers(account int) bool {
	return account == m.delegate || m.hasMembers(account, "Created", "Invited", "Enabled", "Disabled")
}

// inviters are those with an invitation that an account sees, the oldest first.
func (m *model) inviters(account int) []int {
	var all []int
	for pair, r := range m.row {
		if pair[1] == account && r.listed() {
			all = append(all, pair[0])
		}
	}
	slices.SortFunc(all, func(a, b int) int {
		return m.row[[2]int{a, account}].invitation - m.row[[2]int{b, account}].invitation
	})
	return all
}

// The operations return whether they are done.

func (m *model) enable(a int, on bool) bool {
	if m.service[a] != "" {
		return false
	}
	m.service[a] = "DISABLED"
	if on {
		m.service[a] = "ENABLED"
	}
	if a == 0 && m.auto == "ALL" { // the management account can't be enrolled before
		m.enrol(a)
	}
	m.acceptTrusted(a)
	return true
}

func (m *model) add(a, b int) bool {
	p := [2]int{a, b}
	r := m.row[p]
	if m.service[a] == "" || a == b || m.administrator(a) >= 0 || r.associated() {
		return false
	}
	if a == m.delegate && m.within[b] && !m.closed[b] {
		if !m.enrol(b) {
			return false
		}
	} else if r == nil {
		m.row[p] = &row{status: "Created", mode: "autonomous"}
	} else if r.status == "Removed" {
		r.status, r.mode = "Created", "autonomous"
	} else {
		return false
	}
	m.row[p].email = "owner"
	return true
}

func (m *model) invite(a, b int) bool {
	r := m.row[[2]int{a, b}]
	if m.service[a] == "" || m.administrator(a) >= 0 || !r.is("Created", "Removed", "Resigned") {
		return false
	}
	m.sent++
	r.status, r.mode, r.invitation, r.deleted = "Invited", "autonomous", m.sent, false
	m.acceptTrusted(b)
	return true
}

// resend mails an invitation again, which stays the same.
func (m *model) resend(a, b int) bool { return m.row[[2]int{a, b}].is("Invited") }

// correct gives a member, whatever it is, another address.
func (m *model) correct(a, b int) bool {
	r := m.row[[2]int{a, b}]
	if r == nil {
		return false
	}
	r.email = "corrected"
	return true
}

// accept accepts the last invitation of an inviter, not an older one that it sent again since.
func (m *model) accept(b, a int, last bool) bool {
	r := m.row[[2]int{a, b}]
	if m.service[b] == "" || m.administrator(b) >= 0 || m.administers(b) || m.administrator(a) >= 0 || m.closed[a] || !last ||
		!r.listed() || !r.is("Invited", "Resigned") {
		return false
	}
	r.status = "Enabled"
	if m.service[b] == "DISABLED" {
		r.status = "Disabled"
	}
	return true
}

// trust accepts by itself what the inviters ask, of now and later.
func (m *model) trust(b int, inviters ...int) bool {
	if slices.Contains(inviters, b) {
		return false
	}
	m.trusts[b] = inviters
	m.acceptTrusted(b)
	return true
}

func (m *model) acceptTrusted(b int) {
	for _, a := range m.inviters(b) {
		if !m.closed[b] && m.row[[2]int{a, b}].is("Invited") && slices.Contains(m.trusts[b], a) && m.accept(b, a, true) {
			return
		}
	}
}

func (m *model) decline(b, a int) bool {
	r := m.row[[2]int{a, b}]
	if !r.listed() || r.associated() {
		return false
	}
	r.status = "Resigned"
	return true
}

func (m *model) deleteInvitation(b, a int) bool {
	r := m.row[[2]int{a, b}]
	if !r.listed() || !r.is("Resigned") {
		return false
	}
	r.deleted = true
	return true
}

// own is the relation in which an account is a member, and whether the account may change it by itself.
func (m *model) own(b int) (r *row, free bool) {
	r = m.row[[2]int{m.administrator(b), b}]
	return r, r == nil || r.mode == "autonomous"
}

func (m *model) leave(b int) bool {
	r, free := m.own(b)
	if m.service[b] == "" || r == nil || !free {
		return false
	}
	r.status = "Resigned"
	return true
}

// kept is whether an organization would enrol a member again that its administrator removes or suspends.
func (m *model) kept(r *row) bool {
	return r.associated() && r.mode == "organization" && m.auto == "ALL"
}

func (m *model) remove(a, b int) bool {
	r := m.row[[2]int{a, b}]
	if m.service[a] == "" || r == nil || m.kept(r) {
		return false
	}
	if r.is("Invited", "Enabled", "Disabled") {
		r.status = "Removed"
	}
	return true
}

func (m *model) forget(a, b int) bool {
	p := [2]int{a, b}
	if m.service[a] == "" || m.row[p] == nil || m.row[p].associated() {
		return false
	}
	delete(m.row, p)
	return true
}

func (m *model) start(a, b int) bool {
	r := m.row[[2]int{a, b}]
	if m.service[a] == "" || !r.associated() {
		return false
	}
	r.status, m.service[b] = "Enabled", "ENABLED"
	return true
}

func (m *model) stop(a, b int) bool {
	r := m.row[[2]int{a, b}]
	if m.service[a] == "" || !r.associated() || r.is("Enabled") && m.kept(r) {
		return false
	}
	r.status, m.service[b] = "Disabled", "DISABLED"
	return true
}

func (m *model) monitorSelf(b int, on bool) bool {
	want, status := "DISABLED", "Disabled"
	if on {
		want, status = "ENABLED", "Enabled"
	}
	r, free := m.own(b)
	if m.service[b] == "" || m.service[b] != want && !free {
		return false
	}
	m.service[b] = want
	if r != nil {
		r.status = status
	}
	return true
}

func (m *model) disable(b int) bool {
	r, free := m.own(b)
	if m.service[b] == "" || m.hasMembers(b, "Invited", "Enabled", "Disabled") || !free {
		return false
	}
	if r != nil {
		r.status = "Removed"
	}
	for pair := range m.row {
		if pair[0] == b {
			delete(m.row, pair)
		}
	}
	m.service[b] = ""
	if b == m.delegate {
		m.auto = "NONE" // with all else that it configured
	}
	return true
}
