// Package page reads the page of a behaviour, name.md beside name.go: its text for people, and in fenced blocks the log
// records that must fire or stay quiet, which it can run through the engine. It prints nothing and fails no test; ruletest
// and `picket rules` do.
package page

import (
	"bufio"
	"bytes"
	"fmt"
	"slices"
	"strings"

	"picket/event"
)

// Page is a behaviour's page.
type Page struct {
	Title    string
	Text     string // the whole page
	Examples []Example
	Finding  *Block // ```json finding: what the rules make of the first example that fires
}

// Prose is what the page says before its examples, without the sentence that leads to the first.
func (p *Page) Prose() string {
	text, _, examples := strings.Cut(p.Text, "\n```")
	text = strings.TrimSpace(text)
	if i := strings.LastIndex(text, "\n\n"); examples && i >= 0 && strings.HasSuffix(text, ":") {
		text = text[:i]
	}
	return text + "\n"
}

// Block is a fenced block.
type Block struct {
	Line int // of the opening fence, from 1
	Text string
}

// Example is a block of records and what they should do.
type Example struct {
	Block
	Kind   event.Kind
	Fires  bool
	Type   string
	Signal string // "" for any signal of Type
	Given  string // the given block before it, if any
	Part   *Block // ```json part after it: some of what its finding shows; a list, by id, where it makes several
	// Finding is the page's, where this is the first example that fires: exactly what it makes.
	Finding *Block
}

// Name says which example it is.
func (e *Example) Name() string {
	verb := "quiet"
	if e.Fires {
		verb = "fires"
	}
	return strings.TrimSpace(fmt.Sprintf("line %d: %s %s %s", e.Line, verb, e.Type, e.Signal))
}

// kinds are the first words of fences.
var kinds = map[string]event.Kind{"cloudtrail": event.KindCloudTrail, "flow": event.KindFlow, "dns": event.KindDNS}

// Parse reads a page. A given block holds for all examples after it, up to the next.
func Parse(text []byte) (*Page, error) {
	p := &Page{Text: string(text)}
	given := ""
	err := blocks(text, func(info string, b Block) error {
		words := strings.Fields(info)
		if len(words) == 0 {
			return nil
		}
		switch kind, ok := kinds[words[0]]; {
		case info == "given":
			given = b.Text
		case info == "json finding":
			p.Finding = &b
		case info == "json part":
			return p.part(&b)
		case !ok:
		case len(words) < 3 || len(words) > 4 || words[1] != "fires" && words[1] != "quiet":
			return fmt.Errorf("line %d: fence %q: want %s fires|quiet TYPE [SIGNAL]", b.Line, info, words[0])
		default:
			e := Example{Block: b, Kind: kind, Fires: words[1] == "fires", Type: words[2], Given: given}
			if len(words) == 4 {
				e.Signal = words[3]
			}
			p.Examples = append(p.Examples, e)
		}
		return nil
	})
	if i := slices.IndexFunc(p.Examples, func(e Example) bool { return e.Fires }); i >= 0 {
		p.Examples[i].Finding = p.Finding
	}
	if title, ok := strings.CutPrefix(firstLine(text), "# "); ok {
		p.Title = strings.TrimSpace(title)
	}
	return p, err
}

// part gives b to the example before it.
func (p *Page) part(b *Block) error {
	last := len(p.Examples) - 1
	if last < 0 || !p.Examples[last].Fires || p.Examples[last].Part != nil {
		return fmt.Errorf("line %d: fence \"json part\": want one, after an example that fires", b.Line)
	}
	p.Examples[last].Part = b
	return nil
}

func firstLine(text []byte) string {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return string(line)
}

// blocks calls f for each fenced block.
func blocks(text []byte, f func(info string, b Block) error) error {
	sc := bufio.NewScanner(bytes.NewReader(text))
	sc.Buffer(nil, 1<<24)
	var open *Block
	var info string
	for n := 1; sc.Scan(); n++ {
		line := sc.Text()
		switch {
		case open == nil && strings.HasPrefix(line, "```"):
			open, info = &Block{Line: n}, strings.TrimSpace(line[3:])
		case open != nil && line == "```":
			if err := f(info, *open); err != nil {
				return err
			}
			open = nil
		case open != nil:
			open.Text += line + "\n"
		}
	}
	if open != nil {
		return fmt.Errorf("line %d: fence is never closed", open.Line)
	}
	return sc.Err()
}
