package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"picket/guardduty"
	"picket/service"
)

const (
	maxBody  = 1 << 20
	maxDepth = 100 // of JSON: deeper than any input of the contract
)

// body reads the whole body, up to maxBody. Chunked bodies are refused: no SDK sends them, and where two servers could
// disagree about the length of a request, one can be hidden in another.
func (c *call) body() ([]byte, error) {
	if len(c.r.TransferEncoding) > 0 {
		return nil, lengthRequired
	}
	if c.r.ContentLength == 0 {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(c.w.ResponseWriter, c.r.Body, maxBody))
	switch {
	case err == nil:
		return body, nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, timedOut
	}
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return nil, tooLarge
	}
	return nil, cutShort
}

// bind reads the input of an operation. It looks at the text before anything is built of it: how deep it is nested, and that
// nothing in it ends a string for one who reads it and not for another.
func bind(op *guardduty.Operation, labels map[string]string, query url.Values, body []byte) (guardduty.Shape, error) {
	for name, value := range labels {
		if !plain(value) {
			return nil, notPlain(wireName(name))
		}
	}
	for name, values := range query {
		if slices.ContainsFunc(values, func(v string) bool { return !plain(v) }) {
			return nil, notPlain(service.Short(name))
		}
	}
	switch depth, nul := inspect(body); {
	case depth > maxDepth:
		return nil, &guardduty.ValidationError{Reason: fmt.Sprintf("the body must not be nested deeper than %d levels", maxDepth)}
	case nul || !utf8.Valid(body):
		return nil, notPlain("")
	}
	return guardduty.Bind(op, labels, query, bytes.NewReader(body))
}

func plain(s string) bool { return utf8.ValidString(s) && strings.IndexByte(s, 0) < 0 }

func notPlain(path string) error {
	return &guardduty.ValidationError{Path: path, Reason: "must be UTF-8 without NUL characters"}
}

// wireName is the name of a member in JSON.
func wireName(member string) string { return strings.ToLower(member[:1]) + member[1:] }

// inspect returns how deep JSON is nested, and whether a string in it has a NUL character; for what is no JSON it returns
// anything.
func inspect(b []byte) (depth int, nul bool) {
	now, text := 0, false
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case text && c == '\\':
			i++
			nul = nul || bytes.HasPrefix(b[i:], []byte("u0000"))
		case c == '"':
			text = !text
		case text:
		case c == '{' || c == '[':
			now++
			depth = max(depth, now)
		case c == '}' || c == ']':
			now--
		}
	}
	return depth, nul
}
