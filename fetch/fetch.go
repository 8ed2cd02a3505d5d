// Package fetch brings lists from the network to the disk and from the disk to package intel. Every download passes an egress
// policy, checked against the address that is dialled, and is bounded in size and time; a copy on disk is replaced only by one
// that reads as the list that it should be. It refuses to decide what a list means: that is intel's.
package fetch

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// ErrTooLarge is returned for a download over Policy.MaxBytes.
var ErrTooLarge = errors.New("download is too large")

// ErrRefused is returned where a server answers that there is nothing to have: trying again is of no use.
var ErrRefused = errors.New("the server refuses")

// validators are what a server said of a copy, to ask whether there is a newer one.
type validators struct {
	ETag         string `json:"etag,omitempty"`
	LastModified string `json:"last_modified,omitempty"`
}

// document is what a server sent.
type document struct {
	body       []byte
	unchanged  bool // the copy that the validators are of is current; there is no body
	validators validators
}

// get downloads address, unless the copy that have are the validators of is current.
func (p Policy) get(ctx context.Context, client *http.Client, address string, have validators) (document, error) {
	ctx, cancel := context.WithTimeout(ctx, p.timeout())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return document{}, fmt.Errorf("make request: %w", err)
	}
	req.Header.Set("User-Agent", "picket")
	if have.ETag != "" {
		req.Header.Set("If-None-Match", have.ETag)
	}
	if have.LastModified != "" {
		req.Header.Set("If-Modified-Since", have.LastModified)
	}
	resp, err := client.Do(req)
	if err != nil {
		var of *url.Error
		if errors.As(err, &of) {
			err = of.Err // the address may hold secrets
		}
		return document{}, fmt.Errorf("download: %w", err)
	}
	defer resp.Body.Close()
	switch {
	case refuses(resp.StatusCode):
		return document{}, fmt.Errorf("download: %w: it answered %s", ErrRefused, resp.Status)
	case resp.StatusCode == http.StatusNotModified && have != validators{}:
		return document{unchanged: true, validators: have}, nil
	case resp.StatusCode != http.StatusOK:
		return document{}, fmt.Errorf("download: server answered %s", resp.Status)
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, p.maxBytes()+1))
	if err != nil {
		return document{}, fmt.Errorf("download: %w", err)
	}
	if int64(len(body)) > p.maxBytes() {
		return document{}, fmt.Errorf("%w: over %d bytes", ErrTooLarge, p.maxBytes())
	}
	return document{body: body, validators: validators{resp.Header.Get("ETag"), resp.Header.Get("Last-Modified")}}, nil
}

// refuses reports whether an answer will not change by itself.
func refuses(status int) bool {
	return status >= 400 && status < 500 && status != http.StatusRequestTimeout && status != http.StatusTooManyRequests
}

// Get downloads address, unless etag is that of what is there now: then there is no body.
func (p Policy) Get(ctx context.Context, client *http.Client, address, etag string) (body []byte, now string, err error) {
	d, err := p.get(ctx, client, address, validators{ETag: etag})
	return d.body, d.validators.ETag, err
}
