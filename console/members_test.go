package console

import (
	"testing"

	"picket"
)

// Where the server keeps its mails is no business of a member's administrator.
func TestMailTellsNoFolder(t *testing.T) {
	f := func(in picket.Mail, want string) {
		t.Helper()
		if got := mailOf(in).Detail; got != want {
			t.Errorf("%+v is told as %q, want %q", in, got, want)
		}
	}
	f(picket.Mail{State: picket.MailWritten, Detail: "/var/lib/picket/mail/a.eml"}, "a.eml")
	f(picket.Mail{State: picket.MailSent, Detail: "to a@example.com"}, "to a@example.com")
	f(picket.Mail{State: picket.MailFailed, Detail: "421 try mail/again later"}, "421 try mail/again later")
}
