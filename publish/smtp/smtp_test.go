package smtp

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/guardduty"
	"picket/mail"
	"picket/publish"
)

// box keeps what it is sent.
type box struct {
	got  []mail.Message
	down error
}

// Send implements mail.Sender.
func (b *box) Send(_ context.Context, m mail.Message) (picket.Mail, error) {
	if b.down != nil {
		return picket.Mail{}, b.down
	}
	b.got = append(b.got, m)
	return picket.Mail{State: picket.MailSent}, nil
}

func event(id string) publish.Event {
	return publish.Event{ID: "event-" + id, Account: "111122223333", Region: "us-east-1", Finding: &picket.Finding{Finding: guardduty.Finding{
		Id: &id, AccountId: guardduty.Ptr("444455556666"), Region: guardduty.Ptr("us-east-1"), Type: guardduty.Ptr("Recon:EC2/Portscan"),
		Severity: guardduty.Ptr(8.0), Title: guardduty.Ptr("title " + id), Description: guardduty.Ptr("text " + id),
		Resource: &guardduty.Resource{InstanceDetails: &guardduty.InstanceDetails{InstanceId: guardduty.Ptr("i-1")}},
		Service:  &guardduty.Service{Count: guardduty.Ptr(int32(2)), EventFirstSeen: guardduty.Ptr("2026-01-05T10:00:00.000Z"), EventLastSeen: guardduty.Ptr("last")},
	}}}
}

// TestSend holds that what is due together goes as one mail, the same under the same id.
func TestSend(t *testing.T) {
	b := &box{}
	s := &Sender{Mail: b, Now: func() time.Time { return time.Unix(1767607200, 0) }}
	to := publish.Destination{Account: "111122223333", URL: "mailto:team@example.com"}
	events := []publish.Event{event("a"), event("b"), {
		ID: "m", Region: "us-east-1", Type: "Picket Log Validation Failed", Message: json.RawMessage(`{"problems":["one","two"],"count":2,"from":"","accountId":"444455556666"}`),
	}}
	for range 2 {
		if n, err := s.Send(t.Context(), to, events); n != 3 || err != nil {
			t.Fatalf("%d sent, %v", n, err)
		}
	}
	m := b.got[0]
	if m.To != "team@example.com" || m.Date.Unix() != 1767607200 || m.ID == "" || m.ID != b.got[1].ID || m.Subject != "2 findings (2 High) and a notice in account 111122223333" {
		t.Errorf("got %+v", m)
	}
	for _, want := range []string{
		"title a", "text b", "444455556666, us-east-1", "i-1", "2 times, from 2026-01-05 10:00:00 UTC", "to last", "Picket Log Validation Failed", "problems: one\n", "problems: two\n", "count: 2\n",
	} {
		if !strings.Contains(m.Text, want) {
			t.Errorf("the mail does not say %q:\n%s", want, m.Text)
		}
	}
	if strings.Contains(m.Text, "from:") {
		t.Errorf("the mail says nothing of something:\n%s", m.Text)
	}
	if _, err := s.Send(t.Context(), to, events[:1]); err != nil || b.got[2].ID == m.ID {
		t.Errorf("another mail has the same id, %v", err)
	}
	b.down = errors.New("no answer")
	if n, err := s.Send(t.Context(), to, events); n != 0 || !errors.Is(err, b.down) {
		t.Errorf("%d sent, %v", n, err)
	}
}

func TestVerify(t *testing.T) {
	f := func(url string, want bool) {
		t.Helper()
		if err := (&Sender{}).Verify(t.Context(), publish.Destination{URL: url}); (err == nil) != want {
			t.Errorf("%q: %v", url, err)
		}
	}
	f("mailto:team@example.com", true)
	for _, url := range []string{
		"mailto:", "mailto:team", "team@example.com", "mailto:Team <team@example.com>", "mailto:a@example.com,b@example.com", "mailto:a@example.com?bcc=b@example.com", "mailto:a@example.com\r\nBcc: b@example.com",
	} {
		f(url, false)
	}
}
