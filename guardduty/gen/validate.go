package main

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
)

func (c *contract) validateFile(shapes []*shape) []byte {
	var body bytes.Buffer
	for _, s := range shapes {
		fmt.Fprintf(&body, "// Validate returns a *ValidationError for the first member that breaks the contract.\n")
		if !c.checked(s, nil) {
			fmt.Fprintf(&body, "func (x *%s) Validate() error { return nil }\n\n", s.Name)
			continue
		}
		fmt.Fprintf(&body, "func (x *%s) Validate() error { return validate(x) }\n\n", s.Name)
		fmt.Fprintf(&body, "func (x *%s) check(c *checker, at string) {\n", s.Name)
		if s.Union {
			var set []string
			for _, m := range s.Members {
				set = append(set, present(m))
			}
			fmt.Fprintf(&body, "\tc.one(at, %s)\n", strings.Join(set, ", "))
		}
		for _, m := range s.Members {
			body.WriteString(c.memberChecks(s, m))
		}
		body.WriteString("}\n\n")
	}
	return body.Bytes()
}

// checked reports whether anything in or below s can be invalid.
func (c *contract) checked(s *shape, above []string) bool {
	if s.Union {
		return true
	}
	if slices.Contains(above, s.Name) {
		return false
	}
	above = append(above, s.Name)
	return slices.ContainsFunc(s.Members, func(m *member) bool {
		leaf := m.Type.leaf()
		return c.mustBeSet(s, m) || limited(m.limits) || limited(m.item) || limited(m.key) || limited(m.value) ||
			leaf.Enum != "" || m.Type.KeyEnum != "" ||
			leaf.Kind == "struct" && c.checked(c.byName[leaf.Name], above)
	})
}

func limited(l limits) bool { return l.bounded() || l.pattern != "" }

// mustBeSet is false for the required lists of what only the service sends:
// they are sent as [] when nil.
func (c *contract) mustBeSet(s *shape, m *member) bool {
	return m.Required && (m.Type.Kind != "list" || c.fromInput[s.Name])
}

func present(m *member) string {
	if m.Type.Enum != "" {
		return fmt.Sprintf(`x.%s != ""`, m.Name)
	}
	return fmt.Sprintf("x.%s != nil", m.Name)
}

func (c *contract) memberChecks(s *shape, m *member) string {
	var b strings.Builder
	wire := m.Wire
	if m.In == "path" {
		wire = strings.ToLower(wire[:1]) + wire[1:]
	}
	at := fmt.Sprintf("at+%q", wire)
	if c.mustBeSet(s, m) {
		fmt.Fprintf(&b, "c.require(%s, %s)\n", at, present(m))
	}
	field := "x." + m.Name
	switch t := m.Type; t.Kind {
	case "string":
		switch {
		case t.Enum != "":
			fmt.Fprintf(&b, "oneOf(c, %s, %s)\n", at, field)
		case limited(m.limits):
			fmt.Fprintf(&b, "if %s != nil {\n%s}\n", field, c.text(at, "*"+field, m.limits))
		}
	case "number":
		switch {
		case m.max != "":
			fmt.Fprintf(&b, "if %s != nil {\nbetween(c, %s, *%s, %s, %s)\n}\n", field, at, field, m.min, m.max)
		case m.min != "":
			fmt.Fprintf(&b, "if %s != nil {\natLeast(c, %s, *%s, %s)\n}\n", field, at, field, m.min)
		}
	case "struct":
		if c.checked(c.byName[t.Name], nil) {
			fmt.Fprintf(&b, "if %s != nil {\n%s.check(c, %s)\n}\n", field, field, below(at))
		}
	case "list", "map":
		if m.bounded() {
			fmt.Fprintf(&b, "if %s != nil {\nc.count(%s, len(%s), %s)\n}\n", field, at, field, bounds(m.limits))
		}
		b.WriteString(c.elementChecks(m, t, at, field, 0))
	}
	return b.String()
}

// elementChecks writes the loops over a list or map, or nothing.
func (c *contract) elementChecks(m *member, t *typ, at, field string, depth int) string {
	i, v, p := fmt.Sprintf("i%d", depth), fmt.Sprintf("v%d", depth), fmt.Sprintf("p%d", depth)
	var body string
	element := m.item
	if t.Kind == "map" {
		element = m.value
		if t.KeyEnum != "" {
			body += fmt.Sprintf("oneOf(c, %s, %s(%s))\n", p, t.KeyEnum, i)
		}
		body += c.text(p, i, m.key)
	}
	var inner string
	switch t.Of.Kind {
	case "string":
		inner = c.text(p, v, element)
		if t.Of.Enum != "" {
			inner = fmt.Sprintf("oneOf(c, %s, %s)\n", p, v)
		}
	case "struct":
		if c.checked(c.byName[t.Of.Name], nil) {
			inner = fmt.Sprintf("%s.check(c, %s)\n", v, below(p))
		}
	case "list", "map":
		inner = c.elementChecks(m, t.Of, p, v, depth+1)
	}
	if body+inner == "" {
		return ""
	}
	if inner != "" {
		inner = fmt.Sprintf("%s := %s[%s]\n", v, field, i) + inner
	}
	if t.Kind == "map" {
		return fmt.Sprintf("for _, %s := range sortedKeys(%s) {\n%s := %s+\".\"+%s\n%s%s}\n", i, field, p, at, i, body, inner)
	}
	return fmt.Sprintf("for %s := range %s {\n%s := index(%s, %s)\n%s%s}\n", i, field, p, at, i, body, inner)
}

// below is the expression for the path of what is inside the one at an expression.
func below(at string) string {
	if literal, ok := strings.CutSuffix(at, `"`); ok {
		return literal + `."`
	}
	return at + `+"."`
}

func (c *contract) text(at, value string, l limits) string {
	var b strings.Builder
	if l.bounded() {
		fmt.Fprintf(&b, "c.length(%s, %s, %s)\n", at, value, bounds(l))
	}
	if l.pattern != "" {
		fmt.Fprintf(&b, "c.match(%s, %s, %s)\n", at, value, c.patternName(l.pattern))
	}
	return b.String()
}

func bounds(l limits) string {
	return cmp.Or(l.min, "0") + ", " + cmp.Or(l.max, "unbounded")
}

// patterns lists the distinct patterns of the contract, in order.
func (c *contract) patterns() []string {
	var all []string
	for _, s := range c.Shapes {
		for _, m := range s.Members {
			for _, l := range []limits{m.limits, m.item, m.key, m.value} {
				if l.pattern != "" {
					all = append(all, l.pattern)
				}
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (c *contract) patternName(pattern string) string {
	return fmt.Sprintf("pattern%d", slices.Index(c.patterns(), pattern))
}

// noPrefix is the one construct of the patterns that Go's regexp lacks.
const noPrefix = "(?!aws:)"

func (c *contract) patternsFile() []byte {
	var b bytes.Buffer
	b.WriteString("import \"regexp\"\n\nvar (\n")
	for i, p := range c.patterns() {
		rest, banned := strings.CutPrefix(p, noPrefix)
		prefix := ""
		if banned {
			prefix = "aws:"
		}
		fmt.Fprintf(&b, "\tpattern%d = pattern{regexp.MustCompile(%q), %q, %q}\n", i, "^(?:"+rest+")$", prefix, p)
	}
	b.WriteString(")\n")
	return b.Bytes()
}
