package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
	"github.com/wneessen/go-mail/smtp"

	"picket"
)

// Security is how the way to an SMTP server is protected.
type Security string

// The ways. None falls back to plain text.
const (
	StartTLS Security = "starttls"
	TLS      Security = "tls"  // from the first byte
	Plain    Security = "none" // to a server on this machine only
)

// SMTP sends mails through one server, each over a connection of its own: they are few, and so no connection is held that
// the server may have ended.
type SMTP struct {
	Host     string
	Port     int            // 0 is 587 for StartTLS, 465 for TLS, 25 for Plain
	Security Security       // StartTLS if empty
	User     string         // empty: without signing in
	Password string         `json:"-"`
	Auth     string         // PLAIN, LOGIN or CRAM-MD5; empty: what the server offers
	From     string         // such as "Picket <picket@example.com>"
	Roots    *x509.CertPool `json:"-"` // the system's if nil
	Timeout  time.Duration  // to connect, and then for the whole mail; 0 is two minutes
}

var mechanisms = []string{"PLAIN", "LOGIN", "CRAM-MD5"}

// String names the server, and keeps the password to itself wherever settings are printed.
func (s SMTP) String() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.port())) }

// Check explains what is wrong with the settings.
func (s SMTP) Check() error {
	ip := net.ParseIP(s.Host)
	switch {
	case s.Host == "":
		return errors.New("the SMTP server has no host")
	case s.Security != "" && s.Security != StartTLS && s.Security != TLS && s.Security != Plain:
		return fmt.Errorf("unknown security %q: say %q, %q or %q", s.Security, StartTLS, TLS, Plain)
	case s.Security == Plain && s.Host != "localhost" && (ip == nil || !ip.IsLoopback()):
		return fmt.Errorf("%s is not this machine: without %q or %q, anyone on the way reads the mails", s.Host, StartTLS, TLS)
	case s.Port < 0 || s.Port > 65535:
		return fmt.Errorf("%d is no port", s.Port)
	case s.Auth != "" && !slices.Contains(mechanisms, s.Auth):
		return fmt.Errorf("unknown way to sign in %q: say one of %s, or nothing", s.Auth, strings.Join(mechanisms, ", "))
	case s.User == "" && (s.Auth != "" || s.Password != ""):
		return errors.New("signing in to the SMTP server needs a user")
	}
	_, err := sender(s.From)
	return err
}

func (s SMTP) port() int {
	switch {
	case s.Port != 0:
		return s.Port
	case s.Security == TLS:
		return 465
	case s.Security == Plain:
		return 25
	}
	return 587
}

// Send implements Sender.
func (s SMTP) Send(ctx context.Context, m Message) (picket.Mail, error) {
	if err := s.Check(); err != nil {
		return picket.Mail{}, &failure{Reason: "the mail server is not set up", All: true, Err: err}
	}
	from, err := sender(s.From)
	if err != nil {
		return picket.Mail{}, err
	}
	msg, err := compose(m, from)
	if err != nil {
		return picket.Mail{}, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	err = s.connected(ctx, func(c *smtp.Client) error { return s.deliver(c, from.Address, m.To, msg) })
	if err != nil {
		return picket.Mail{}, err
	}
	return picket.Mail{State: picket.MailSent, Detail: "to " + m.To}, nil
}

// Reach opens a connection as Send does, signs in, and sends nothing.
func (s SMTP) Reach(ctx context.Context) error {
	if err := s.Check(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	return s.connected(ctx, func(c *smtp.Client) error { return c.Quit() })
}

func (s SMTP) timeout() time.Duration {
	if s.Timeout == 0 {
		return 2 * time.Minute
	}
	return s.Timeout
}

// connected runs f on a connection that is open, protected and signed in. It ends with ctx, whatever the server does.
func (s SMTP) connected(ctx context.Context, f func(*smtp.Client) error) error {
	dial := func(dialCtx context.Context, network, address string) (net.Conn, error) {
		conn, err := s.dial(dialCtx, network, address)
		if err == nil {
			context.AfterFunc(ctx, func() { conn.Close() })
		}
		return conn, err
	}
	client, err := gomail.NewClient(s.Host, s.options(dial)...)
	if err != nil {
		return s.judge(opening, err)
	}
	c, err := client.DialToSMTPClientWithContext(ctx)
	if err != nil {
		return s.judge(opening, err)
	}
	return f(c)
}

func (s SMTP) options(dial gomail.DialContextFunc) []gomail.Option {
	options := []gomail.Option{gomail.WithPort(s.port()), gomail.WithTimeout(s.timeout()), gomail.WithDialContextFunc(dial)}
	plain, login := gomail.SMTPAuthPlain, gomail.SMTPAuthLogin
	switch s.Security {
	case TLS:
		options = append(options, gomail.WithSSL())
	case Plain:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
		plain, login = gomail.SMTPAuthPlainNoEnc, gomail.SMTPAuthLoginNoEnc
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory), gomail.WithTLSConfig(s.tls()))
	}
	if s.User == "" {
		return options
	}
	options = append(options, gomail.WithUsername(s.User), gomail.WithPassword(s.Password))
	switch s.Auth {
	case "PLAIN":
		return append(options, gomail.WithSMTPAuth(plain))
	case "LOGIN":
		return append(options, gomail.WithSMTPAuth(login))
	case "CRAM-MD5":
		return append(options, gomail.WithSMTPAuth(gomail.SMTPAuthCramMD5))
	}
	return append(options, gomail.WithOpportunisticSMTPAuth(plain, login, gomail.SMTPAuthCramMD5))
}

// dial connects, and holds Plain to its word: a name may lead anywhere.
func (s SMTP) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if tcp, ok := conn.RemoteAddr().(*net.TCPAddr); s.Security == Plain && (!ok || !tcp.IP.IsLoopback()) {
		conn.Close()
		return nil, fmt.Errorf("%s is not this machine", conn.RemoteAddr())
	}
	if s.Security != TLS {
		return conn, nil
	}
	secured := tls.Client(conn, s.tls())
	if err := secured.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secured, nil
}

func (s SMTP) tls() *tls.Config {
	return &tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
}

// deliver hands a mail over. Once the server has taken the content, nothing that goes wrong matters any more.
func (s SMTP) deliver(c *smtp.Client, from, to string, msg *gomail.Msg) error {
	if err := c.Mail("<" + from + ">"); err != nil {
		return s.judge(sending, err)
	}
	if err := c.Rcpt("<" + to + ">"); err != nil {
		return s.judge(handing, err)
	}
	w, err := c.Data()
	if err != nil {
		return s.judge(handing, err)
	}
	if _, err := msg.WriteTo(w); err != nil {
		return s.judge(handing, err)
	}
	if err := w.Close(); err != nil {
		return s.judge(handing, err)
	}
	_ = c.Quit()
	return nil
}
