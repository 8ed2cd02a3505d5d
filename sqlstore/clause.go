package sqlstore

import "strings"

// clause is a piece of SQL with the values of its parameters.
type clause struct {
	text string
	args []any
}

func sqlf(text string, args ...any) clause { return clause{text, args} }

// in says that a column has one of the values; without values nothing does.
func in[T any](column string, values []T) clause {
	if len(values) == 0 {
		return clause{text: "1 = 0"}
	}
	c := clause{text: column + " IN (" + list(len(values)) + ")"}
	for _, v := range values {
		c.args = append(c.args, v)
	}
	return c
}

// not says the opposite of a clause that is never NULL.
func not(c clause) clause { return clause{"NOT (" + c.text + ")", c.args} }

// all says that every clause holds.
func all(clauses ...clause) clause { return joined(" AND ", clauses) }

// oneOf says that a clause holds, of one or more.
func oneOf(clauses ...clause) clause {
	c := joined(" OR ", clauses)
	return clause{"(" + c.text + ")", c.args}
}

func joined(by string, clauses []clause) clause {
	var texts []string
	var args []any
	for _, c := range clauses {
		if c.text != "" {
			texts = append(texts, c.text)
			args = append(args, c.args...)
		}
	}
	return clause{strings.Join(texts, by), args}
}

// with puts clauses in the places that a text marks with @, in order.
func with(text string, clauses ...clause) clause {
	var c clause
	for _, p := range clauses {
		before, after, _ := strings.Cut(text, "@")
		c.text += before + p.text
		c.args = append(c.args, p.args...)
		text = after
	}
	c.text += text
	return c
}
