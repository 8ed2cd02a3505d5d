// Package smtp publishes events to people by mail: what is due together goes as one mail, through the server that invitations
// go through. It sends to addresses that the operator names, and to no others.
package smtp

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"

	"picket"
	"picket/finding"
	"picket/mail"
	"picket/publish"
)

// Sender mails events.
type Sender struct {
	Mail mail.Sender
	Now  func() time.Time
}

// Verify implements publish.Sender. Whether mail arrives nobody knows.
func (s *Sender) Verify(_ context.Context, d publish.Destination) error {
	_, err := address(d.URL)
	return err
}

// address is the address of a mailto: URL, which holds nothing else.
func address(url string) (string, error) {
	to, ok := strings.CutPrefix(url, "mailto:")
	if a, err := netmail.ParseAddress(to); !ok || err != nil || a.Address != to {
		return "", errors.New("the address is none like mailto:team@example.com")
	}
	return to, nil
}

// Send implements publish.Sender. A mail that a server may have taken goes again under the same Message-ID.
func (s *Sender) Send(ctx context.Context, d publish.Destination, events []publish.Event) (int, error) {
	to, err := address(d.URL)
	if err != nil {
		return 0, err
	}
	r := mail.Report{Account: d.Account, To: to, Date: s.Now().UTC()}
	id := sha256.New()
	for _, e := range events {
		fmt.Fprintln(id, e.ID)
		if e.Finding != nil {
			r.Findings = append(r.Findings, of(e.Finding))
			continue
		}
		lines, err := e.Lines()
		if err != nil {
			return 0, err
		}
		r.Notices = append(r.Notices, mail.Notice{Title: e.Type, Region: e.Region, Lines: lines})
	}
	r.ID = hex.EncodeToString(id.Sum(nil)[:16])
	m, err := r.Write()
	if err != nil {
		return 0, err
	}
	if _, err := s.Mail.Send(ctx, m); err != nil {
		return 0, err
	}
	return len(events), nil
}

func of(f *picket.Finding) mail.Finding {
	out := mail.Finding{
		ID: value(f.Id), Account: value(f.AccountId), Region: value(f.Region), Type: value(f.Type), Title: value(f.Title),
		Text: value(f.Description), Subject: finding.Subject(&f.Finding), Severity: picket.Severity(value(f.Severity)),
		Sample: f.AdditionalInfo["sample"] == true,
	}
	if s := f.Service; s != nil {
		out.Count, out.First, out.Last = value(s.Count), clock(value(s.EventFirstSeen)), clock(value(s.EventLastSeen))
	}
	return out
}

// clock is a time as people read it.
func clock(text string) string {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
