package service_test

// What an organization and the server's operator do, in the model.

// enrol makes an account of the organization a member of its administrator.
func (m *model) enrol(b int) bool {
	p := [2]int{m.delegate, b}
	above := m.administrator(b)
	if m.delegate < 0 || b == m.delegate || !m.within[b] || m.closed[b] || above >= 0 && above != m.delegate || m.administers(b) ||
		b == 0 && m.service[b] == "" {
		return false
	}
	if m.row[p] == nil {
		m.row[p] = &row{email: "owner"}
	}
	m.row[p].status, m.row[p].mode, m.service[b] = "Enabled", "organization", "ENABLED"
	return true
}

func (m *model) enrolAll() {
	for b, within := range m.within {
		if within && m.auto == "ALL" {
			m.enrol(b)
		}
	}
}

// appoint is done by an account that thinks it manages the organization.
func (m *model) appoint(by, a int) bool {
	if by != 0 || !m.within[a] || m.closed[a] || m.delegate >= 0 && m.delegate != a || m.administrator(a) >= 0 {
		return false
	}
	m.delegate, m.service[a] = a, "ENABLED"
	for pair, r := range m.row {
		if pair[0] == a && r.associated() && m.within[pair[1]] && !m.closed[pair[1]] {
			r.mode = "organization"
		}
	}
	return true
}

func (m *model) dismiss(by, a int) bool {
	if by != 0 || m.delegate != a {
		return false
	}
	for pair, r := range m.row {
		if pair[0] == a && r.associated() && r.mode == "organization" {
			r.status = "Removed"
		}
	}
	m.delegate, m.auto = -1, "NONE"
	return true
}

func (m *model) configure(a int, auto string) bool {
	if m.delegate != a || m.service[a] == "" {
		return false
	}
	m.auto = auto
	if auto == "ALL" {
		m.service[a] = "ENABLED"
	}
	m.enrolAll()
	return true
}

func (m *model) join(b int) bool {
	if m.within[b] || m.closed[b] || m.closed[0] {
		return false
	}
	m.within[b] = true
	if m.auto != "NONE" {
		m.enrol(b)
	}
	return true
}

func (m *model) leaveOrganization(b int) bool {
	if b == 0 || !m.within[b] || b == m.delegate {
		return false
	}
	if r, free := m.own(b); !free {
		r.status = "Removed"
	}
	delete(m.within, b)
	return true
}

func (m *model) close(b int) bool {
	if !m.closed[b] && (b == 0 && len(m.within) > 1 || b != 0 && b == m.delegate) {
		return false
	}
	m.closed[b] = true
	return true
}

func (m *model) reopen(b int) bool {
	if !m.closed[b] {
		return true
	}
	delete(m.closed, b)
	if m.auto == "ALL" {
		m.enrol(b)
	}
	m.acceptTrusted(b)
	return true
}

// sweep does what could not be done when it was asked for.
func (m *model) sweep() bool {
	m.enrolAll()
	for b := range m.trusts {
		m.acceptTrusted(b)
	}
	return true
}

// forgetClosed is what comes of closed accounts in time: nothing is left of them but what others keep. Account 0, made anew, has an
// organization of its own.
func (m *model) forgetClosed() (forgotten []int) {
	for b := range m.closed {
		for pair, r := range m.row {
			if pair[0] == b {
				delete(m.row, pair)
			} else if pair[1] == b {
				r.status = "Removed"
			}
		}
		if b == m.delegate {
			m.delegate, m.auto = -1, "NONE"
		}
		delete(m.service, b)
		delete(m.trusts, b)
		delete(m.within, b)
		forgotten = append(forgotten, b)
	}
	m.sweep()
	for _, b := range forgotten {
		delete(m.closed, b)
		if b == 0 {
			m.within[0] = true
		}
	}
	return forgotten
}
