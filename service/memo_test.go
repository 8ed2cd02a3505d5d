package service_test

import (
	"context"
	"encoding/json"
	"testing"

	"picket"
	"picket/access"
	"picket/service"
)

// TestAccessChangesAtOnce makes every change of what a key may do, each right after the key was looked up.
func TestAccessChangesAtOnce(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	const account = "111122223333"
	w.account(account)
	policy := func(action string) {
		t.Helper()
		w.ok(w.PutPolicy(ctx, account, service.Policy{Name: "own", Document: json.RawMessage(
			`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"` + action + `","Resource":"*"}]}`,
		)}))
	}
	policy("guardduty:GetDetector")
	_, err := w.CreateIdentity(ctx, account, service.Users, service.Identity{Name: "dana", Policies: []string{"own"}})
	w.ok(err)
	key, err := w.CreateKey(ctx, account, "dana")
	w.ok(err)

	may := func() bool {
		t.Helper()
		k, err := w.Key(ctx, key.ID)
		byARN, err2 := w.Principal(ctx, "arn:aws:iam::"+account+":user/dana")
		if picket.ErrorCode(err) == picket.CodeNotFound {
			return false
		}
		w.ok(err)
		w.ok(err2)
		if k.Secret != key.Secret {
			t.Fatal("another secret")
		}
		if k.Principal.Closed != byARN.Closed || allowed(k.Principal) != allowed(byARN) {
			t.Error("the key's principal and the ARN's differ")
		}
		return !k.Principal.Closed && allowed(k.Principal)
	}
	wants := func(what string, want bool, err error) {
		t.Helper()
		w.ok(err)
		for range 2 {
			if got := may(); got != want {
				t.Errorf("after %s: may call is %v", what, got)
			}
		}
	}
	wants("its making", true, nil)
	wants("the policy allowed something else", false, func() error { policy("guardduty:ListDetectors"); return nil }())
	wants("the policy allowed it again", true, func() error { policy("guardduty:*"); return nil }())
	wants("the policy was detached", false, w.SetPolicies(ctx, account, service.Users, "dana", nil))
	wants("another was attached", true, w.SetPolicies(ctx, account, service.Users, "dana", []string{"AmazonGuardDutyReadOnlyAccess"}))
	wants("the key was switched off", false, w.SetKeyActive(ctx, account, key.ID, false))
	wants("the key was switched on", true, w.SetKeyActive(ctx, account, key.ID, true))
	wants("the account was closed", false, w.CloseAccount(ctx, account))
	wants("the account was reopened", true, w.ReopenAccount(ctx, account))
	wants("the key was deleted", false, w.DeleteKey(ctx, account, key.ID))
	key, err = w.CreateKey(ctx, account, "dana")
	wants("a new key", true, err)
	wants("the user was deleted", false, w.DeleteIdentity(ctx, account, service.Users, "dana"))
}

func allowed(p access.Principal) bool {
	id := access.Identity{Caller: picket.Caller{Account: p.Account, ARN: p.ARN, Region: region}, Principal: p}
	return id.Authorize(access.Request{Action: "guardduty:GetDetector", Resource: "arn:aws:guardduty:" + region + ":" + p.Account + ":detector/d"}) == nil
}
