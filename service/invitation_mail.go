package service

import (
	"strings"

	"picket"
	"picket/mail"
)

// mail puts the mail of an invitation in the outbox, unless it is to be silent.
func (s *Service) mail(tx picket.Tx, m *picket.Member, silent bool) error {
	m.Invitation.Mail = picket.Mail{}
	if silent {
		return nil
	}
	inviter, err := accountOf(tx, m.Administrator)
	if err != nil {
		return err
	}
	invitee, err := accountOf(tx, m.Account)
	if err != nil {
		return err
	}
	if invitee != nil && !strings.EqualFold(invitee.Email, m.Email) { // the inviter chose the address: it may be its own
		invitee = nil
	}
	org, err := organizationOf(tx, picket.Caller{Account: m.Administrator, Region: m.Region})
	if err != nil {
		return err
	}
	m.Invitation.Mail, err = mail.Enqueue(tx, mail.Invitation{
		ID: m.Invitation.ID, Region: m.Region, Administrator: named(m.Administrator, inviter), Member: named(m.Account, invitee),
		To: m.Email, Notes: m.Invitation.Message,
		Link: mail.Link(s.Settings.ConsoleURL, m.Region, m.Administrator), Wait: s.Settings.MailWait,
		Most: s.maxMembers(org) * len(s.Regions()),
	}, s.now())
	return err
}

// named returns what a mail says of an account: its name too, where it is known and the reader may learn it.
func named(id string, known *Account) mail.Account {
	if known == nil {
		return mail.Account{ID: id}
	}
	return mail.Account{ID: id, Name: known.Name}
}
