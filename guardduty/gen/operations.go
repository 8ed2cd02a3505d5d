package main

import (
	"bytes"
	"cmp"
	"fmt"
	"strings"
)

// unit names the input or output of an operation that models none.
const unit = "Unit"

func (c *contract) operationsFile() []byte {
	var b bytes.Buffer
	b.WriteString("import \"net/http\"\n\nvar operations = []Operation{\n")
	for _, op := range c.Operations {
		c.writeOperation(&b, op)
	}
	b.WriteString("}\n\n// errorStatus holds the HTTP status of each error shape.\nvar errorStatus = map[string]int{\n")
	for _, s := range c.Shapes {
		if s.Status != 0 {
			fmt.Fprintf(&b, "\t%q: %d,\n", s.Name, s.Status)
		}
	}
	b.WriteString("}\n")
	return b.Bytes()
}

func (c *contract) writeOperation(b *bytes.Buffer, op operation) {
	var members []*member
	if op.Input != "" {
		members = c.byName[op.Input].Members
	}
	fmt.Fprintf(b, "\t{\n\t\tName: %q,\n\t\tMethod: http.Method%s,\n\t\tURI: %q,\n\t\tStatus: %d,\n",
		op.Name, op.Method[:1]+strings.ToLower(op.Method[1:]), op.URI, op.Status)
	var labels, queries []string
	for _, m := range members {
		switch m.In {
		case "path":
			labels = append(labels, fmt.Sprintf("%q", m.Name))
		case "query":
			queries = append(queries, fmt.Sprintf("{Name: %q, Member: %q}", m.Wire, m.Name))
		}
		if m.IdempotencyToken {
			fmt.Fprintf(b, "\t\tIdempotencyToken: %q,\n", m.Name)
		}
	}
	if labels != nil {
		fmt.Fprintf(b, "\t\tPathLabels: []string{%s},\n", strings.Join(labels, ", "))
	}
	if queries != nil {
		fmt.Fprintf(b, "\t\tQuery: []QueryBinding{%s},\n", strings.Join(queries, ", "))
	}
	fmt.Fprintf(b, "\t\tErrors: []string{%s},\n", quoted(op.Errors))
	if op.Paginated {
		b.WriteString("\t\tPaginated: true,\n")
	}
	fmt.Fprintf(b, "\t\tNew: func() Shape { return new(%s) },\n\t\tNewOutput: func() Shape { return new(%s) },\n\t},\n", cmp.Or(op.Input, unit), cmp.Or(op.Output, unit))
}

func quoted(names []string) string {
	var all []string
	for _, n := range names {
		all = append(all, fmt.Sprintf("%q", n))
	}
	return strings.Join(all, ", ")
}
