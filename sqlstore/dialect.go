package sqlstore

import (
	"context"
	"strconv"
	"strings"
)

// dialect is what the two databases do differently.
type dialect struct {
	name     string // and the folder of its migrations
	numbered bool   // parameters are $1, not ?
	alone    bool   // no other process writes
	counts   bool   // it keeps counts of findings, and packs what statistics ask of them

	beginView                 string
	brief                     func(context.Context) context.Context // of a statement that never takes long
	beginTogether, beginAlone string                                // what an update says first: beside others, or after a conflict, by itself
	conflict                  func(error) bool
	locked                    func(error) bool
	shrink                    func(*tx) error // gives space back that findings took; nil if the database does that itself

	attrsText    string              // the attributes of row a, as JSON
	attrsTuple   string              // what of finding_attrs a statement writes
	eachValue    string              // the values v of an attribute of row a
	path         func(string) string // the parameter of eachValue for an attribute
	firstValue   string              // the first value of an attribute of row a
	firstPath    func(string) string // the parameter of firstValue
	manyOf       string              // the integers of a parameter that is a JSON list
	bytewise     string              // after a text that is to be sorted by its bytes
	like         string              // the operator that compares with a pattern
	pattern      func(string) string // a pattern of * and ?, as that operator wants it
	explain      string              // before a query: how the database goes about it
	isValue      func(int) string    // says that a row of finding_values has one of so many keys
	valuesAtOnce int                 // how many
	hint         func(string) string // after a table: read it by this index, or if that is empty by the number of rows
}

// bind writes a query's parameters as the database wants them.
func (d dialect) bind(query string) string {
	if !d.numbered {
		return query
	}
	var b strings.Builder
	for n := 1; ; n++ {
		before, after, found := strings.Cut(query, "?")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(n))
		query = after
	}
}

// clean makes a text one that both databases take: PostgreSQL knows no NUL and nothing but UTF-8. What is cleaned can't be a
// key that the service made, so it is not found, as it should be.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "\ufffd")
}

// list writes n parameters, to stand in parentheses.
func list(n int) string { return strings.TrimSuffix(strings.Repeat("?,", n), ",") }
