package main

import (
	"testing"

	"picket"
)

func TestMailLabel(t *testing.T) {
	f := func(m picket.Mail, want string) {
		t.Helper()
		if got := mailLabel(m); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	f(picket.Mail{}, "no mail was wanted")
	f(picket.Mail{Detail: "not sent, as the invitation was answered or withdrawn before"}, "mail not sent, as the invitation was answered or withdrawn before")
	f(picket.Mail{State: picket.MailSent, At: 1, Detail: "to a@example.com"}, "mail sent 1970-01-01 00:00 to a@example.com")
}
