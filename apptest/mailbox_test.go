package apptest

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net"
	"net/mail"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
)

// mailbox is an SMTP server that keeps what it gets.
type mailbox struct {
	t     testing.TB
	port  int
	got   chan letter
	close func()
}

// letter is a mail that arrived.
type letter struct{ to, subject, text, html string }

func openMailbox(t testing.TB) *mailbox {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	box := &mailbox{t: t, port: l.Addr().(*net.TCPAddr).Port, got: make(chan letter, 1000)}
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{box: box}, nil }))
	server.Domain = "localhost"
	go server.Serve(l)
	box.close = func() { server.Close() }
	t.Cleanup(box.close)
	return box
}

// option lets a server send its mails here, as soon as they are written.
func (b *mailbox) option() option {
	return func(c map[string]any) {
		c["mail"] = map[string]any{"host": "127.0.0.1", "port": b.port, "security": "none", "from": "Picket <picket@example.com>", "wait": "1ms"}
	}
}

// next waits for a mail.
func (b *mailbox) next() letter {
	b.t.Helper()
	select {
	case l := <-b.got:
		return l
	case <-time.After(time.Minute):
		b.t.Fatal("no mail came within a minute")
		return letter{}
	}
}

// empty fails if a mail has come.
func (b *mailbox) empty() {
	b.t.Helper()
	select {
	case l := <-b.got:
		b.t.Errorf("a mail came to %s: %s", l.to, l.subject)
	default:
	}
}

type session struct {
	box *mailbox
	to  string
}

func (s *session) Mail(string, *smtp.MailOptions) error { return nil }
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.to = to
	return nil
}
func (s *session) Reset()        {}
func (s *session) Logout() error { return nil }
func (s *session) Data(r io.Reader) error {
	l, err := readLetter(r)
	if err != nil {
		return err
	}
	l.to = s.to
	s.box.got <- l
	return nil
}

func readLetter(r io.Reader) (l letter, err error) {
	m, err := mail.ReadMessage(r)
	if err != nil {
		return l, err
	}
	if l.subject, err = new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil {
		return l, err
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return l, err
	}
	parts := multipart.NewReader(m.Body, params["boundary"])
	for {
		p, err := parts.NextPart() // decodes quoted-printable
		if errors.Is(err, io.EOF) {
			return l, nil
		}
		if err != nil {
			return l, err
		}
		b, err := io.ReadAll(p)
		if err != nil {
			return l, err
		}
		b = bytes.ReplaceAll(b, []byte("\r\n"), []byte("\n"))
		if strings.HasPrefix(p.Header.Get("Content-Type"), "text/html") {
			l.html = string(b)
		} else {
			l.text = string(b)
		}
	}
}

var address = regexp.MustCompile(`https?://\S+`)

// link is the first address in the mail's text.
func (l letter) link() *url.URL {
	u, err := url.Parse(address.FindString(l.text))
	if err != nil {
		return &url.URL{}
	}
	return u
}
