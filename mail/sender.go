package mail

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"picket"
)

// Sender hands mails on.
type Sender interface {
	// Send hands a mail on and says where it went: sent to a server, or written to a file.
	Send(ctx context.Context, m Message) (picket.Mail, error)
}

// compose makes a mail of a message. The parts go as quoted-printable, so that no line is longer than mail allows.
func compose(m Message, from *netmail.Address) (*gomail.Msg, error) {
	to, err := netmail.ParseAddress(m.To)
	if err == nil && to.Address != m.To {
		err = errors.New("more than an address")
	}
	if err != nil {
		return nil, &failure{Reason: "the address is none that mail can be sent to", Final: true, Err: fmt.Errorf("address %q: %w", m.To, err)}
	}
	_, domain, _ := strings.Cut(from.Address, "@")
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(from)
	msg.ToMailAddress(to)
	msg.Subject(m.Subject)
	msg.SetDateWithValue(m.Date)
	msg.SetMessageIDWithValue(m.ID + "@" + domain)
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // no absence is to answer it
	msg.SetBodyString(gomail.TypeTextPlain, m.Text)
	msg.AddAlternativeString(gomail.TypeTextHTML, m.HTML)
	return msg, nil
}

// sender parses the address that mails come from.
func sender(from string) (*netmail.Address, error) {
	a, err := netmail.ParseAddress(from)
	if err != nil {
		return nil, fmt.Errorf("the sender %q is no address: %w", from, err)
	}
	return a, nil
}
