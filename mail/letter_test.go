package mail

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	dom "golang.org/x/net/html"
)

const since = 1_795_606_200_000 // 2026-11-25 11:30:00 UTC

var (
	security   = Account{"111122223333", "Security"}
	production = Account{"444455556666", "Production"}
	staging    = Account{"777788889999", "Staging"}
)

func asks(m Account, region string) request {
	return request{
		InvitationID: "id-" + m.ID + "-" + region, Region: region, Member: m,
		Link: Link("https://picket.example.com/console/", region, security.ID),
	}
}

func letterOf(t testing.TB, b batch, requests ...request) Message {
	t.Helper()
	b.To, b.Since = "dana@example.com", since
	m, err := write("batch", b, requests)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestLetter(t *testing.T) {
	m := letterOf(t, batch{Administrator: security, Notes: "Please accept."}, asks(production, "us-east-1"))
	if want := "Action requested: 111122223333 wants to become the GuardDuty administrator for 444455556666"; m.Subject != want {
		t.Errorf("the subject is %q, want %q", m.Subject, want)
	}
	want := `Account 111122223333 (Security) wants to become the
GuardDuty administrator for your account 444455556666 (Production).

Region: us-east-1

The following notes were provided with this invitation:

> Please accept.

The notes are the inviter's own words. Nobody has checked them.

View the invitation:

  us-east-1:
  https://picket.example.com/console/invitations?inviter=111122223333&region=us-east-1

This mail grants nothing by itself. To accept, sign in to account
444455556666
in the console, enable the service there if it is off, and accept the
invitation.

If you accept:
- From then on 111122223333 sees the findings of the account, and may
  suspend and resume its monitoring. It can't disable the service or change
  lists.
- The account keeps its own findings, lists and settings, and you can leave at
  any time. The administrator keeps the findings that it got until then.
- An account has one administrator. While it has, it can accept no other
  invitation.

If you don't know who asks, or don't want it: ignore this mail, and nothing
changes. You can also decline on the invitation page.

-- 
Sent by Picket because 111122223333 named this address as the owner of
account 444455556666. Replies are not read.
`
	if diff := cmp.Diff(want, m.Text); diff != "" {
		t.Errorf("the text (-want +got):\n%s", diff)
	}
	page := parse(t, m.HTML)
	shown := content(page)
	for _, want := range []string{
		"111122223333 wants to become the GuardDuty administrator for your account 444455556666", "Security", "Production", "us-east-1",
		"The following notes were provided with this invitation:", "Please accept.", "grants nothing by itself", "Ignore this mail",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("the HTML part does not say %q:\n%s", want, shown)
		}
	}
}

func TestLetterOfManyRegionsAndAccounts(t *testing.T) {
	m := letterOf(t, batch{Administrator: security},
		asks(production, "us-east-1"), asks(production, "eu-west-1"), asks(staging, "us-east-1"))
	if want := "Action requested: 111122223333 wants to become the GuardDuty administrator for 2 accounts"; m.Subject != want {
		t.Errorf("the subject is %q, want %q", m.Subject, want)
	}
	page := parse(t, m.HTML)
	wantLinks := []string{
		"https://picket.example.com/console/invitations?inviter=111122223333&region=eu-west-1",
		"https://picket.example.com/console/invitations?inviter=111122223333&region=us-east-1",
	}
	if got := links(page); !slices.Equal(got, wantLinks) {
		t.Errorf("links to %q, want %q", got, wantLinks)
	}
	for part, text := range map[string]string{"text": m.Text, "HTML": content(page)} {
		for _, want := range []string{"444455556666", "Production", "777788889999", "Staging", "in us-east-1", "eu-west-1, us-east-1", "in each region"} {
			if !strings.Contains(text, want) {
				t.Errorf("the %s part does not say %q:\n%s", part, want, text)
			}
		}
		for _, not := range []string{"notes", "444455556666 (Production) in"} {
			if strings.Contains(text, not) {
				t.Errorf("the %s part says %q:\n%s", part, not, text)
			}
		}
	}
}

func TestLetterNamesAHundredAccounts(t *testing.T) {
	var requests []request
	for i := range 130 {
		requests = append(requests, asks(Account{ID: "9000000" + string(rune('0'+i/100)) + string(rune('0'+i/10%10)) + string(rune('0'+i%10)) + "00"}, "us-east-1"))
	}
	m := letterOf(t, batch{Administrator: security}, requests...)
	if !strings.Contains(m.Subject, "for 130 accounts") || !strings.Contains(m.Text, "and 30 more") || strings.Count(m.Text, "  9000000") != 100 {
		t.Errorf("%s\n%s", m.Subject, m.Text)
	}
}

func TestLetterWithoutAConsole(t *testing.T) {
	r := asks(production, "us-east-1")
	r.Link = Link("", "us-east-1", security.ID)
	m := letterOf(t, batch{Administrator: security}, r)
	if page := parse(t, m.HTML); len(links(page)) > 0 || !strings.Contains(content(page), "open Accounts") || !strings.Contains(m.Text, "open Accounts") {
		t.Errorf("%s\n%s", m.Text, m.HTML)
	}
}

// One mail has one identity however often it is tried; asking again makes another.
func TestMessageID(t *testing.T) {
	id := func(since int64, requests ...request) string {
		m, err := write("batch", batch{Administrator: security, To: "dana@example.com", Since: since}, requests)
		if err != nil {
			t.Fatal(err)
		}
		return m.ID
	}
	first := id(since, asks(production, "us-east-1"))
	if again := id(since, asks(production, "us-east-1")); again != first {
		t.Errorf("the same mail is %s and %s", first, again)
	}
	if id(since+1, asks(production, "us-east-1")) == first || id(since, asks(production, "eu-west-1")) == first {
		t.Error("another mail has the same id")
	}
}

// parse reads the HTML part and refuses what a mail must not hold.
func parse(t testing.TB, page string) *dom.Node {
	t.Helper()
	root, err := dom.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type != dom.ElementNode {
			continue
		}
		if slices.Contains([]string{"script", "img", "iframe", "form", "input", "object", "embed", "link", "base", "svg", "math"}, n.Data) {
			t.Errorf("the mail holds <%s>", n.Data)
		}
		for _, a := range n.Attr {
			if a.Key == "src" || a.Key == "background" || strings.HasPrefix(a.Key, "on") || strings.Contains(a.Val, "url(") {
				t.Errorf("<%s> has %s=%q", n.Data, a.Key, a.Val)
			}
		}
	}
	return root
}

func attribute(n *dom.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// content is what a person reads, element by element.
func content(root *dom.Node) string {
	var b strings.Builder
	for n := range root.Descendants() {
		if n.Type == dom.TextNode && n.Parent.Data != "style" {
			b.WriteString(n.Data)
		}
		if n.Type == dom.ElementNode && n.Data == "td" {
			b.WriteString("\n")
		}
	}
	return b.String()
}

func links(root *dom.Node) []string {
	var to []string
	for n := range root.Descendants() {
		if n.Type == dom.ElementNode && n.Data == "a" {
			to = append(to, attribute(n, "href"))
		}
	}
	return to
}

// arrived is a mail as the receiver's program reads it.
type arrived struct {
	header netmail.Header
	text   string
	html   string
}

func read(t testing.TB, raw []byte) arrived {
	t.Helper()
	msg, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("read mail: %v\n%s", err, raw)
	}
	kind, parameters, err := mime.ParseMediaType(msg.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/alternative" {
		t.Fatalf("the mail is %q (%v)", kind, err)
	}
	parts := multipart.NewReader(msg.Body, parameters["boundary"])
	a := arrived{header: msg.Header}
	for i, want := range []string{"text/plain", "text/html"} {
		part, err := parts.NextPart()
		if err != nil {
			t.Fatalf("part %d: %v", i, err)
		}
		kind, parameters, err := mime.ParseMediaType(part.Header.Get("Content-Type"))
		if err != nil || kind != want || !strings.EqualFold(parameters["charset"], "utf-8") {
			t.Errorf("part %d is %s in %q (%v), want %s", i, kind, parameters["charset"], err, want)
		}
		body, err := io.ReadAll(part)
		if err != nil {
			t.Fatalf("part %d: %v", i, err)
		}
		*[]*string{&a.text, &a.html}[i] = strings.ReplaceAll(string(body), "\r\n", "\n")
	}
	if _, err := parts.NextPart(); err != io.EOF {
		t.Errorf("there are more than two parts: %v", err)
	}
	return a
}
