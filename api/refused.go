package api

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"strings"

	"picket"
)

// Listener has requests that are no HTTP answered as the API answers, with a BadRequestException: net/http refuses them, in
// plain text, before any handler knows of them. What comes through TLS stays as it is, because it can't be read here.
func Listener(l net.Listener) net.Listener { return listener{l} }

type listener struct{ net.Listener }

// Accept implements net.Listener.
func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return conn{c}, nil
}

type conn struct{ net.Conn }

// plainRefusal stands between the first line and the text of what net/http says by itself, in one write. What handlers say has
// a date there.
const plainRefusal = "\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n"

// Write implements net.Conn.
func (c conn) Write(b []byte) (int, error) {
	line, reason, found := bytes.Cut(b, []byte(plainRefusal))
	if !found || !bytes.HasPrefix(line, []byte("HTTP/1.1 ")) || bytes.Contains(line, []byte("\r\n")) {
		return c.Conn.Write(b)
	}
	if _, err := c.Conn.Write(refusal(string(reason))); err != nil {
		return 0, err
	}
	return len(b), nil
}

// refusal is the answer to what is no HTTP, for a reason.
func refusal(reason string) []byte {
	why := strings.TrimPrefix(strings.TrimLeft(reason, "0123456789 "), "Bad Request: ")
	f := newFailure(picket.CodeBadRequest, "The request is rejected because it is not valid HTTP: "+why+".", "")
	body := f.json()
	return fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: application/json\r\nX-Amzn-RequestId: %s\r\nX-Amzn-ErrorType: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
		f.status, http.StatusText(f.status), newUUID(), f.code, len(body), body)
}
