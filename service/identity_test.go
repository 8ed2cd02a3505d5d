package service_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"picket"
	"picket/service"
)

// An account has as many users, roles, policies and tags as in IAM; an open server has no quota but that of tags.
func TestIdentityQuotas(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	w.account("111122223333")
	w.account("444455556666")
	fill := func(kind string, n int) {
		w.ok(w.Store.Update(ctx, func(tx picket.Tx) error {
			for i := range n {
				if err := tx.Documents().Put(picket.DocumentKey{Kind: kind, Account: "111122223333", ID: fmt.Sprint(i)}, struct{}{}); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	document := []byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)
	trust := []byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}}`)
	f := func(kind string, quota int, create func(account, name string) error) {
		t.Helper()
		fill(kind, quota-1)
		w.ok(create("111122223333", "last"))
		w.refused(create("111122223333", "more"), fmt.Sprintf("The request is rejected because the number of users, roles or policies exceeds the limit. IAM's quota is %d of the kind %s;", quota, kind))
		w.ok(create("444455556666", "another"))
		w.Settings.OpenQuotas = true
		w.ok(create("111122223333", "more"))
		w.Settings.OpenQuotas = false
	}
	f("user", 5000, func(account, name string) error {
		_, err := w.CreateIdentity(ctx, account, service.Users, service.Identity{Name: name})
		return err
	})
	f("role", 1000, func(account, name string) error {
		_, err := w.CreateIdentity(ctx, account, service.Roles, service.Identity{Name: name, Trust: trust})
		return err
	})
	f("policy", 1500, func(account, name string) error {
		return w.PutPolicy(ctx, account, service.Policy{Name: name, Document: document})
	})
	w.ok(w.PutPolicy(ctx, "111122223333", service.Policy{Name: "last", Document: document})) // is no new one
	if err := w.CreatePolicy(ctx, "111122223333", service.Policy{Name: "last", Document: document}); picket.ErrorCode(err) != picket.CodeConflict {
		t.Errorf("a second policy of the name: %v, want a conflict", err)
	}
	w.ok(w.CreatePolicy(ctx, "444455556666", service.Policy{Name: "last", Document: document}))
	w.ok(w.DeletePolicy(ctx, "444455556666", "last"))
	w.refused(w.DeletePolicy(ctx, "444455556666", "last"), "Account 444455556666 has no policy last.")

	tags := map[string]string{}
	for i := range 51 {
		tags[fmt.Sprint(i)] = ""
	}
	_, err := w.CreateIdentity(ctx, "444455556666", service.Users, service.Identity{Name: "tagged", Tags: tags})
	if err == nil || !strings.Contains(err.Error(), "has 51 tags, and a resource has at most 50") {
		t.Errorf("got %v", err)
	}
	delete(tags, "0")
	_, err = w.CreateIdentity(ctx, "444455556666", service.Users, service.Identity{Name: "tagged", Tags: tags})
	w.ok(err)
}

// One user or role can't hold much, whoever makes it: it is judged before the store is asked for anything.
func TestIdentitiesAreBounded(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	const account = "111122223333"
	w.account(account)
	trust := []byte(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}}`)
	f := func(in service.Identity, want string) {
		t.Helper()
		_, err := w.CreateIdentity(ctx, account, service.Users, in)
		w.refused(err, want)
		in.Trust = trust
		_, err = w.CreateIdentity(ctx, account, service.Roles, in)
		w.refused(err, want)
	}
	var names []string
	for i := range 21 {
		names = append(names, fmt.Sprintf("p%02d", i))
	}
	tooMany := "21 policies are too many: a user or role has at most 20. Put several into one."
	f(service.Identity{Name: "x", Policies: names}, tooMany)
	tag := func(key, value string) service.Identity {
		return service.Identity{Name: "x", Tags: map[string]string{key: value}}
	}
	badTag := "A tag's key has 1 to 128 characters and its value at most 256"
	f(tag("", "v"), badTag)
	f(tag(strings.Repeat("ä", 129), "v"), badTag)
	f(tag("k", strings.Repeat("ä", 257)), badTag)
	many := service.Identity{Name: "x", Tags: map[string]string{}}
	for i := range 8 {
		many.Tags[fmt.Sprint(i)] = strings.Repeat("ä", 255)
	}
	many.Tags["a"] = ""
	_, err := w.CreateIdentity(ctx, account, service.Users, many)
	w.refused(err, "The tags of user x have 2049 characters, and may have 2048 together.")
	delete(many.Tags, "a")
	many.Name = "tagged"
	_, err = w.CreateIdentity(ctx, account, service.Users, many)
	w.ok(err)
	w.ok(w.DeleteIdentity(ctx, account, service.Users, "tagged"))
	_, err = w.CreateIdentity(ctx, account, service.Users, service.Identity{Name: "x", Trust: trust})
	w.refused(err, "A user has no trust policy; roles have.")

	for _, name := range names[:20] {
		w.ok(w.PutPolicy(ctx, account, service.Policy{Name: name, Document: []byte(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)}))
	}
	in := tag(strings.Repeat("ä", 128), strings.Repeat("ä", 256))
	in.Policies = slices.Repeat(names[:20], 100)
	made, err := w.CreateIdentity(ctx, account, service.Users, in)
	w.ok(err)
	if !slices.Equal(made.Policies, names[:20]) {
		t.Errorf("made with the policies %q", made.Policies)
	}
	in.Trust = trust
	_, err = w.CreateIdentity(ctx, account, service.Roles, in)
	w.ok(err)
	for _, kind := range []service.IdentityKind{service.Users, service.Roles} {
		w.refused(w.SetPolicies(ctx, account, kind, "x", names), tooMany)
		w.ok(w.SetPolicies(ctx, account, kind, "x", slices.Repeat(names[:20], 100)))
		of, err := w.Identities(ctx, account, kind)
		w.ok(err)
		if !slices.Equal(of[0].Policies, names[:20]) {
			t.Errorf("%s x has the policies %q", kind, of[0].Policies)
		}
	}
	for range 2 { // looked up anew, and as it was
		p, err := w.Principal(ctx, made.ARN)
		w.ok(err)
		if len(p.Policies) != 20 {
			t.Errorf("%d policies hold", len(p.Policies))
		}
		w.ok(w.PutPolicy(ctx, account, service.Policy{Name: "another", Document: []byte(`{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`)}))
	}
}

// A root or user has two keys of its own, whatever others are called, and loses no others with them.
func TestKeysAreOfOne(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	const account = "111122223333"
	w.account(account) // its root has a key
	users := []string{"dan", "dana", "dana-x", "dana0"}
	for _, user := range users {
		_, err := w.CreateIdentity(ctx, account, service.Users, service.Identity{Name: user})
		w.ok(err)
	}
	full := func(user, name string) {
		t.Helper()
		_, err := w.CreateKey(ctx, account, user)
		w.refused(err, name+" has 2 access keys already")
	}
	_, err := w.CreateKey(ctx, account, "")
	w.ok(err)
	for _, user := range users {
		for range 2 {
			_, err := w.CreateKey(ctx, account, user)
			w.ok(err)
		}
	}
	full("", "The root")
	for _, user := range users {
		full(user, "User "+user)
	}
	w.ok(w.DeleteIdentity(ctx, account, service.Users, "dana"))
	left, err := w.Keys(ctx, account)
	w.ok(err)
	var got []string
	for _, k := range left {
		got = append(got, k.User)
	}
	if want := []string{"", "", "dan", "dan", "dana-x", "dana-x", "dana0", "dana0"}; !slices.Equal(got, want) {
		t.Errorf("left are keys of %q, want %q", got, want)
	}
}
