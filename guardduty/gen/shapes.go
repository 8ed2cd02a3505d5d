package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
)

func (c *contract) shapesFile(shapes []*shape) []byte {
	var b bytes.Buffer
	for _, s := range shapes {
		fmt.Fprintf(&b, "// %s %s\ntype %s struct {\n", s.Name, c.describe(s), s.Name)
		for _, m := range s.Members {
			fmt.Fprintf(&b, "\t%s %s `json:%q`\n", m.Name, c.goType(s, m), c.jsonTag(s, m))
		}
		b.WriteString("}\n\n")
	}
	return b.Bytes()
}

// describe ends the sentence that documents a shape: where it occurs.
func (c *contract) describe(s *shape) string {
	if s.Status != 0 {
		return fmt.Sprintf("is an error of the API, answered with HTTP status %d.", s.Status)
	}
	var kinds, of []string
	for _, op := range c.Operations {
		switch s.Name {
		case op.Input:
			kinds, of = append(kinds, "input"), append(of, op.Name)
		case op.Output:
			kinds, of = append(kinds, "output"), append(of, op.Name)
		}
	}
	if len(of) > 0 {
		return fmt.Sprintf("is the %s of %s.", kinds[0], strings.Join(of, ", "))
	}
	for _, o := range c.Shapes {
		if slices.ContainsFunc(o.Members, func(m *member) bool { return m.Type.leaf().Name == s.Name }) {
			of = append(of, o.Name)
		}
	}
	text := fmt.Sprintf("is a part of %s.", strings.Join(of, ", "))
	if s.Union {
		text = strings.TrimSuffix(text, ".") + "; exactly one member is set."
	}
	return text
}

// always reports whether a member is a list that is encoded even when empty: one that the contract requires, or that an
// operation answers with. Clients index these without looking.
func (c *contract) always(s *shape, m *member) bool {
	if m.Type.Kind != "list" || m.In != "body" {
		return false
	}
	return m.Required || slices.ContainsFunc(c.Operations, func(op operation) bool { return op.Output == s.Name })
}

// goType is the type of a member's field: a List if it is always encoded.
func (c *contract) goType(s *shape, m *member) string {
	t := valueType(m.Type)
	switch m.Type.Kind {
	case "list":
		if c.always(s, m) {
			return "List[" + strings.TrimPrefix(t, "[]") + "]"
		}
		return t
	case "map":
		return t
	}
	if m.Type.Enum != "" {
		return t
	}
	return "*" + t
}

func valueType(t *typ) string {
	switch t.Kind {
	case "string":
		if t.Enum != "" {
			return t.Enum
		}
		return "string"
	case "number":
		return map[string]string{"integer": "int32", "long": "int64", "double": "float64"}[t.number]
	case "boolean":
		return "bool"
	case "timestamp":
		return "Timestamp"
	case "list":
		return "[]" + valueType(t.Of)
	case "map":
		return "map[string]" + valueType(t.Of)
	case "struct":
		return t.Name
	}
	panic("BUG: no Go type for kind " + t.Kind)
}

func (c *contract) jsonTag(s *shape, m *member) string {
	switch {
	case m.In != "body":
		return "-"
	case c.always(s, m):
		return m.Wire
	case m.Type.Kind == "map" || m.Type.Kind == "list": // an empty one says something, as a filter's empty criterion does
		return m.Wire + ",omitzero"
	}
	return m.Wire + ",omitempty"
}

func (c *contract) enumsFile() []byte {
	var b bytes.Buffer
	for _, name := range slices.Sorted(maps.Keys(c.Enums)) {
		fmt.Fprintf(&b, "// %s is an enumeration of the contract.\ntype %s string\n\n", name, name)
		fmt.Fprintf(&b, "// The values of %s.\nconst (\n", name)
		var all []string
		for _, v := range c.Enums[name] {
			constant := name + camel(v[0])
			all = append(all, constant)
			fmt.Fprintf(&b, "\t%s %s = %q\n", constant, name, v[1])
		}
		fmt.Fprintf(&b, ")\n\n// Values lists every value of %s, in the contract's order.\n", name)
		fmt.Fprintf(&b, "func (%s) Values() []%s {\n\treturn []%s{\n", name, name, name)
		for _, constant := range all {
			fmt.Fprintf(&b, "\t\t%s,\n", constant)
		}
		b.WriteString("\t}\n}\n\n")
	}
	return b.Bytes()
}

// camel turns COMMAND_AND_CONTROL into CommandAndControl.
func camel(constant string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(constant, "_") {
		if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + strings.ToLower(word[1:]))
		}
	}
	return b.String()
}
