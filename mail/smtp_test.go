package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"picket"
)

func invitation(t *testing.T) Message {
	return letterOf(t, batch{Administrator: security, Notes: "Please accept. 👍\n.\n\nשלום"}, asks(production, "us-east-1"))
}

func TestSMTP(t *testing.T) {
	f := func(srv *server, s SMTP, secured bool) {
		t.Helper()
		m := invitation(t)
		result, err := s.Send(t.Context(), m)
		if err != nil || result.State != picket.MailSent || result.Detail != "to dana@example.com" {
			t.Fatalf("sent %+v, %v", result, err)
		}
		mails := srv.got()
		if len(mails) != 1 {
			t.Fatalf("%d mails arrived", len(mails))
		}
		got := mails[0]
		if got.from != "picket@example.com" || got.to != "dana@example.com" || got.tls != secured {
			t.Errorf("a mail from %s to %s, secured: %v", got.from, got.to, got.tls)
		}
		a := read(t, got.raw)
		if a.text != m.Text || a.html != m.HTML {
			t.Errorf("the parts changed on their way:\n%s\n%s", a.text, a.html)
		}
		for key, want := range map[string]string{
			"From": `"Picket" <picket@example.com>`, "To": "<dana@example.com>", "Subject": m.Subject,
			"Message-Id": "<" + m.ID + "@example.com>", "Date": "Wed, 25 Nov 2026 11:30:00 +0000", "Auto-Submitted": "auto-generated",
		} {
			if got := a.header.Get(key); got != want {
				t.Errorf("%s is %q, want %q", key, got, want)
			}
		}
	}
	srv := serve(t, false, false)
	f(srv, srv.to(), false)

	srv = serve(t, true, false)
	s := srv.to()
	s.Security, s.Roots = "", made.roots
	f(srv, s, true)

	srv = serve(t, false, true)
	s = srv.to()
	s.Security, s.Roots = TLS, made.roots
	f(srv, s, true)
}

func TestSMTPSignsIn(t *testing.T) {
	f := func(secured bool, auth, want string, offered ...string) {
		t.Helper()
		srv := serve(t, secured, false, offered...)
		s := srv.to()
		s.User, s.Password, s.Auth = user, password, auth
		if secured {
			s.Security, s.Roots = StartTLS, made.roots
		}
		if _, err := s.Send(t.Context(), invitation(t)); err != nil {
			t.Errorf("%q of %q: %v", auth, offered, err)
			return
		}
		if len(srv.got()) != 1 || len(srv.signIns) != 1 || srv.signIns[0] != want {
			t.Errorf("%q of %q: signed in with %q", auth, offered, srv.signIns)
		}
	}
	for _, secured := range []bool{false, true} {
		for _, mechanism := range mechanisms {
			f(secured, mechanism, mechanism, mechanisms...)
			f(secured, "", mechanism, mechanism)
		}
	}
	f(true, "", "PLAIN", "LOGIN", "CRAM-MD5", "PLAIN")
}

func TestSMTPRefusals(t *testing.T) {
	f := func(command string, code int, reason string, final, all bool) {
		t.Helper()
		srv := serve(t, false, false)
		srv.refuse(command, &smtp.SMTPError{Code: code, EnhancedCode: smtp.EnhancedCode{code / 100, 1, 1}, Message: "No\r\nsuch \x1b thing"})
		_, err := srv.to().Send(t.Context(), invitation(t))
		refused(t, err, reason, final, all)
		if n := len(srv.got()); n != 0 {
			t.Errorf("%d mails arrived", n)
		}
	}
	f("RCPT", 550, `the mail server says: 550 No 5.1.1 such \u001b thing`, true, false)
	f("RCPT", 451, `the mail server says: 451 No 4.1.1 such \u001b thing`, false, false)
	f("DATA", 554, `the mail server says: 554 No 5.1.1 such \u001b thing`, true, false)
	f("DATA", 452, `the mail server says: 452 No 4.1.1 such \u001b thing`, false, false)
	f("DATA", 421, `the mail server says: 421 No 4.1.1 such \u001b thing`, false, true)
	f("MAIL", 550, `the mail server refuses the sender: 550 No 5.1.1 such \u001b thing`, false, true)
}

func TestSMTPThatCannotBeUsed(t *testing.T) {
	f := func(s SMTP, reason string) {
		t.Helper()
		_, err := s.Send(t.Context(), invitation(t))
		refused(t, err, reason, false, true)
	}
	srv := serve(t, false, false)
	s := srv.to()
	s.Security = StartTLS
	f(s, "the mail server can't be used as it is set up")
	if n := len(srv.got()); n != 0 {
		t.Errorf("%d mails went in plain text where STARTTLS was asked for", n)
	}

	secured, implicit := serve(t, true, false), serve(t, false, true)
	s = secured.to()
	s.Security = StartTLS
	f(s, "the mail server's certificate is not trusted")
	s = implicit.to()
	s.Security = TLS
	f(s, "the mail server's certificate is not trusted")

	wrong := serve(t, false, false, "PLAIN").to()
	wrong.User, wrong.Password = user, "Tr0ub4dor"
	f(wrong, "the mail server refuses the sign-in (535)")
	wrong.User, wrong.Password = "", ""
	f(wrong, "the mail server refuses the sender: 530 5.7.0 Sign in first")

	f(script(t, "554 go away"), "the mail server refuses to be used (554)")
	f(script(t, "220 hello", "250 hello"), "the connection to the mail server broke off")

	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	silent := SMTP{Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, Security: Plain, From: "picket@example.com", Timeout: 50 * time.Millisecond}
	f(silent, "the mail server does not answer in time")
	listener.Close()
	f(silent, "the mail server can't be reached")
	f(SMTP{Host: "mx.invalid", From: "picket@example.com"}, "the mail server can't be reached")
	f(SMTP{Host: "mx.example.com", Security: Plain, From: "picket@example.com"}, "the mail server is not set up")
}

// Where localhost leads elsewhere, nothing is said in plain text.
func TestPlainStaysOnThisMachine(t *testing.T) {
	listener, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	s := SMTP{Host: "localhost", Security: Plain}
	if _, err := s.dial(t.Context(), "unix", listener.Addr().String()); err == nil || !strings.Contains(err.Error(), "is not this machine") {
		t.Errorf("the connection is made: %v", err)
	}
}

// A mail is handed on once the server has taken it, whatever comes after.
func TestSMTPThatHangsUpAfterTakingAMail(t *testing.T) {
	s := script(t, "220 hello", "250 hello", "250 sender", "250 recipient", "354 go on", "250 taken")
	if result, err := s.Send(t.Context(), invitation(t)); err != nil || result.State != picket.MailSent {
		t.Errorf("sent %+v, %v", result, err)
	}
	_, err := script(t, "220 hello", "250 hello", "250 sender", "250 recipient", "354 go on").Send(t.Context(), invitation(t))
	refused(t, err, "the connection to the mail server broke off", false, false)
}

func TestSMTPEndsWithItsContext(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		if conn, err := listener.Accept(); err == nil {
			defer conn.Close()
			cancel()
			conn.Read(make([]byte, 1))
		}
	}()
	s := SMTP{Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, Security: Plain, From: "picket@example.com", Timeout: time.Hour}
	if _, err := s.Send(ctx, invitation(t)); err == nil {
		t.Error("a mail was sent to a server that said nothing")
	}
}

func TestPasswordsStayHidden(t *testing.T) {
	const word = "Tr0ub4dor"
	s := script(t, "220 hello", "250-hello\r\n250 AUTH PLAIN", "535 what is AHBpY2tldABUcjB1YjRkb3I= or "+word, "221 bye")
	s.User, s.Password = user, word
	_, err := s.Send(t.Context(), invitation(t))
	refused(t, err, "the mail server refuses the sign-in (535)", false, true)
	if !strings.Contains(err.Error(), "what is [password] or [password]") {
		t.Errorf("the operator reads %q", err)
	}
	j, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fmt.Sprint(s), fmt.Sprintf("%v %+v", s, s), string(j)} {
		if strings.Contains(text, word) {
			t.Errorf("the password is in %s", text)
		}
	}
}

func refused(t *testing.T, err error, reason string, final, all bool) {
	t.Helper()
	var f *failure
	if !errors.As(err, &f) {
		t.Errorf("the error is %v", err)
		return
	}
	if f.Reason != reason || f.Final != final || f.All != all {
		t.Errorf("%q (final: %v, all: %v), want %q (final: %v, all: %v); %v", f.Reason, f.Final, f.All, reason, final, all, f.Err)
	}
}

func TestSMTPCheck(t *testing.T) {
	f := func(s SMTP, want string) {
		t.Helper()
		s.From = "Picket <picket@example.com>"
		if got := s.Check(); got == nil && want != "" || got != nil && (want == "" || !strings.Contains(got.Error(), want)) {
			t.Errorf("%+v: %v, want %q", s, got, want)
		}
	}
	f(SMTP{Host: "mx.example.com"}, "")
	f(SMTP{Host: "localhost", Security: Plain}, "")
	f(SMTP{Host: "::1", Security: Plain}, "")
	f(SMTP{Host: "mx.example.com", User: "u", Password: "p", Auth: "LOGIN"}, "")
	f(SMTP{}, "no host")
	f(SMTP{Host: "mx.example.com", Security: Plain}, "is not this machine")
	f(SMTP{Host: "192.0.2.1", Security: Plain}, "is not this machine")
	f(SMTP{Host: "mx.example.com", Security: "ssl"}, `unknown security "ssl"`)
	f(SMTP{Host: "mx.example.com", Port: 70000}, "no port")
	f(SMTP{Host: "mx.example.com", User: "u", Auth: "NTLM"}, "unknown way to sign in")
	f(SMTP{Host: "mx.example.com", Password: "p"}, "needs a user")
	for _, from := range []string{"", "picket", "a@example.com, b@example.com", "a@example.com\r\nBcc: b@example.com"} {
		if err := (SMTP{Host: "mx.example.com", From: from}).Check(); err == nil {
			t.Errorf("mails may come from %q", from)
		}
	}
}

func TestPorts(t *testing.T) {
	f := func(s SMTP, want string) {
		t.Helper()
		if got := s.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	f(SMTP{Host: "mx.example.com"}, "mx.example.com:587")
	f(SMTP{Host: "mx.example.com", Security: TLS}, "mx.example.com:465")
	f(SMTP{Host: "::1", Security: Plain}, "[::1]:25")
	f(SMTP{Host: "mx.example.com", Port: 2525}, "mx.example.com:2525")
}

func TestOnlyAddressesAreWrittenTo(t *testing.T) {
	srv := serve(t, false, false)
	for _, to := range []string{"", "dana", "a@example.com, b@example.com", "Dana <dana@example.com>", "a@example.com\r\nRCPT TO:<b@example.com>", "a@example.com\x00"} {
		m := invitation(t)
		m.To = to
		_, err := srv.to().Send(t.Context(), m)
		refused(t, err, "the address is none that mail can be sent to", true, false)
	}
	if n := len(srv.got()); n != 0 {
		t.Errorf("%d mails arrived", n)
	}
}
