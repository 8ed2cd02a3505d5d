package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"time"

	"picket"
	"picket/access"
	"picket/guardduty"
)

// call is one request on its way.
type call struct {
	h         *Handler
	w         *answer
	r         *http.Request
	at        time.Time
	requestID string
	id        access.Identity // as far as known
	write     func(failure)   // an error, in the form of the protocol

	source, name string // of its audit event
	readOnly     bool
	parameters   map[string]any
	sharedWith   string // another account that the event is about

	refusal    string // the code of the error that was answered
	unrecorded bool   // its refusal is not in the audit log, because there are too many like it
}

// guardduty serves an operation of the contract.
func (c *call) guardduty(path string) {
	op, labels, ok := guardduty.Match(c.r.Method, path)
	if !ok {
		c.write(unknownOperation)
		return
	}
	c.source, c.name, c.readOnly = "guardduty.amazonaws.com", op.Name, access.ReadOnly(op)
	out, err := c.perform(op, labels)
	if err != nil {
		c.fail(modelled(op, err))
		return
	}
	var elements any
	if !c.readOnly {
		elements = out
	}
	if !c.kept(c.audit(elements, nil)) {
		return
	}
	switch err := guardduty.WriteOutput(c.w, op, out); {
	case err == nil:
	case c.w.begun:
		c.h.Log.Debug("answer", "operation", op.Name, "request", c.requestID, "error", err)
	default:
		c.fail(err)
	}
}

// perform does all that comes before the answer.
func (c *call) perform(op *guardduty.Operation, labels map[string]string) (guardduty.Shape, error) {
	in, err := c.input(op, labels)
	if err != nil {
		return nil, err
	}
	do, ok := c.h.operations[op.Name]
	if !ok {
		return nil, &picket.Error{
			Code:    picket.CodeBadRequest,
			Message: "The request is rejected because this server does not offer " + op.Name + " yet.",
		}
	}
	return do(c.r.Context(), c.id.Caller, in)
}

// input reads what is asked of an operation. Whether a caller may call is judged before what it asks for is looked at.
func (c *call) input(op *guardduty.Operation, labels map[string]string) (guardduty.Shape, error) {
	body, err := c.authenticate("guardduty")
	if err != nil {
		return nil, err
	}
	query, err := url.ParseQuery(plainQuery.Replace(c.r.URL.RawQuery))
	if err != nil {
		return nil, reject(op, &guardduty.ValidationError{Reason: "the query can't be decoded: " + err.Error()})
	}
	in, bindErr := bind(op, labels, query, body)
	c.parameters = parameters(op, labels, query, in)
	if err := c.authorize(op, labels, in); err != nil {
		return nil, err
	}
	if bindErr != nil {
		return nil, reject(op, bindErr)
	}
	if err := validate(in); err != nil {
		return nil, reject(op, err)
	}
	return in, nil
}

// plainQuery makes a query mean what its signature says: a plus is a plus, and only & separates.
var plainQuery = strings.NewReplacer("+", "%2B", ";", "%3B")

// authenticate reads the body and finds out who calls. The body comes with a refusal too, as far as it was read.
func (c *call) authenticate(service string) ([]byte, error) {
	c.id.SourceIP, c.id.UserAgent, c.id.RequestID = address(c.r), c.r.UserAgent(), c.requestID
	if c.h.known != nil {
		return c.recognize(*c.h.known)
	}
	if c.r.Header.Get("Authorization") == "" && !strings.Contains(c.r.URL.RawQuery, "X-Amz-") {
		return nil, missingToken // before anything of an unsigned body is read
	}
	body, err := c.body()
	if err != nil {
		return nil, err
	}
	id, err := c.h.verifier.Verify(c.r, body, service)
	id.SourceIP, id.UserAgent, id.RequestID = c.id.SourceIP, c.id.UserAgent, c.id.RequestID
	c.id = id
	if err != nil {
		return body, err
	}
	if !c.h.calls.Allow(id.Account, c.at) {
		return body, tooOften(id.Account)
	}
	return body, nil
}

// recognize reads the body of a call whose caller is known.
func (c *call) recognize(id access.Identity) ([]byte, error) {
	id.SourceIP, id.UserAgent, id.RequestID = cmp.Or(id.SourceIP, c.id.SourceIP), c.id.UserAgent, c.id.RequestID
	c.id = id
	if id.SourceIP != operatorIP && !c.h.calls.Allow(id.Account, c.at) {
		return nil, tooOften(id.Account)
	}
	return c.body()
}

func tooOften(account string) error {
	return &picket.Error{Code: picket.CodeThrottling, Message: "Rate exceeded", Detail: "Account " + account + " calls too often."}
}

var missingToken = &picket.Error{Code: picket.CodeMissingToken, Message: "Missing Authentication Token"}

func (c *call) authorize(op *guardduty.Operation, labels map[string]string, in guardduty.Shape) error {
	r := access.Request{
		Action:   access.Action(op),
		Resource: access.Resource(c.id.Caller, op, labels),
		Time:     c.at,
		TLS:      c.r.TLS != nil,
	}
	r.Tags, r.TagKeys = tagsOf(in)
	return c.h.Authorize(c.r.Context(), c.id, r)
}

// Authorize is access.Identity.Authorize of a request about a resource that may have tags.
func (h *Handler) Authorize(ctx context.Context, id access.Identity, r access.Request) error {
	r.ResourceTags = func() (map[string]string, error) { return h.Service.ResourceTags(ctx, id.Caller, r.Resource) }
	return id.Authorize(r)
}

// tagsOf returns the tags that an input sets, and the keys of those that it sets or takes away.
func tagsOf(in guardduty.Shape) (tags map[string]string, keys []string) {
	if in == nil {
		return nil, nil
	}
	v := reflect.ValueOf(in).Elem()
	if f := v.FieldByName("Tags"); f.IsValid() {
		tags, _ = f.Interface().(map[string]string)
	}
	for key := range tags {
		keys = append(keys, key)
	}
	if f := v.FieldByName("TagKeys"); f.IsValid() && f.Kind() == reflect.Slice {
		for i := range f.Len() {
			keys = append(keys, f.Index(i).String())
		}
	}
	return tags, keys
}

// fail answers with an error, after it is in the audit log.
func (c *call) fail(err error) {
	f := failureOf(err)
	c.refusal = f.code
	gone := errors.Is(err, context.Canceled) && c.r.Context().Err() != nil // the client hung up
	if f.status >= http.StatusInternalServerError && !gone {
		c.h.Log.Error("call failed", "operation", c.name, "request", c.requestID, "account", c.id.Account, "error", err)
	}
	if c.kept(c.audit(nil, &f)) && !c.w.begun {
		c.write(f)
	}
}

// kept reports whether a call is in the audit log. If not, its answer is an internal error, whatever it did.
func (c *call) kept(err error) bool {
	if err == nil {
		return true
	}
	c.h.Log.Error("call is not in the audit log", "operation", c.name, "request", c.requestID, "account", c.id.Account, "error", err)
	c.write(internal)
	return false
}

// modelled makes of an error that an operation can't return one that it can: SDKs have types for no other.
func modelled(op *guardduty.Operation, err error) error {
	var e *picket.Error
	if !errors.As(err, &e) || e.Code != picket.CodeNotFound && e.Code != picket.CodeConflict || slices.Contains(op.Errors, string(e.Code)) {
		return err
	}
	return &picket.Error{Code: picket.CodeBadRequest, Message: e.Message, Detail: e.Detail}
}
