package mail

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"strings"
)

// failure is why a mail was not handed on. Any other error of a Sender is our own mistake.
type failure struct {
	Reason string // for the one who invited: without hosts and settings, which are the operator's
	Final  bool   // this mail is refused and will be
	All    bool   // no mail is taken now, so that others need no try of their own
	Err    error  // for the operator
}

func (f *failure) Error() string { return f.Reason + ": " + f.Err.Error() }
func (f *failure) Unwrap() error { return f.Err }

// phase is how far a conversation with an SMTP server went.
type phase int

const (
	opening phase = iota // greeting, protection, signing in
	sending              // naming the sender
	handing              // naming the recipient, and the mail itself
)

// judge says what an error means. A refusal of the recipient or the content with 5xx is final. What is refused before is the
// operator's to put right, whatever the code, and mails wait for it.
func (s SMTP) judge(at phase, err error) error {
	var reply *textproto.Error
	replied := errors.As(err, &reply)
	f := &failure{All: at != handing || replied && reply.Code == 421, Err: s.scrub(err)}
	switch {
	case at == opening:
		f.Reason = openingReason(err, reply)
	case !replied:
		f.Reason = "the connection to the mail server broke off"
	case at == sending:
		f.Reason = "the mail server refuses the sender: " + s.quote(reply)
	default:
		f.Reason = "the mail server says: " + s.quote(reply)
		f.Final = reply.Code/100 == 5
	}
	return f
}

// openingReason keeps the server's words to the operator: a reply to a sign-in may hold what was signed in with.
func openingReason(err error, reply *textproto.Error) string {
	var certificate *tls.CertificateVerificationError
	var network net.Error
	switch {
	case reply != nil && (reply.Code == 530 || reply.Code == 534 || reply.Code == 535 || reply.Code == 538):
		return fmt.Sprintf("the mail server refuses the sign-in (%d)", reply.Code)
	case reply != nil:
		return fmt.Sprintf("the mail server refuses to be used (%d)", reply.Code)
	case errors.As(err, &certificate):
		return "the mail server's certificate is not trusted"
	case errors.Is(err, context.DeadlineExceeded) || errors.As(err, &network) && network.Timeout():
		return "the mail server does not answer in time"
	case errors.As(err, &network):
		return "the mail server can't be reached"
	}
	return "the mail server can't be used as it is set up"
}

// quote returns a server's reply in one line.
func (s SMTP) quote(reply *textproto.Error) string {
	return oneLineOf(s.hide(fmt.Sprintf("%d %s", reply.Code, reply.Msg)), 200)
}

// scrub takes the password out of an error: servers quote what they were sent.
func (s SMTP) scrub(err error) error {
	if text := err.Error(); s.hide(text) != text {
		return errors.New(s.hide(text))
	}
	return err
}

func (s SMTP) hide(text string) string {
	if s.Password == "" {
		return text
	}
	encode := base64.StdEncoding.EncodeToString
	for _, secret := range []string{
		encode([]byte("\x00" + s.User + "\x00" + s.Password)), encode([]byte(s.Password)), s.Password,
	} {
		text = strings.ReplaceAll(text, secret, "[password]")
	}
	return text
}
