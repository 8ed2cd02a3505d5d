package service_test

import (
	"context"
	"fmt"
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
