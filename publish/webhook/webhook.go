// Package webhook publishes events to addresses that the operator names: one signed request an event, under the egress policy,
// in the form that the receiver reads. It follows no redirects, because a signed finding is meant for nobody else.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"picket/fetch"
	"picket/publish"
)

// requestTime bounds a request, the answer included.
const requestTime = 20 * time.Second

// Sender posts events.
type Sender struct {
	Policy fetch.Policy
	// Open opens what a destination keeps sealed.
	Open func(publish.Destination) (address string, secret []byte, err error)
	Now  func() time.Time
}

// Verify implements publish.Sender. Whether an address takes events shows with the first of them.
func (s *Sender) Verify(_ context.Context, d publish.Destination) error {
	return Check(d.URL, d.Format)
}

// Check says what is wrong with an address or a format.
func Check(address, format string) error {
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
		return errors.New("the address is none like https://alerts.example.com/picket")
	}
	if _, ok := formats[format]; !ok {
		return fmt.Errorf("format %q: want %s", format, Formats)
	}
	return nil
}

// Send implements publish.Sender.
func (s *Sender) Send(ctx context.Context, d publish.Destination, events []publish.Event) (int, error) {
	address, secret, err := s.Open(d)
	if err != nil {
		return 0, fmt.Errorf("open the address and the secret: %w", err)
	}
	d.URL = address
	client := s.Policy.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	defer client.CloseIdleConnections()
	write, ok := formats[d.Format]
	if !ok {
		return 0, fmt.Errorf("there is no format %q", d.Format)
	}
	for i, e := range events {
		body, err := write(e, string(secret))
		if err != nil {
			return i, err
		}
		if body == nil {
			continue // the form has no place for such an event
		}
		if err := s.post(ctx, client, d, e.ID, secret, body); err != nil {
			return i, err
		}
	}
	return len(events), nil
}

func (s *Sender) post(ctx context.Context, client *http.Client, d publish.Destination, id string, secret, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL, bytes.NewReader(body))
	if err != nil {
		return errors.New("the address can't be used")
	}
	at := strconv.FormatInt(s.Now().Unix(), 10)
	req.Header.Set("Content-Type", contentType(d.Format))
	req.Header.Set("User-Agent", "picket")
	req.Header.Set("Webhook-Id", id)
	req.Header.Set("Webhook-Timestamp", at)
	req.Header.Set("Webhook-Signature", Sign(secret, id, at, body))
	resp, err := client.Do(req)
	if err != nil {
		var hidden *url.Error
		if errors.As(err, &hidden) {
			err = hidden.Err // the address itself may be a secret, as Slack's are
		}
		return fmt.Errorf("the receiver can't be reached: %w", err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10)) // so that the connection can be used again
	return judge(resp.StatusCode)
}

// judge says what an answer means: what is wrong with the event is final, what is wrong with the receiver may pass.
func judge(status int) error {
	switch {
	case status/100 == 2:
		return nil
	case status == http.StatusBadRequest, status == http.StatusRequestEntityTooLarge, status == http.StatusUnsupportedMediaType, status == http.StatusUnprocessableEntity:
		return &publish.Refused{Reason: fmt.Sprintf("the receiver answered %d %s", status, http.StatusText(status))}
	}
	return fmt.Errorf("the receiver answered %d %s", status, http.StatusText(status))
}

// Sign signs a request as the Standard Webhooks specification has it: HMAC-SHA256 over id, time and body.
func Sign(secret []byte, id, at string, body []byte) string {
	h := hmac.New(sha256.New, secret)
	fmt.Fprintf(h, "%s.%s.%s", id, at, body)
	return "v1," + base64.StdEncoding.EncodeToString(h.Sum(nil))
}
