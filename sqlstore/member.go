package sqlstore

import (
	"encoding/json"
	"fmt"

	"picket"
)

// members implements picket.Members.
type members struct{ *tx }

const (
	memberColumns = `administrator, region, account, email, status, mode, detector, relation, created_at, updated_at,
		invitation, invited_at, message, deleted, mail, mail_at, mail_detail, history`
	selectMember = "SELECT " + memberColumns + " FROM members "
)

// Get implements picket.Members.
func (m members) Get(administrator, region, account string) (picket.Member, error) {
	return row(m.tx, "member "+account, readMember,
		selectMember+"WHERE administrator = ? AND region = ? AND account = ?", administrator, region, account)
}

// Put implements picket.Members.
func (m members) Put(p picket.Member) error {
	history, err := json.Marshal(p.History)
	if err != nil {
		return fmt.Errorf("encode history: %w", err)
	}
	inv := p.Invitation
	_, err = m.exec("INSERT INTO members ("+memberColumns+") VALUES ("+list(18)+`)
		ON CONFLICT (administrator, region, account) DO UPDATE SET email = excluded.email, status = excluded.status,
			mode = excluded.mode, detector = excluded.detector, relation = excluded.relation, created_at = excluded.created_at,
			updated_at = excluded.updated_at, invitation = excluded.invitation, invited_at = excluded.invited_at,
			message = excluded.message, deleted = excluded.deleted, mail = excluded.mail, mail_at = excluded.mail_at,
			mail_detail = excluded.mail_detail, history = excluded.history`,
		p.Administrator, p.Region, p.Account, p.Email, string(p.Status), string(p.Mode), p.DetectorID, p.Relation, p.CreatedAt,
		p.UpdatedAt, inv.ID, inv.SentAt, inv.Message, inv.Deleted, string(inv.Mail.State), inv.Mail.At, inv.Mail.Detail,
		string(history))
	if err != nil {
		return fmt.Errorf("write member %s: %w", p.Account, err)
	}
	return nil
}

// Delete implements picket.Members.
func (m members) Delete(administrator, region, account string) error {
	_, err := m.exec("DELETE FROM members WHERE administrator = ? AND region = ? AND account = ?", administrator, region, account)
	if err != nil {
		return fmt.Errorf("delete member %s: %w", account, err)
	}
	return nil
}

// List implements picket.Members.
func (m members) List(administrator, region string, q picket.MemberQuery) ([]picket.Member, error) {
	only := ""
	switch {
	case q.Associated: // in words, as the index of these has them
		only = "AND status IN ('Enabled', 'Disabled') "
	case q.Sharing:
		only = "AND status IN ('Invited', 'Enabled', 'Disabled') "
	}
	list, err := rows(m.tx, readMember, selectMember+"WHERE administrator = ? AND region = ? AND account > ? "+only+
		"ORDER BY account LIMIT ?", administrator, region, q.After, q.Limit)
	if err != nil {
		return nil, fmt.Errorf("list members: %w", err)
	}
	return list, nil
}

// Count implements picket.Members.
func (m members) Count(administrator, region string) (map[picket.MemberStatus]picket.MemberCount, error) {
	count := map[picket.MemberStatus]picket.MemberCount{}
	_, err := rows(m.tx, func(s scanner) (struct{}, error) {
		var status picket.MemberStatus
		var n picket.MemberCount
		err := s.Scan(&status, &n.N, &n.Changed)
		count[status] = n
		return struct{}{}, err
	}, "SELECT status, n, changed FROM member_counts WHERE administrator = ? AND region = ? AND n > 0", administrator, region)
	if err != nil {
		return nil, fmt.Errorf("count members: %w", err)
	}
	return count, nil
}

// Inviters implements picket.Members.
func (m members) Inviters(account, region string) ([]picket.Member, error) {
	list, err := rows(m.tx, readMember,
		selectMember+"WHERE account = ? AND region = ? ORDER BY invited_at, administrator", account, region)
	if err != nil {
		return nil, fmt.Errorf("list administrators of %s: %w", account, err)
	}
	return list, nil
}

// StartRelation implements picket.Members.
func (m members) StartRelation(relation, administrator, region, account string, at int64) error {
	_, err := m.exec("INSERT INTO relations (id, administrator, region, account, started_at) VALUES (?, ?, ?, ?, ?)",
		relation, administrator, region, account, at)
	if err != nil {
		return fmt.Errorf("start relation: %w", err)
	}
	return nil
}

// EndRelation implements picket.Members.
func (m members) EndRelation(relation string, at int64) error {
	n, err := m.exec("UPDATE relations SET ended_at = ? WHERE id = ? AND ended_at = 0", at, relation)
	if err != nil {
		return fmt.Errorf("end relation: %w", err)
	}
	if n == 0 {
		return &picket.Error{Code: picket.CodeNotFound, Message: "There is no relation " + relation + " that has not ended."}
	}
	return nil
}

func readMember(s scanner) (m picket.Member, err error) {
	var history string
	inv := &m.Invitation
	err = s.Scan(&m.Administrator, &m.Region, &m.Account, &m.Email, &m.Status, &m.Mode, &m.DetectorID, &m.Relation, &m.CreatedAt,
		&m.UpdatedAt, &inv.ID, &inv.SentAt, &inv.Message, &inv.Deleted, &inv.Mail.State, &inv.Mail.At, &inv.Mail.Detail, &history)
	if err != nil {
		return m, err
	}
	return m, unreadable(json.Unmarshal([]byte(history), &m.History))
}
