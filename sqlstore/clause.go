package sqlstore

import "strings"

// clause is a piece of SQL with the values of its parameters.
type clause struct {
	text string
	args []any
	cost cost // of asking it of a row
}

// cost is how long a row is looked at, in units of a look at an entry of an index.
type cost int

const (
	entryCost cost = 1
	valueCost cost = 6  // of a look into finding_values
	rowCost   cost = 12 // of a look at a row of findings, or at its attributes
)

func sqlf(text string, args ...any) clause { return clause{text: text, args: args} }

// costing is a clause that costs so much.
func (c clause) costing(n cost) clause {
	c.cost = n
	return c
}

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
func not(c clause) clause { return clause{"NOT (" + c.text + ")", c.args, c.cost} }

// all says that every clause holds.
func all(clauses ...clause) clause { return joined(" AND ", clauses) }

// oneOf says that a clause holds, of one or more.
func oneOf(clauses ...clause) clause {
	c := joined(" OR ", clauses)
	return clause{"(" + c.text + ")", c.args, c.cost}
}

func joined(by string, clauses []clause) clause {
	var texts []string
	var whole clause
	for _, c := range clauses {
		if c.text != "" {
			texts = append(texts, c.text)
			whole.args = append(whole.args, c.args...)
			whole.cost = max(whole.cost, c.cost)
		}
	}
	whole.text = strings.Join(texts, by)
	return whole
}

// with puts clauses in the places that a text marks with @, in order.
func with(text string, clauses ...clause) clause {
	var c clause
	for _, p := range clauses {
		before, after, _ := strings.Cut(text, "@")
		c.text += before + p.text
		c.args = append(c.args, p.args...)
		c.cost = max(c.cost, p.cost)
		text = after
	}
	c.text += text
	return c
}
