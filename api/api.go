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
	"sync"
	"time"

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

	// Wait is how long a delivery waits for another of its source, and then for one of any, before it is told to come again; 0 is 10
	// seconds.
	Wait time.Duration
	// Observe is told of every call: its operation, "" if it has none, and how it was answered. It may be nil.
	Observe func(operation string, status int, took time.Duration)
	// Failing says what of the server's other work can't be done now, for anyone who asks /readyz; "" if all can. It may be nil.
	Failing func() string
}

// Handler serves the API. Everything it answers carries a request id and the date, and an error never says more than AWS's
// would, but for a "detail" of what was wrong with the request.
type Handler struct {
	Config
	operations map[string]service.Operation
	verifier   *access.Verifier
	calls      *service.Throttle // per account
	auditor    *auditor
	bodies     *sync.Map        // by source, places for deliveries whose bodies are read or kept
	deliveries chan struct{}    // those that are unpacked and stored: each may unpack to much
	known      *access.Identity // who calls, where that needs no signature
}

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
		calls:      service.NewThrottle(cmp.Or(c.Rate, 200), cmp.Or(c.Burst, 400)),
		auditor:    newAuditor(c.Service.Store, c.Log),
		bodies:     new(sync.Map),
		deliveries: make(chan struct{}, maxDeliveries),
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
		WriteTimeout:      2 * time.Minute, // a change may wait twice for the store, and its audit record too
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
	path, ok := strings.CutPrefix(r.URL.EscapedPath(), h.BasePath)
	if ok && reads(r) && h.probed(w, r, path) {
		return
	}
	defer c.tell()
	defer func() {
		if p := recover(); p != nil {
			h.Log.Error("panic", "operation", c.name, "request", c.requestID, "panic", p, "stack", string(debug.Stack()))
			c.fail(errPanic)
		}
	}()
	switch {
	case !ok, path == "/" && h.known != nil: // keys of STS would outlive what the caller is known by
		c.write(unknownOperation)
	case path == "/" && (r.Method == http.MethodPost || r.URL.Query().Has("Action")):
		c.sts()
	case path == "/" && reads(r):
		http.Redirect(w, r, "/console/", http.StatusFound)
	case path == recordsPath && r.Method == http.MethodPost:
		c.records()
	default:
		if id, ok := firehoseSource(path); ok {
			c.firehose(id)
		} else if op, labels, ok := previewed(r.Method, path); ok {
			c.preview(op, labels)
		} else {
			c.guardduty(path)
		}
	}
}

var errPanic = errors.New("the call panicked")

// answer knows whether an answer was begun, and with which status.
type answer struct {
	http.ResponseWriter
	begun  bool
	status int
}

func (a *answer) WriteHeader(status int) {
	if !a.begun {
		a.begun, a.status = true, status
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if !a.begun {
		a.begun, a.status = true, http.StatusOK
	}
	return a.ResponseWriter.Write(b)
}

// tell notes an answered call: in the log, with the id that its caller and the audit log have, and for who measures. Callers that
// proved nothing can't fill the log, as they can't the audit log: what is not there is for debugging only.
func (c *call) tell() {
	took := c.h.Service.Now().Sub(c.at)
	if c.h.Observe != nil {
		c.h.Observe(c.name, c.w.status, took)
	}
	level := slog.LevelInfo
	if c.unrecorded || c.name == "" {
		level = slog.LevelDebug
	}
	attrs := []slog.Attr{
		slog.String("operation", c.name), slog.Int("status", c.w.status), slog.String("request", c.requestID),
		slog.String("account", c.id.Account), slog.String("region", c.id.Region), slog.String("caller", c.id.ARN),
		slog.String("from", c.id.SourceIP), slog.Float64("milliseconds", float64(took.Microseconds())/1000),
	}
	if c.refusal != "" {
		attrs = append(attrs, slog.String("error", c.refusal))
	}
	c.h.Log.LogAttrs(c.r.Context(), level, "call", attrs...)
}

func reads(r *http.Request) bool { return r.Method == http.MethodGet || r.Method == http.MethodHead }

// probed answers those who ask whether the server runs, and whether it can do its work. They need no signature, so they learn
// what can't be done, and the log says why.
func (h *Handler) probed(w http.ResponseWriter, r *http.Request, path string) bool {
	switch path {
	case "/healthz":
		io.WriteString(w, "ok\n")
	case "/readyz":
		if trouble := h.trouble(r.Context()); trouble != "" {
			http.Error(w, trouble, http.StatusServiceUnavailable)
			return true
		}
		io.WriteString(w, "ok\n")
	default:
		return false
	}
	return true
}

func (h *Handler) trouble(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if _, err := service.HasMaster(ctx, h.Service.Store); err != nil { // SQLite begins a transaction without a look at the file
		h.Log.Error("not ready", "error", err)
		return "the store does not answer"
	}
	if h.Failing == nil {
		return ""
	}
	return h.Failing()
}

// address is where a request came from.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
