package main

import (
	"cmp"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"gopkg.in/yaml.v3"
)

// misfits says what of a file has no place in a type: in which line, what, and what to write instead. The YAML package would speak of
// Go's types; in is what the node is in, as "mail: wait: ".
func misfits(n *yaml.Node, t reflect.Type, in string) (wrong []string) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch {
	case n.Kind == yaml.SequenceNode && t.Kind() == reflect.Slice:
		for _, element := range n.Content {
			wrong = append(wrong, misfits(element, t.Elem(), in)...)
		}
	case n.Kind == yaml.MappingNode && (t.Kind() == reflect.Struct || t.Kind() == reflect.Map):
		for i := 0; i+1 < len(n.Content); i += 2 {
			name, value := n.Content[i], n.Content[i+1]
			of, at := typeOf(t, name.Value), in+name.Value+": "
			if name.ShortTag() == "!!merge" {
				of, at = t, in
				if value.Kind == yaml.SequenceNode {
					of = reflect.SliceOf(t)
				}
			}
			if of != nil {
				wrong = append(wrong, misfits(value, of, at)...)
			} else {
				wrong = append(wrong, fmt.Sprintf("line %d: %sthere is no setting %s", name.Line, in, name.Value))
			}
		}
	case n.Decode(reflect.New(t).Interface()) != nil:
		wrong = append(wrong, fmt.Sprintf("line %d: %s%s", n.Line, in, instead(n, t)))
	}
	return wrong
}

// typeOf is the type of what a struct or a map has under a name, nil if there is no such setting.
func typeOf(t reflect.Type, name string) reflect.Type {
	if t.Kind() == reflect.Map {
		return t.Elem()
	}
	for _, f := range reflect.VisibleFields(t) {
		if f.Tag.Get("yaml") == name {
			return f.Type
		}
	}
	return nil
}

// instead says what to write for a node that is nothing of its type.
func instead(n *yaml.Node, t reflect.Type) string {
	is := "this"
	if n.Kind == yaml.ScalarNode {
		is = strconv.Quote(n.Value)
	}
	switch {
	case t == reflect.TypeFor[time.Duration]():
		return is + " is no time: write 5m"
	case t.Kind() == reflect.Slice:
		return fmt.Sprintf("%s is no list: write [%s]", is, cmp.Or(n.Value, "…"))
	case t.Kind() == reflect.Map:
		return fmt.Sprintf("%s has no names: write NAME: %s for each", is, shape(t.Elem()))
	case t.Kind() == reflect.Struct:
		return fmt.Sprintf("%s is none of its settings: write %s, or some of it", is, shape(t))
	case t.Kind() == reflect.String:
		return is + " is no single value: write one"
	}
	return is + " is no whole number"
}

// shape is how the settings of a struct are written.
func shape(t reflect.Type) string {
	var all []string
	for _, f := range reflect.VisibleFields(t) {
		if name := f.Tag.Get("yaml"); name != "" {
			all = append(all, name+": …")
		}
	}
	return "{" + strings.Join(all, ", ") + "}"
}
