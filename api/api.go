// Package api is the GuardDuty protocol over HTTP, and as much of STS as its clients need: it finds the operation of a
// request, verifies its signature, asks whether the caller may, checks the input against the contract, calls the service,
// and writes answers, errors and audit events as AWS does. It decides nothing about detectors or members itself.
package api

import (
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"picket"
	"picket/access"
	"picket/service"
)

// Config is what a Handler needs.
type Config struct {
	Service  *service.Service
	BasePath string       // what stands before the API's paths, as in "/guardduty"; signatures cover it
	Rate     float64      // calls a second and account, in the long run; 0 is 200
	Burst    int          // calls of an account at once; 0 is 400
	Log      *slog.Logger // nil discards
}

// Handler serves the API. Everything it answers carries a request id and the date, and an error never says more than AWS's
// would, but for a "detail" of what was wrong with the request.
type Handler struct {
	Config
	operations map[string]service.Operation
	verifier   *access.Verifier
	calls      *throttle // per account
	refusals   *throttle // of what is written to the audit log about callers that proved nothing
	auditor    *auditor
	known      *access.Identity // who calls, where that needs no signature
}

// Of refusals before a caller is known, or because it calls too often, this many are audited a second and account.
const (
	refusalRate  = 1
	refusalBurst = 20
)

// New returns a handler; Close it after its server has shut down.
func New(c Config) *Handler {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	regions := c.Service.Settings.Regions
	if len(regions) == 0 {
		regions = []string{"us-east-1"}
	}
	return &Handler{
		Config:     c,
		operations: c.Service.Operations(),
		verifier:   &access.Verifier{Directory: c.Service, Master: c.Service.Master, Regions: regions, Now: c.Service.Now},
		calls:      newThrottle(cmp.Or(c.Rate, 200), cmp.Or(c.Burst, 400)),
		refusals:   newThrottle(refusalRate, refusalBurst),
		auditor:    newAuditor(c.Service.Store, c.Log),
	}
}

// Close writes the audit events that still wait.
func (h *Handler) Close() { h.auditor.close() }

// Server returns a server for a handler with limits that slow and greedy clients run into: without them, each would hold a
// connection for as long as it likes.
func Server(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}

// ServeHTTP implements http.Handler.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := &call{h: h, w: &answer{ResponseWriter: w}, r: r, at: h.Service.Now(), requestID: newUUID()}
	w.Header().Set("X-Amzn-RequestId", c.requestID)
	w.Header().Set("Date", c.at.UTC().Format(http.TimeFormat))
	c.write = c.writeJSON
	defer func() {
		if p := recover(); p != nil {
			h.Log.Error("panic", "operation", c.name, "request", c.requestID, "panic", p, "stack", string(debug.Stack()))
			c.fail(errPanic)
		}
	}()
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), h.BasePath)
	switch {
	case !ok:
		c.write(unknownOperation)
	case path == "/healthz" && reads(r):
		io.WriteString(w, "ok\n")
	case path == "/readyz" && reads(r):
		h.ready(w, r)
	case path == "/" && (r.Method == http.MethodPost || r.URL.Query().Has("Action")):
		c.sts()
	case path == "/" && reads(r):
		http.Redirect(w, r, "/console/", http.StatusFound)
	case path == recordsPath && r.Method == http.MethodPost:
		c.records()
	default:
		if id, ok := firehoseSource(path); ok {
			h.firehose(c.w, r, id)
			return
		}
		c.guardduty(path)
	}
}

var errPanic = errors.New("the call panicked")

// answer knows whether an answer was begun.
type answer struct {
	http.ResponseWriter
	begun bool
}

func (a *answer) WriteHeader(status int) {
	a.begun = true
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(b)
}

func reads(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

func (h *Handler) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 5*time.Second)
	defer cancel()
	if err := h.Service.Store.View(ctx, func(picket.Tx) error { return nil }); err != nil {
		h.Log.Error("not ready", "error", err)
		http.Error(w, "the store does not answer", http.StatusServiceUnavailable)
		return
	}
	io.WriteString(w, "ok\n")
}

// address is where a request came from.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
