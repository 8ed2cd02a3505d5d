package service

import (
	"picket"
	"picket/mail"
)

// mail puts the mail of an invitation in the outbox, unless it is to be silent.
func (s *Service) mail(tx picket.Tx, m *picket.Member, silent bool) error {
	m.Invitation.Mail = picket.Mail{}
	if silent {
		return nil
	}
	inviter, err := named(tx, m.Administrator)
	if err != nil {
		return err
	}
	invitee, err := named(tx, m.Account)
	if err != nil {
		return err
	}
	m.Invitation.Mail, err = mail.Enqueue(tx, mail.Invitation{
		ID: m.Invitation.ID, Region: m.Region, Administrator: inviter, Member: invitee, To: m.Email, Notes: m.Invitation.Message,
		Link: mail.Link(s.Settings.ConsoleURL, m.Region, m.Administrator), Wait: s.Settings.MailWait,
	}, s.now())
	return err
}

// named returns an account with its name, which is unknown of accounts that this server doesn't have.
func named(tx picket.Tx, id string) (mail.Account, error) {
	a, err := accountOf(tx, id)
	if err != nil || a == nil {
		return mail.Account{ID: id}, err
	}
	return mail.Account{ID: id, Name: a.Name}, nil
}
