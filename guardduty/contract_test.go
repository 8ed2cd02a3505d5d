package guardduty_test

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"picket/guardduty"
)

// shapes returns the type of every structure that an operation sends or
// answers, by name.
func shapes() map[string]reflect.Type {
	all := map[string]reflect.Type{}
	var add func(t reflect.Type)
	add = func(t reflect.Type) {
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			add(t.Elem())
		case reflect.Struct:
			if t.Name() == "Timestamp" || all[t.Name()] != nil {
				return
			}
			all[t.Name()] = t
			for i := range t.NumField() {
				add(t.Field(i).Type)
			}
		}
	}
	for _, op := range guardduty.Operations() {
		add(reflect.TypeOf(op.New()))
		add(reflect.TypeOf(op.NewOutput()))
	}
	return all
}

// The round trips would prove little if they left members out.
func TestRoundTripsSetEveryMember(t *testing.T) {
	filled := newPeer(t).filled
	for name, shape := range shapes() {
		for i := range shape.NumField() {
			if member := name + "." + shape.Field(i).Name; !filled[member] {
				t.Errorf("%s is never set", member)
			}
		}
	}
}

// The nodes of the tree with maps of maps expanded too.
func TestFindingTree(t *testing.T) {
	var nodes func(t reflect.Type) int
	nodes = func(t reflect.Type) int {
		switch {
		case t.Kind() == reflect.Pointer, t.Kind() == reflect.Slice, t.Kind() == reflect.Map:
			return nodes(t.Elem())
		case t.Kind() != reflect.Struct || t.Name() == "Timestamp":
			return 0
		}
		n := t.NumField()
		for i := range t.NumField() {
			n += nodes(t.Field(i).Type)
		}
		return n
	}
	if got, want := nodes(reflect.TypeFor[guardduty.Finding]()), 783; got != want {
		t.Errorf("a Finding has %d nodes, want %d", got, want)
	}
}

// breakage is one way to break a member.
type breakage struct {
	shape, member string
	part          string // "", "[]", ".key" or ".value"
	edit          func(v reflect.Value)
}

// rejected requires that a filled shape is valid, and that the edit of one
// member makes Validate name it.
func rejected(t *testing.T, f *filler, b breakage) {
	t.Helper()
	x := reflect.New(shapes()[b.shape])
	f.fill(x.Elem())
	validate := x.Interface().(guardduty.Shape).Validate
	if err := validate(); err != nil {
		t.Errorf("%s filled: %v", b.shape, err)
		return
	}
	field, _ := x.Elem().Type().FieldByName(b.member)
	b.edit(x.Elem().FieldByName(b.member))
	invalid, ok := errors.AsType[*guardduty.ValidationError](validate())
	if !ok {
		t.Errorf("%s.%s%s: the edit passed", b.shape, b.member, b.part)
		return
	}
	wire, _, _ := strings.Cut(field.Tag.Get("json"), ",")
	if wire == "-" {
		wire = strings.ToLower(b.member[:1]) + b.member[1:]
	}
	rest, named := strings.CutPrefix(invalid.Path, wire)
	inside := b.part == "[]" && rest == "[0]" || strings.HasPrefix(b.part, ".") && strings.HasPrefix(rest, ".")
	if !named || rest != "" && !inside || b.part != "" && !inside || invalid.Reason == "" {
		t.Errorf("%s.%s%s: got error %q", b.shape, b.member, b.part, invalid)
	}
}

func TestValidateHoldsEveryConstraint(t *testing.T) {
	f, checked := newFiller(t), 0
	known := shapes()
	for row, l := range f.limits {
		shape, member, _ := strings.Cut(row, ".")
		b := breakage{shape: shape, member: member}
		for _, part := range []string{"[]", ".key", ".value"} {
			if name, ok := strings.CutSuffix(member, part); ok {
				b.member, b.part = name, part
			}
		}
		if known[shape] == nil {
			t.Errorf("%s: no such shape", row)
			continue
		}
		for _, edit := range edits(l) {
			b.edit = func(v reflect.Value) { editPart(v, b.part, edit) }
			rejected(t, f, b)
			checked++
		}
	}
	if checked < 600 {
		t.Errorf("checked %d breakages only", checked)
	}
}

// edits are the ways to break what a row allows.
func edits(l limits) []func(v reflect.Value) {
	var all []func(v reflect.Value)
	if l.has.low && l.low > 0 {
		all = append(all, func(v reflect.Value) { resize(v, l.low-1) })
	}
	if l.has.low && l.low == 0 {
		all = append(all, func(v reflect.Value) {
			if v.CanInt() {
				v.SetInt(-1)
			} else {
				resize(v, l.high+1)
			}
		})
	}
	if l.has.high {
		all = append(all, func(v reflect.Value) { resize(v, l.high+1) })
	}
	if l.pattern != "" {
		all = append(all, func(v reflect.Value) { v.SetString("!" + v.String()[1:]) })
	}
	if strings.HasPrefix(l.pattern, "(?!aws:)") {
		all = append(all, func(v reflect.Value) { v.SetString("aws:name") })
	}
	return all
}

// resize gives v another length, count or value.
func resize(v reflect.Value, to float64) {
	n := int(to)
	switch v.Kind() {
	case reflect.String:
		v.SetString(strings.Repeat("0", n))
	case reflect.Slice:
		list := reflect.MakeSlice(v.Type(), 0, n)
		for range n {
			list = reflect.Append(list, v.Index(0))
		}
		v.Set(list)
	case reflect.Map:
		key := v.MapKeys()[0]
		object := reflect.MakeMap(v.Type())
		for i := range n {
			object.SetMapIndex(reflect.ValueOf(strings.Repeat("k", i+1)), v.MapIndex(key))
		}
		v.Set(object)
	default:
		v.SetInt(int64(n))
	}
}

// editPart edits a member, its first item, its only key or its only value.
func editPart(v reflect.Value, part string, edit func(v reflect.Value)) {
	switch part {
	case "":
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		edit(v)
	case "[]":
		edit(v.Index(0))
	default:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		key.Set(v.MapKeys()[0])
		value.Set(v.MapIndex(key))
		v.SetMapIndex(key, reflect.Value{})
		if part == ".key" {
			edit(key)
		} else {
			edit(value)
		}
		v.SetMapIndex(key, value)
	}
}

// A store is asked for no page of less than an item, and a token, which is part of a key there, is no longer than keys may be.
func TestPagesAndTokensAreBounded(t *testing.T) {
	all := limitsOf(t)
	for _, op := range guardduty.Operations() {
		in := reflect.TypeOf(op.New()).Elem()
		if _, ok := in.FieldByName("MaxResults"); ok && all[in.Name()+".MaxResults"].low < 1 {
			t.Errorf("%s takes a MaxResults below 1", op.Name)
		}
		if op.IdempotencyToken != "" && !all[in.Name()+"."+op.IdempotencyToken].has.high {
			t.Errorf("%s takes a %s of any length", op.Name, op.IdempotencyToken)
		}
	}
}

func TestValidateHoldsEveryEnumeration(t *testing.T) {
	f := newFiller(t)
	known := shapes()
	checked := 0
	for _, name := range slices.Sorted(maps.Keys(known)) {
		for i := range known[name].NumField() {
			field := known[name].Field(i)
			b := breakage{shape: name, member: field.Name, edit: func(v reflect.Value) { v.SetString("bogus") }}
			if isEnum(field.Type) {
				rejected(t, f, b)
				checked++
			}
			if field.Type.Kind() == reflect.Slice && isEnum(field.Type.Elem()) {
				b.part = "[]"
				b.edit = func(v reflect.Value) { v.Index(0).SetString("bogus") }
				rejected(t, f, b)
				checked++
			}
		}
	}
	for member := range enumKeys {
		shape, name, _ := strings.Cut(member, ".")
		rejected(t, f, breakage{shape, name, ".key", func(v reflect.Value) {
			editPart(v, ".key", func(v reflect.Value) { v.SetString("bogus") })
		}})
	}
	if checked < 150 {
		t.Errorf("checked %d enumerations only", checked)
	}
}

func isEnum(t reflect.Type) bool {
	_, ok := t.MethodByName("Values")
	return ok
}

// The schema itself says which members are required.
func TestValidateHoldsEveryRequiredMember(t *testing.T) {
	var schema struct {
		Shapes []struct {
			Name    string
			Members []struct {
				Name     string
				Required bool
			}
		}
	}
	if err := json.Unmarshal(node(t, nil, "dump.cjs"), &schema); err != nil {
		t.Fatal(err)
	}
	f, known, checked := newFiller(t), shapes(), 0
	for _, s := range schema.Shapes {
		for _, m := range s.Members {
			shape := known[s.Name]
			if !m.Required || shape == nil {
				continue
			}
			field, _ := shape.FieldByName(m.Name)
			if strings.HasPrefix(field.Type.Name(), "List[") && !strings.HasSuffix(s.Name, "Request") {
				continue
			}
			rejected(t, f, breakage{shape: s.Name, member: m.Name, edit: func(v reflect.Value) { v.SetZero() }})
			checked++
		}
	}
	if checked < 300 {
		t.Errorf("checked %d members only", checked)
	}
}
