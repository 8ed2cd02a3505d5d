package html

import "strings"

// block is a paragraph, a heading or a list of a page.
type block struct {
	Heading bool
	Items   [][]span // of a list; else one
	List    bool
}

// span is a run of text in one style.
type span struct {
	Text         string
	Strong, Code bool
}

// explain reads what a behaviour's page says before its examples: the bit of Markdown that pages use, as text in blocks. The
// title is left out, and so is the sentence that introduces the first example.
func explain(page string) []block {
	text, _, fenced := strings.Cut("\n"+page, "\n```")
	var blocks []block
	paragraphs := strings.Split(strings.TrimSpace(text), "\n\n")
	for i, p := range paragraphs {
		p = strings.TrimSpace(p)
		introduces := fenced && i == len(paragraphs)-1 && strings.HasSuffix(p, ":")
		if p == "" || strings.HasPrefix(p, "# ") || introduces {
			continue
		}
		blocks = append(blocks, parseBlock(p))
	}
	return blocks
}

func parseBlock(p string) block {
	if heading := strings.TrimLeft(p, "#"); heading != p {
		return block{Heading: true, Items: [][]span{spans(strings.TrimSpace(heading))}}
	}
	if !bullet(p) {
		return block{Items: [][]span{spans(strings.Join(strings.Fields(p), " "))}}
	}
	b := block{List: true}
	var item string
	for _, line := range strings.Split(p, "\n") {
		if bullet(line) && item != "" {
			b.Items, item = append(b.Items, spans(item)), ""
		}
		if bullet(line) {
			line = strings.TrimSpace(line)[2:]
		}
		item = strings.TrimSpace(item + " " + strings.TrimSpace(line))
	}
	b.Items = append(b.Items, spans(item))
	return b
}

func bullet(line string) bool {
	line = strings.TrimSpace(line)
	return strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "* ")
}

// spans splits text at `code` and **strong**; a mark without its partner is text.
func spans(text string) []span {
	var out []span
	for text != "" {
		mark, i := firstMark(text)
		if i < 0 {
			return append(out, span{Text: text})
		}
		inner, rest, closed := strings.Cut(text[i+len(mark):], mark)
		if !closed {
			return append(out, span{Text: text})
		}
		if i > 0 {
			out = append(out, span{Text: text[:i]})
		}
		out = append(out, span{Text: inner, Strong: mark == "**", Code: mark == "`"})
		text = rest
	}
	return out
}

func firstMark(text string) (mark string, at int) {
	code, strong := strings.Index(text, "`"), strings.Index(text, "**")
	if code >= 0 && (strong < 0 || code < strong) {
		return "`", code
	}
	return "**", strong
}
