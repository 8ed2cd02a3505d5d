// Package console serves the web console: its pages, sign-in and sessions, the GuardDuty API as who is signed in, and the few
// calls that its pages need and the API lacks. It decides nothing about what it shows: that is package service, asked with the
// account of the session and never another. It refuses whatever a browser could be tricked into sending from elsewhere.
package console

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"picket"
	"picket/access"
	"picket/api"
	"picket/service"
)

// Config is what a Handler needs.
type Config struct {
	Service *service.Service
	API     *api.Handler
	Log     *slog.Logger // nil discards
	Secure  bool         // it is reached by TLS alone

	Look time.Duration // how often it is looked for changes to tell pages of; 0 is 2 seconds
	// Page returns what there is to read about a finding type, in Markdown; false if there is nothing.
	Page func(typ string) (string, bool)
}

// Handler serves everything below /console/.
type Handler struct {
	Config
	mux     *http.ServeMux // of calls
	pages   http.Handler
	csrfKey []byte
	origins *http.CrossOriginProtection
	signIns *service.Throttle // by network: each costs the server a password's hash
	streams streams
	closing chan struct{} // closed by Close
	close   func()
}

// New returns a handler.
func New(c Config) *Handler {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	h := &Handler{
		Config: c, mux: http.NewServeMux(), csrfKey: c.Service.Master.Derive("console csrf"), origins: http.NewCrossOriginProtection(),
		signIns: service.NewThrottle(0.5, 30), closing: make(chan struct{}),
	}
	h.close = sync.OnceFunc(func() { close(h.closing) })
	h.pages = pages(dist)
	h.mux.HandleFunc("/console/api/", func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, &picket.Error{Code: picket.CodeNotFound, Message: "The console has no such call."})
	})
	h.mux.HandleFunc("POST /console/api/sign-in", h.signIn)
	h.mux.HandleFunc("/console/api/aws/{region}/", h.guardduty)
	h.mux.HandleFunc("GET /console/api/events", h.events)
	sessions(h)
	members(h)
	received(h)
	findings(h)
	identities(h)
	server(h)
	return h
}

// Close ends what pages listen to, so that a server can shut down; they come back by themselves.
func (h *Handler) Close() { h.close() }

// policy lets pages load nothing but what this server serves, and nobody frame them.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if p := recover(); p != nil {
			h.Log.Error("panic", "path", r.URL.Path, "panic", p, "stack", string(debug.Stack()))
			refuse(w, errors.New("panic"))
		}
	}()
	header := w.Header()
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	if h.Secure {
		header.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if !strings.HasPrefix(r.URL.Path, "/console/api/") {
		h.pages.ServeHTTP(w, r)
		return
	}
	header.Set("Cache-Control", "no-store")
	if err := h.origins.Check(r); err != nil {
		refuse(w, crossOrigin)
		return
	}
	h.mux.ServeHTTP(w, r)
}

var crossOrigin = &picket.Error{Code: picket.CodeAccessDenied, Message: "The request comes from another site."}

// sessionChanged is told to a page of one session whose browser has another one's cookie by now.
var sessionChanged = &picket.Error{Code: "SessionChanged", Message: "The page is of an earlier session: load it anew, then repeat what you did."}

// call is one request of somebody who is signed in.
type call struct {
	*http.Request
	id      access.Identity
	session service.Session
	region  string // that the path names, one of the server's; "" if it names none
	body    any    // that was read, for the audit log; nil where it has a secret
}

// read decodes the body of a call, which holds no secret.
func (c *call) read(into any) error {
	c.body = into
	return c.readSecret(into)
}

// readSecret is read of what the audit log must not hold.
func (c *call) readSecret(into any) error {
	const maxBody = 1 << 20
	d := json.NewDecoder(io.LimitReader(c.Body, maxBody))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return &picket.Error{Code: picket.CodeBadRequest, Message: "The request can't be read: " + err.Error()}
	}
	return nil
}

// handle serves a call of the console to who may do an action in the region of its path, or, if that has none, in every region;
// what its query names gives nobody more. What changes something is in the audit log, done or not.
func handle[Out any](h *Handler, pattern, action string, do func(context.Context, *call) (Out, error)) {
	method, path, _ := strings.Cut(pattern, " ")
	h.mux.HandleFunc(method+" /console/api/"+path, func(w http.ResponseWriter, r *http.Request) {
		c, err := h.signedIn(r)
		if err != nil {
			h.fail(w, r, err)
			return
		}
		var out Out
		if !slices.Contains(always, pattern) {
			err = h.admit(c)
		}
		if err == nil {
			err = h.permit(c, action, r.PathValue("region"))
		}
		if err == nil {
			out, err = do(r.Context(), c)
		}
		if method != http.MethodGet {
			err = errors.Join(err, h.Service.ConsoleEvent(r.Context(), c.event(pattern), err))
		}
		if err != nil {
			h.fail(w, r, err)
			return
		}
		if _, nothing := any(out).(none); nothing {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		respond(w, http.StatusOK, out)
	})
}

// event is the call as the audit log has it. Previews change nothing.
func (c *call) event(pattern string) service.ConsoleCall {
	return service.ConsoleCall{
		Session: c.session, SourceIP: c.id.SourceIP, UserAgent: c.id.UserAgent, Region: c.PathValue("region"),
		Name: pattern, Path: c.URL.Path, Body: c.body, ReadOnly: strings.HasSuffix(pattern, "/preview"),
	}
}

// always are the calls that end sessions: who floods an account must not keep its people from them.
var always = []string{"POST sign-out", "DELETE sessions/{id}"}

// admit refuses a call of an account that calls too often, as the API does.
func (h *Handler) admit(c *call) error {
	if !h.API.Allow(c.id.Account) {
		return &picket.Error{Code: picket.CodeThrottling, Message: "Account " + c.id.Account + " calls too often. Wait a second, then try again."}
	}
	return nil
}

// none is the answer of calls that only do something.
type none struct{}

// signedIn finds out who calls: by the session's cookie, and for what changes something by a header too, which no other site can
// make a browser send. Who sends it to read something is answered as that session or not at all.
func (h *Handler) signedIn(r *http.Request) (*call, error) {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return nil, signedOut
	}
	session, id, err := h.Service.OpenSession(r.Context(), cookie.Value)
	if err != nil {
		return nil, err
	}
	token := r.Header.Get(csrfHeader)
	if token == "" && r.Method != http.MethodGet && r.Method != http.MethodHead {
		return nil, crossOrigin
	}
	if token != "" && !hmac.Equal([]byte(token), []byte(h.csrf(session))) {
		return nil, sessionChanged
	}
	c := &call{Request: r, id: id, session: session, region: r.PathValue("region")}
	if c.region == "" {
		c.region = r.URL.Query().Get("region")
	}
	if c.region != "" && !slices.Contains(h.Service.Regions(), c.region) {
		return nil, &picket.Error{Code: picket.CodeBadRequest, Message: fmt.Sprintf("This server has no region %.40q.", c.region)}
	}
	c.id.Region, c.id.SourceIP, c.id.UserAgent = c.region, address(r), r.UserAgent()
	return c, nil
}

var signedOut = &picket.Error{Code: picket.CodeExpiredToken, Message: "You are not signed in, or not any more."}

const csrfHeader = "X-Picket-Csrf"

func (h *Handler) csrf(s service.Session) string {
	m := hmac.New(sha256.New, h.csrfKey)
	m.Write([]byte(s.ID))
	return hex.EncodeToString(m.Sum(nil))
}

// guardduty serves the API as who is signed in.
func (h *Handler) guardduty(w http.ResponseWriter, r *http.Request) {
	c, err := h.signedIn(r)
	if err != nil {
		h.fail(w, r, err)
		return
	}
	http.StripPrefix("/console/api/aws/"+c.region, h.API.As(c.id)).ServeHTTP(w, r)
}

// statuses are those of HTTP for what can be wrong.
var statuses = map[picket.Code]int{
	picket.CodeBadRequest: http.StatusBadRequest, picket.CodeAccessDenied: http.StatusForbidden, picket.CodeNotFound: http.StatusNotFound,
	picket.CodeConflict: http.StatusConflict, picket.CodeThrottling: http.StatusTooManyRequests, picket.CodeExpiredToken: http.StatusUnauthorized,
	service.CodeSignInRefused: http.StatusUnauthorized, service.CodeCodeRequired: http.StatusUnauthorized,
	service.CodeNewPassword: http.StatusUnauthorized, service.CodeTooManyTries: http.StatusTooManyRequests,
	sessionChanged.Code: http.StatusForbidden,
}

// fail answers with an error. What isn't the caller's fault only the operator reads.
func (h *Handler) fail(w http.ResponseWriter, r *http.Request, err error) {
	if statuses[picket.ErrorCode(err)] == 0 && r.Context().Err() == nil {
		h.Log.Error("console call", "path", r.URL.Path, "error", err)
	}
	refuse(w, err)
}

func refuse(w http.ResponseWriter, err error) {
	var e *picket.Error
	if !errors.As(err, &e) || statuses[e.Code] == 0 {
		respond(w, http.StatusInternalServerError, map[string]string{"code": "InternalError", "message": "The server could not do this; its log says why."})
		return
	}
	code := string(e.Code)
	if e.Code == picket.CodeExpiredToken {
		code = "SignedOut"
	}
	respond(w, statuses[e.Code], map[string]string{"code": code, "message": e.Error()})
}

func respond(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client is gone if this fails
}

// address is where a request came from.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
