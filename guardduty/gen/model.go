package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
)

// contract is what dump.cjs prints, joined with constraints.tsv.
type contract struct {
	Shapes     []*shape
	Enums      map[string][][2]string
	Operations []operation

	byName    map[string]*shape
	fromInput map[string]bool
}

type shape struct {
	Name    string
	Union   bool
	Status  int // of an error; else 0
	Members []*member
}

type member struct {
	Name             string
	Wire             string
	In               string // "body", "path" or "query"
	Type             *typ
	Required         bool
	IdempotencyToken bool
	limits
	item, key, value limits
}

type typ struct {
	Kind    string // "string", "number", "boolean", "timestamp", "list", "map" or "struct"
	Name    string // of a struct
	Enum    string // of a string
	KeyEnum string // of a map
	Of      *typ

	number string // "integer", "long" or "double", from constraints.tsv
}

type operation struct {
	Name, Method, URI string
	Status            int
	Input, Output     string
	Errors            []string
	Paginated         bool
}

// limits are the bounds of a length, a count or a number; "" is none.
type limits struct{ min, max, pattern string }

func (l limits) bounded() bool { return l.min != "" || l.max != "" }

func (t *typ) leaf() *typ {
	if t.Of != nil {
		return t.Of.leaf()
	}
	return t
}

// read joins the dumped schema with the table of constraints. A row that
// matches no member, and a number without a row, are errors: both mean that
// the table and the pinned package have drifted apart.
func read(schema []byte, constraints string) (*contract, error) {
	c := &contract{byName: map[string]*shape{}, fromInput: map[string]bool{}}
	if err := json.Unmarshal(schema, c); err != nil {
		return nil, fmt.Errorf("decode schema: %w", err)
	}
	slices.SortFunc(c.Shapes, func(a, b *shape) int { return strings.Compare(a.Name, b.Name) })
	slices.SortFunc(c.Operations, func(a, b operation) int { return strings.Compare(a.Name, b.Name) })
	for _, s := range c.Shapes {
		c.byName[s.Name] = s
	}
	if err := c.constrain(constraints); err != nil {
		return nil, err
	}
	for _, s := range c.Shapes {
		for _, m := range s.Members {
			if l := m.Type.leaf(); l.Kind == "number" && l.number == "" {
				return nil, fmt.Errorf("%s: no number type for %s.%s", constraints, s.Name, m.Name)
			}
		}
	}
	for _, op := range c.Operations {
		c.reach(op.Input, c.fromInput)
	}
	return c, nil
}

func (c *contract) constrain(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open constraints: %w", err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = '\t'
	r.LazyQuotes = true
	rows, err := r.ReadAll()
	if err != nil {
		return fmt.Errorf("read constraints: %w", err)
	}
	for _, row := range rows[1:] {
		if err := c.apply(row[0], row[1], row[2], limits{row[3], row[4], row[5]}); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// apply puts one row on its member. The member column reads "Tags", "Tags[]"
// (each item), "Tags.key" or "Tags.value".
func (c *contract) apply(shapeName, memberName, number string, l limits) error {
	name, part := memberName, ""
	if i := strings.IndexAny(memberName, ".["); i >= 0 {
		name, part = memberName[:i], memberName[i:]
	}
	s := c.byName[shapeName]
	if s == nil {
		return fmt.Errorf("no shape %s", shapeName)
	}
	i := slices.IndexFunc(s.Members, func(m *member) bool { return m.Name == name })
	if i < 0 {
		return fmt.Errorf("no member %s.%s", shapeName, name)
	}
	m := s.Members[i]
	switch part {
	case "":
		m.limits = l
		m.Type.leaf().number = number
	case "[]":
		m.item = l
	case ".key":
		m.key = l
	case ".value":
		m.value = l
	default:
		return fmt.Errorf("no part %q of %s.%s", part, shapeName, name)
	}
	return nil
}

// reach adds name and every structure below it to seen.
func (c *contract) reach(name string, seen map[string]bool) {
	if name == "" || seen[name] {
		return
	}
	seen[name] = true
	for _, m := range c.byName[name].Members {
		if l := m.Type.leaf(); l.Kind == "struct" {
			c.reach(l.Name, seen)
		}
	}
}
