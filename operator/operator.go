// Package operator serves the commands of whoever runs the server: accounts, users, roles, keys, policies, organizations.
// They travel as JSON over HTTP, through a Unix socket that only the server's user may open, or straight to a handler in
// the same process where no server runs. It asks nobody who they are, so it must never listen on a network.
package operator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"

	"picket"
	"picket/service"
)

// Commands answers the operator's commands.
type Commands struct{ router }

// ServeHTTP implements http.Handler.
func (c Commands) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.mux.ServeHTTP(w, r) }

// Add adds a command that changes nothing of accounts, for what only the program's other parts can do: its path is noun or noun and
// verb, its input and output are JSON.
func Add[In, Out any](c Commands, path string, ask func(context.Context, In) (Out, error)) {
	question(c.router, path, ask)
}

// Handler answers the commands of the service. Errors that aren't the operator's are logged and told in full: it is the operator's server.
func Handler(s *service.Service, log *slog.Logger) Commands {
	mux := http.NewServeMux()
	r := router{mux, s, log}
	accounts(r, s)
	organizations(r, s)
	identities(r, s)
	passwords(r, s)
	keys(r, s)
	policies(r, s)
	audit(r, s)
	members(r, s)
	findings(r, s)
	sources(r, s)
	quarantine(r, s)
	lists(r, s)
	coverage(r, s)
	filters(r, s)
	status(r, s)
	destinations(r, s)
	return Commands{r}
}

// router registers commands.
type router struct {
	mux     *http.ServeMux
	service *service.Service
	log     *slog.Logger
}

// question registers a command that changes nothing: its path is noun and verb, its input and output are JSON.
func question[In, Out any](r router, path string, ask func(context.Context, In) (Out, error)) {
	handle(r, path, func(ctx context.Context, in In, _ json.RawMessage) (Out, error) { return ask(ctx, in) })
}

// command registers a command that changes something: it is in the audit log of the account that its input names, or of none in the
// server's own, done or not.
func command[In, Out any](r router, path string, do func(context.Context, In) (Out, error)) {
	handle(r, path, func(ctx context.Context, in In, request json.RawMessage) (out Out, err error) {
		var about struct{ AccountID string }
		if err := json.Unmarshal(request, &about); err != nil {
			return out, fmt.Errorf("read account of %s: %w", path, err)
		}
		return audited(ctx, r, path, about.AccountID, in, request, do)
	})
}

// commandAbout is command where the input names something else: of asks which account that is of, before it may be gone.
func commandAbout[In, Out any](r router, path string, of func(context.Context, In) (account string, err error), do func(context.Context, In) (Out, error)) {
	handle(r, path, func(ctx context.Context, in In, request json.RawMessage) (out Out, err error) {
		account, err := of(ctx, in)
		if err != nil {
			return out, err
		}
		return audited(ctx, r, path, account, in, request, do)
	})
}

func audited[In, Out any](ctx context.Context, r router, path, account string, in In, request json.RawMessage, do func(context.Context, In) (Out, error)) (Out, error) {
	out, err := do(ctx, in)
	return out, errors.Join(err, r.service.OperatorEvent(ctx, account, path, request, err))
}

func handle[In, Out any](r router, path string, do func(context.Context, In, json.RawMessage) (Out, error)) {
	r.mux.HandleFunc("POST /"+path, func(w http.ResponseWriter, req *http.Request) {
		in, request, err := read[In](http.MaxBytesReader(w, req.Body, 1<<20))
		if err != nil {
			respond(w, http.StatusBadRequest, picket.Error{Code: picket.CodeBadRequest, Message: "The command can't be read: " + err.Error()})
			return
		}
		out, err := do(req.Context(), in, request)
		var refused *picket.Error
		switch {
		case err == nil:
			respond(w, http.StatusOK, out)
		case errors.As(err, &refused):
			respond(w, http.StatusBadRequest, refused)
		default:
			r.log.Error("operator's command", "command", path, "error", err)
			respond(w, http.StatusInternalServerError, picket.Error{Message: err.Error()})
		}
	})
}

func read[In any](body io.Reader) (in In, request json.RawMessage, err error) {
	if request, err = io.ReadAll(body); err != nil {
		return in, nil, err
	}
	d := json.NewDecoder(bytes.NewReader(request))
	d.DisallowUnknownFields()
	return in, request, d.Decode(&in)
}

func respond(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client is gone if this fails
}

// none is the output of commands that only do something.
type none struct{}

// do adapts a method that returns nothing but an error.
func do[In any](f func(context.Context, In) error) func(context.Context, In) (none, error) {
	return func(ctx context.Context, in In) (none, error) { return none{}, f(ctx, in) }
}

// Client sends commands.
type Client struct{ http *http.Client }

// Socket is a transport that sends every request through a Unix socket, whatever its host.
func Socket(path string) http.RoundTripper {
	return &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", path)
	}}
}

// Direct is a transport that hands every request to a handler in the same process.
type Direct struct{ http.Handler }

// RoundTrip implements http.RoundTripper.
func (d Direct) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body == nil {
		r.Body = http.NoBody
	}
	w := &recorder{header: http.Header{}, status: http.StatusOK}
	d.ServeHTTP(w, r)
	return &http.Response{
		StatusCode: w.status, Status: http.StatusText(w.status), Header: w.header, Request: r, ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(&w.body), ContentLength: int64(w.body.Len()),
	}, nil
}

type recorder struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header         { return w.header }
func (w *recorder) WriteHeader(status int)      { w.status = status }
func (w *recorder) Write(b []byte) (int, error) { return w.body.Write(b) }

// NewClient returns a client that sends its commands through a transport: Socket or Direct.
func NewClient(t http.RoundTripper) *Client { return &Client{&http.Client{Transport: t}} }

// Do sends a command and decodes its output; out may be nil. What the server refuses is a *picket.Error.
func (c *Client) Do(ctx context.Context, path string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return fmt.Errorf("encode %s: %w", path, err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://picket/"+path, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("send %s: %w", path, err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return fmt.Errorf("ask the server: %w", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		if out == nil {
			return nil
		}
		if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
			return fmt.Errorf("read answer to %s: %w", path, err)
		}
		return nil
	}
	refused := new(picket.Error)
	if err := json.NewDecoder(resp.Body).Decode(refused); err != nil || refused.Message == "" {
		return fmt.Errorf("%s: the server answered %s", path, resp.Status)
	}
	return refused
}
