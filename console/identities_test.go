package console_test

import (
	"context"
	"encoding/json"
	"testing"

	"picket/service"
)

// Who manages users manages neither the root's keys nor its sign-in.
func TestTheRootIsItsOwn(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	w.ok(w.PutPolicy(ctx, security, service.Policy{Name: "all", Document: json.RawMessage(`{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`)}))
	w.ok(w.SetPolicies(ctx, security, service.Users, "dana", []string{"all"}))
	root, dana := w.signedIn(security, ""), w.signedIn(security, "dana")
	off := map[string]any{"active": false}
	status := func(of service.AccessKey) (found, active bool) {
		t.Helper()
		all, err := w.Keys(ctx, security)
		w.ok(err)
		for _, k := range all {
			if k.ID == of.ID {
				return true, !k.Inactive
			}
		}
		return false, false
	}
	f := func(of service.AccessKey, by *browser, changed, deleted int) {
		t.Helper()
		by.wants(changed, "PUT", "keys/"+of.ID, off, nil)
		if _, active := status(of); active != (changed == 403) {
			t.Errorf("after %d the key is active: %v", changed, active)
		}
		by.wants(deleted, "DELETE", "keys/"+of.ID, nil, nil)
		if found, _ := status(of); found != (deleted == 403) {
			t.Errorf("after %d the key is there: %v", deleted, found)
		}
	}
	var roots, ritas service.AccessKey
	dana.wants(403, "POST", "keys", map[string]any{}, nil)
	root.wants(200, "POST", "keys", map[string]any{}, &roots)
	dana.wants(200, "POST", "keys", map[string]any{"user": "rita"}, &ritas)
	f(roots, dana, 403, 403)
	f(roots, root, 204, 204)
	f(ritas, dana, 204, 204)

	for _, path := range []string{"users//reset", "users/root/reset", "users/%2F/reset", "users/..%2Froot/reset"} {
		dana.wants(404, "POST", path, nil, nil)
	}
	root.wants(200, "GET", "users", nil, nil) // its session is still there
	w.signedIn(security, "")                  // and its password the same
}
