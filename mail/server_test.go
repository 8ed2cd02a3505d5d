package mail

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/md5"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"errors"
	"io"
	"log"
	"math/big"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"
)

// server is a real SMTP server that keeps what it gets.
type server struct {
	host string
	port int

	mu       sync.Mutex
	mails    []received
	refusals map[string]error // by command: MAIL, RCPT or DATA
	signIns  []string         // the mechanisms that were used, with success
	during   func(net.Conn)   // runs while a mail's content is taken
}

type received struct {
	from, to string
	tls      bool
	raw      []byte
}

const user, password = "picket", "s3cret-Pässword"

// serve starts a server. It offers STARTTLS if secured, speaks TLS at once if implicit, and wants a user if it is named
// mechanisms.
func serve(t *testing.T, secured, implicit bool, mechanisms ...string) *server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &server{host: "127.0.0.1", port: listener.Addr().(*net.TCPAddr).Port, refusals: map[string]error{}}
	s := smtp.NewServer(smtp.BackendFunc(func(c *smtp.Conn) (smtp.Session, error) {
		session := &session{server: srv, conn: c}
		if len(mechanisms) == 0 {
			session.signedIn = true
			return session, nil
		}
		return &authSession{session, mechanisms}, nil
	}))
	s.Domain, s.AllowInsecureAuth, s.ErrorLog = "mx.example.com", true, log.New(io.Discard, "", 0)
	if secured {
		s.TLSConfig = certificate(t)
	}
	if implicit {
		listener = tls.NewListener(listener, certificate(t))
	}
	done := make(chan error)
	go func() { done <- s.Serve(listener) }()
	t.Cleanup(func() {
		listener.Close()
		s.Close()
		<-done
	})
	return srv
}

func (s *server) got() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.mails...)
}

// refuse answers a command with an error from now on, or takes it if err is nil.
func (s *server) refuse(command string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusals[command] = err
}

func (s *server) answer(command string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refusals[command]
}

// to returns a sender to the server, as it is usually set up.
func (s *server) to() SMTP {
	return SMTP{Host: s.host, Port: s.port, Security: Plain, From: "Picket <picket@example.com>"}
}

type session struct {
	server   *server
	conn     *smtp.Conn
	signedIn bool
	mail     received
}

func (s *session) Reset()        { s.mail = received{} }
func (s *session) Logout() error { return nil }

func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	if !s.signedIn {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Sign in first"}
	}
	s.mail.from = from
	_, s.mail.tls = s.conn.TLSConnectionState()
	return s.server.answer("MAIL")
}

func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	s.mail.to = to
	return s.server.answer("RCPT")
}

func (s *session) Data(r io.Reader) (err error) {
	if s.mail.raw, err = io.ReadAll(r); err != nil {
		return err
	}
	if s.server.during != nil {
		s.server.during(s.conn.Conn())
	}
	if err := s.server.answer("DATA"); err != nil {
		return err
	}
	s.server.mu.Lock()
	defer s.server.mu.Unlock()
	s.server.mails = append(s.server.mails, s.mail)
	return nil
}

type authSession struct {
	*session
	mechanisms []string
}

func (s *authSession) AuthMechanisms() []string { return s.mechanisms }

func (s *authSession) Auth(mechanism string) (sasl.Server, error) {
	check := func(name, word string) error {
		if name != user || word != password {
			return smtp.ErrAuthFailed
		}
		s.signedIn = true
		s.server.mu.Lock()
		defer s.server.mu.Unlock()
		s.server.signIns = append(s.server.signIns, mechanism)
		return nil
	}
	switch mechanism {
	case "PLAIN":
		return sasl.NewPlainServer(func(_, name, word string) error { return check(name, word) }), nil
	case "LOGIN":
		return &loginServer{check: check}, nil
	case "CRAM-MD5":
		return &cramServer{check: check}, nil
	}
	return nil, errors.New("unknown mechanism")
}

type loginServer struct {
	step  int
	name  string
	check func(name, word string) error
}

func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	l.step++
	switch l.step {
	case 1:
		return []byte("Username:"), false, nil
	case 2:
		l.name = string(response)
		return []byte("Password:"), false, nil
	}
	return nil, true, l.check(l.name, string(response))
}

type cramServer struct {
	asked bool
	check func(name, word string) error
}

func (c *cramServer) Next(response []byte) (challenge []byte, done bool, err error) {
	const question = "<1896.697170952@mx.example.com>"
	if !c.asked {
		c.asked = true
		return []byte(question), false, nil
	}
	h := hmac.New(md5.New, []byte(password))
	h.Write([]byte(question))
	name, digest, _ := strings.Cut(string(response), " ")
	if digest != hex.EncodeToString(h.Sum(nil)) {
		return nil, true, smtp.ErrAuthFailed
	}
	return nil, true, c.check(name, password)
}

var made struct {
	sync.Once
	config *tls.Config
	roots  *x509.CertPool
}

// certificate makes a certificate for 127.0.0.1 that only roots trusts.
func certificate(t *testing.T) *tls.Config {
	t.Helper()
	made.Do(func() {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		template := &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mx.example.com"},
			NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
			IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
		if err != nil {
			t.Fatal(err)
		}
		made.config = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
		parsed, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		made.roots = x509.NewCertPool()
		made.roots.AddCert(parsed)
	})
	return made.config
}

// script starts a server that answers with the lines it is given: the first at once, each other one to a line that it gets.
// It ends the connection after the last; the content of a mail is one line to it.
func script(t *testing.T, replies ...string) SMTP {
	t.Helper()
	s, _ := counted(t, replies...)
	return s
}

// counted is script, with the number of connections.
func counted(t *testing.T, replies ...string) (SMTP, *atomic.Int32) {
	t.Helper()
	var connections atomic.Int32
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			recite(conn, replies)
			conn.Close()
		}
	}()
	t.Cleanup(func() {
		listener.Close()
		<-done
	})
	return SMTP{Host: "127.0.0.1", Port: listener.Addr().(*net.TCPAddr).Port, Security: Plain, From: "picket@example.com"}, &connections
}

func recite(conn net.Conn, replies []string) {
	end := []byte("\r\n")
	var got []byte
	for _, reply := range replies {
		if _, err := io.WriteString(conn, reply+"\r\n"); err != nil {
			return
		}
		got = got[:0]
		if strings.HasPrefix(reply, "354") {
			end = []byte("\r\n.\r\n")
		}
		for !bytes.HasSuffix(got, end) {
			b := make([]byte, 1)
			if _, err := conn.Read(b); err != nil {
				return
			}
			got = append(got, b[0])
		}
		end = []byte("\r\n")
	}
}
