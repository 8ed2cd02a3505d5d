// Package criteria knows the attributes that findings can be asked for: it reads findingCriteria as clients send them,
// writes findings as attributes, and matches the one with the other. What it says a condition means is what every store
// answers. It knows no store, and it refuses what it can't promise: unknown attributes, and operators that an attribute's
// values can't have.
package criteria

import (
	_ "embed"
	"strings"
	"sync"
)

// Kind is what the values of an attribute are.
type Kind uint8

// The kinds, and how Attributes writes their values.
const (
	Text    Kind = iota
	Number       // decimal, without exponent or needless zeros: "22", "0.5"
	Date         // milliseconds since the epoch
	Bool         // "true" or "false"
	Address      // text, an IP address as a rule
)

// The attributes of a side: Attributes leaves them out, SetSide adds them.
const (
	Archived = "service.archived"
	Feedback = "service.userfeedback"
)

const (
	severity = "severity" // has a second value where it is no whole number: see Attributes
	updated  = "updatedat"
)

// Lookup finds an attribute by its path, in any case. It returns the path in lower case, as picket.Condition has it.
func Lookup(path string) (attribute string, kind Kind, known bool) {
	attribute = strings.ToLower(path)
	kind, known = catalogue().kinds[attribute]
	return attribute, kind, known
}

// node is a step of attributes' paths.
type node struct {
	leaf bool
	kind Kind // of a leaf
	next map[string]*node
}

// table is the catalogue of attributes: a tree to walk documents by, and the kind of each path.
type table struct {
	root  *node
	kinds map[string]Kind
	names []string // as clients write them
}

// attributes.txt has a line a step of the paths, one space deeper than the step before it; a path's last step names its
// kind.
//
//go:embed attributes.txt
var attributes string

var catalogue = sync.OnceValue(func() *table { return readTable(attributes) })

var kindNames = map[string]Kind{"text": Text, "number": Number, "date": Date, "bool": Bool, "address": Address}

func readTable(text string) *table {
	t := &table{root: &node{next: map[string]*node{}}, kinds: map[string]Kind{}}
	nodes, path := []*node{t.root}, []string{}
	for line := range strings.Lines(text) {
		step := strings.TrimLeft(line, " ")
		depth := len(line) - len(step)
		name, kind, leaf := strings.Cut(strings.TrimSpace(step), " ")
		n := &node{leaf: leaf, kind: kindNames[kind], next: map[string]*node{}}
		nodes[depth].next[strings.ToLower(name)] = n
		nodes, path = append(nodes[:depth+1], n), append(path[:depth], name)
		if leaf {
			full := strings.Join(path, ".")
			t.kinds[strings.ToLower(full)] = n.kind
			t.names = append(t.names, full)
		}
	}
	return t
}
