package mail

import (
	"bytes"
	netmail "net/mail"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	dom "golang.org/x/net/html"
)

// hostileNotes are what inviters could write to make a mail say or do what it does not mean.
var hostileNotes = []string{
	"Please accept.",
	"Hi,\n\n  two lines,\tand a tab.\n",
	"",
	" \n\t ",
	"x\r\nBcc: victim@example.com\r\nSubject: You won\r\n\r\n<b>body</b>",
	"x\rBcc: victim@example.com",
	"x\n.\nMAIL FROM:<x@example.com>\r\n.\r\nQUIT",
	"--boundary\r\nContent-Type: text/html\r\n\r\n<h1>x</h1>",
	`<script>alert(1)</script><img src="https://evil.example/x.png" onerror="alert(1)">`,
	`</div></td></tr></table><a href="https://evil.example">View the invitation</a>`,
	"<style>*{display:none}</style><!-- &lt;b&gt; &amp; &#x27; ]]>",
	"{{.Administrator}} ${x} %s %d {{template}}",
	"Click https://evil.example/accept?x=1 or www.evil.example or write to evil@evil.example, tel:+15551234567",
	"javascript:alert(1) data:text/html,x",
	"family 👩‍👩‍👧‍👦, Scotland 🏴󠁧󠁢󠁳󠁣󠁴󠁿, ❤️, 🇩🇪",
	"hidden \U000e0041\U000e0042 tags",
	"שלום, אנא אשרו את ההזמנה של 111122223333.\nمرحبا، يرجى القبول.\nبله می\u200cخواهم",
	"user\u202egpj.exe \u2066isolated\u2069 \u200bzero",
	"bell\a nul\x00 escape\x1b[31m delete\x7f c1\u0085 bom\ufeff",
	"separators\u2028and\u2029paragraphs",
	"broken \xff\xfe utf-8 \xed\xa0\x80",
	strings.Repeat("a", 10<<10),
	strings.Repeat("word ", 2<<10),
	strings.Repeat("line\n", 2<<10),
	strings.Repeat("é.", 30<<10),
	"> quoted\n-- \nsignature\nFrom here on",
	"Z̴̡̢̛̗̘̙̜̝̞̟̠̤̥̦̩̪̫̬̭̮̯̰̱̲̳̹̺̻̼͇͈͉͍͎̀́̂̃̄̅̆̇̈̉̊̋̌̍̎̏̐̑̒̓̔̽̾̿̀́͂̓̈́͆͊͋͌̕̚ͅ͏͓͔͕͖͙͚͐͑͒͗͛",
}

func TestHostileNotes(t *testing.T) {
	for _, notes := range hostileNotes {
		checkNotes(t, notes, "Security")
		checkNotes(t, "Please accept.", notes)
	}
}

func FuzzNotes(f *testing.F) {
	for _, notes := range hostileNotes {
		f.Add(notes, "Security")
		f.Add("Please accept.", notes)
	}
	f.Fuzz(func(t *testing.T, notes, name string) { checkNotes(t, notes, name) })
}

// checkNotes sends notes and a name through the whole way of a mail and requires that they are read as written, in their
// places, and that everything around them is as it is with harmless ones.
func checkNotes(t *testing.T, notes, name string) {
	t.Helper()
	b := batch{Administrator: Account{security.ID, name}, Notes: notes}
	member := Account{production.ID, name}
	m := letterOf(t, b, asks(member, "us-east-1"), asks(member, "eu-west-1"))
	from := &netmail.Address{Name: "Picket", Address: "picket@example.com"}
	msg, err := compose(m, from)
	if err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(raw.String(), "\r\n") {
		if len(line) > 998 || strings.ContainsAny(line, "\r\n\x00") {
			t.Fatalf("%q holds what no line of a mail may", line)
		}
	}
	got := read(t, raw.Bytes())
	want := []string{"Auto-Submitted", "Content-Type", "Date", "From", "Message-Id", "Mime-Version", "Subject", "To"}
	if keys := sortedKeys(got.header); !slices.Equal(keys, want) {
		t.Errorf("the headers are %q, want %q", keys, want)
	}

	lines := noteLines(notes)
	page := parse(t, got.html)
	shownLines, around := cutNotes(t, page)
	if !slices.Equal(shownLines, lines) {
		t.Errorf("notes %q are shown as %q, want %q", notes, shownLines, lines)
	}
	quoted, ok := textNotes(got.text)
	if ok != (len(lines) > 0) || !slices.Equal(quoted, lines) {
		t.Errorf("notes %q are %q in the text, want %q", notes, quoted, lines)
	}
	if len(lines) > 0 && oneLine(name) != "" {
		if diff := cmp.Diff(harmless(t), around); diff != "" {
			t.Errorf("notes %q, name %q change what is around them (-want +got):\n%s", notes, name, diff)
		}
	}
	if len(links(page)) != 2 {
		t.Errorf("notes %q, name %q: links to %q", notes, name, links(page))
	}
}

func sortedKeys(h netmail.Header) []string {
	var keys []string
	for key := range h {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// harmless is the HTML around notes and names.
func harmless(t *testing.T) string {
	m := letterOf(t, batch{Administrator: Account{security.ID, "x"}, Notes: "x"},
		asks(Account{production.ID, "x"}, "us-east-1"), asks(Account{production.ID, "x"}, "eu-west-1"))
	_, around := cutNotes(t, parse(t, m.HTML))
	return around
}

// cutNotes takes the notes and names out of a page and returns the notes' lines and the rest.
func cutNotes(t *testing.T, page *dom.Node) (lines []string, around string) {
	t.Helper()
	var emptied []*dom.Node
	for n := range page.Descendants() {
		switch {
		case attribute(n, "id") == "notes":
			for line := range n.ChildNodes() {
				text := ""
				for piece := range line.Descendants() {
					if piece.Type == dom.TextNode {
						text += piece.Data
					}
				}
				lines = append(lines, text)
			}
			emptied = append(emptied, n)
		case n.Type == dom.ElementNode && n.Data == "bdi":
			emptied = append(emptied, n)
		}
	}
	for _, n := range emptied {
		for n.FirstChild != nil {
			n.RemoveChild(n.FirstChild)
		}
	}
	var out bytes.Buffer
	if err := dom.Render(&out, page); err != nil {
		t.Fatal(err)
	}
	return lines, out.String()
}

// textNotes returns the quoted lines between the sentences around them.
func textNotes(text string) (lines []string, found bool) {
	_, text, found = strings.Cut(text, "\nThe following notes were provided with this invitation:\n\n")
	if !found {
		return nil, false
	}
	text, _, found = strings.Cut(text, "\n\nThe notes are the inviter's own words.")
	for line := range strings.SplitSeq(text, "\n") {
		line, quoted := strings.CutPrefix(line, "> ")
		if !quoted {
			return nil, false
		}
		lines = append(lines, line)
	}
	return lines, found
}

func TestNotesAreShownAsWritten(t *testing.T) {
	f := func(notes string, want ...string) {
		t.Helper()
		if got := noteLines(notes); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", notes, got, want)
		}
	}
	f("Hi,\r\n\r\n  bye\tnow", "Hi,", "", "  bye\tnow")
	f("a\rb\u2028c", "a", "b", "c")
	f("family 👩‍👩‍👧‍👦, Scotland 🏴󠁧󠁢󠁳󠁣󠁴󠁿, ❤️", "family 👩‍👩‍👧‍👦, Scotland 🏴󠁧󠁢󠁳󠁣󠁴󠁿, ❤️")
	f("می\u200cخواهم שלום\u200f!", "می\u200cخواهم שלום\u200f!")
	f("a\u202egpj \x1b[31m \x00 \U000e0041", `a\u202egpj \u001b[31m \u0000 \U000e0041`)
	f("a\xffb", "a\ufffdb")
	f(" \n ")
	f(strings.Repeat("é", 20_001), strings.Repeat("é", 20_000), "[…]")
}

func TestNoAddressIsLeftWhole(t *testing.T) {
	f := func(line string, want ...string) {
		t.Helper()
		if got := segments(line); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
	f("See https://evil.example/x.", "See https:", "//evil.", "example/x.")
	f("dana@example.com", "dana@", "example.", "com")
	f("Nothing. To see: here", "Nothing. To see: here")
	f("é.é", "é.", "é")
	f("see .profile", "see .profile")
	f("", "")
	m := letterOf(t, batch{Administrator: security, Notes: "dana@evil.example"}, asks(production, "us-east-1"))
	if strings.Contains(m.HTML, "evil.example") || !strings.Contains(m.HTML, "example</span>") {
		t.Errorf("an address is whole in %s", m.HTML)
	}
}
