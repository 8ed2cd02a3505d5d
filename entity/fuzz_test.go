package entity_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"picket/entity"
	"picket/event"
)

// FuzzPolicy holds that a policy reads the same as an object and as text, and that what it opens to everybody never looks closed.
func FuzzPolicy(f *testing.F) {
	f.Add(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"s3:GetObject","Condition":{"IpAddress":{"aws:SourceIp":["203.0.113.0/24"]}}}}`)
	f.Add(`{"Statement":[{"Effect":"Deny","NotPrincipal":{"AWS":["arn:aws:iam::111122223333:root"]},"NotAction":"s3:*"},{"Principal":{"AWS":"*"}}]}`)
	f.Add(`"{\"Statement\":[{\"Principal\":{\"*\":\"*\"}}]}"`)
	f.Fuzz(func(t *testing.T, policy string) {
		checkPolicy(t, policy)
		var tree map[string]any
		if !utf8.ValidString(policy) || json.Unmarshal([]byte(policy), &tree) != nil {
			return
		}
		text := slices.Collect(entity.Statements(event.Value(encode(t, policy))))
		if object := slices.Collect(entity.Statements(event.Value(strings.TrimSpace(policy)))); !slices.Equal(text, object) {
			t.Errorf("%d statements in text, %d in the object: %s, %s", len(text), len(object), text, object)
		}
		once := encode(t, tree) // without members that stand there twice
		read := checkPolicy(t, once)
		if len(read) != len(list(tree["Statement"])) {
			t.Fatalf("%d statements of %s", len(read), once)
		}
		for i, s := range list(tree["Statement"]) {
			if open(s) && read[i].Reach() != entity.Anyone {
				t.Errorf("statement %d is open to everybody and reaches %d: %s", i, read[i].Reach(), once)
			}
		}
	})
}

// checkPolicy reads all that there is in a policy.
func checkPolicy(t *testing.T, policy string) []entity.Statement {
	all := slices.Collect(entity.Statements(event.Value(policy)))
	for _, s := range all {
		if s.Allows() && s.Denies() {
			t.Errorf("allows and denies: %s", policy)
		}
		for a := range s.Actions() {
			if strings.ToLower(a) != a {
				t.Errorf("action %q is not in lower case", a)
			}
		}
		for a := range s.Accounts() {
			if len(a) != 12 || strings.Trim(a, "0123456789") != "" {
				t.Errorf("%q is no account", a)
			}
		}
		if s.Reach() > entity.Anyone {
			t.Errorf("reach %d", s.Reach())
		}
	}
	return all
}

func encode(t *testing.T, v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// list is what may be written as a list, as its only element, or in EC2's way.
func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	case map[string]any:
		if items, ok := v["items"].([]any); ok {
			return items
		}
	}
	return []any{v}
}

// open reports whether a statement names everybody and sets no condition.
func open(statement any) bool {
	s, _ := statement.(map[string]any)
	aws, _ := s["Principal"].(map[string]any)
	return s["Condition"] == nil && (reflect.DeepEqual(s["Principal"], "*") || slices.Contains(list(aws["AWS"]), any("*")))
}
