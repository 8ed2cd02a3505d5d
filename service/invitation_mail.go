package service

import (
	"picket"
)

// mail puts the mail of an invitation in the outbox, unless it is to be silent.
func (s *Service) mail(tx picket.Tx, m *picket.Member, silent bool) error {
	m.Invitation.Mail = picket.Mail{}
	if silent {
		return nil
	}
	m.Invitation.Mail = picket.Mail{State: picket.MailQueued, At: s.now()}
	return nil
}
