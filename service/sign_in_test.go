package service_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"picket"
	"picket/service"
)

const password = "correct horse battery"

// signer is a world in which dana, a user of an account, has a password of her own.
func signer(t *testing.T) (w *world, dana service.SignIn) {
	t.Helper()
	w = newWorld(t)
	w.account("111122223333")
	_, err := w.CreateIdentity(context.Background(), "111122223333", service.Users, service.Identity{Name: "dana"})
	w.ok(err)
	_, err = w.ResetPassword(context.Background(), "111122223333", "dana", password)
	w.ok(err)
	return w, service.SignIn{Sign: service.Sign{Account: "111122223333", User: "dana"}, Password: password, SourceIP: "198.51.100.7"}
}

// signIn signs in and returns the session's token, or the code that was answered.
func (w *world) signIn(in service.SignIn) (token string, code picket.Code) {
	w.t.Helper()
	_, token, err := w.SignIn(context.Background(), in)
	if err != nil && picket.ErrorCode(err) == "" {
		w.t.Fatal(err)
	}
	return token, picket.ErrorCode(err)
}

func (w *world) signedIn(token string) service.Session {
	w.t.Helper()
	in, _, err := w.OpenSession(context.Background(), token)
	w.ok(err)
	return in
}

func (w *world) signedOut(token string) {
	w.t.Helper()
	if _, _, err := w.OpenSession(context.Background(), token); picket.ErrorCode(err) != picket.CodeExpiredToken {
		w.t.Errorf("a session that should be over: %v", err)
	}
}

func TestSignIn(t *testing.T) {
	w, dana := signer(t)
	f := func(change func(*service.SignIn), want picket.Code) {
		t.Helper()
		in := dana
		change(&in)
		if _, got := w.signIn(in); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	f(func(*service.SignIn) {}, "")
	f(func(in *service.SignIn) { in.Password = password + " " }, service.CodeSignInRefused)
	f(func(in *service.SignIn) { in.User = "nobody" }, service.CodeSignInRefused)
	f(func(in *service.SignIn) { in.User = "" }, service.CodeSignInRefused) // the root has no password yet
	f(func(in *service.SignIn) { in.Account = "999988887777" }, service.CodeSignInRefused)

	made, err := w.ResetPassword(context.Background(), "111122223333", "", "")
	w.ok(err)
	root := service.SignIn{Sign: service.Sign{Email: "111122223333@EXAMPLE.com"}, Password: made}
	if _, got := w.signIn(root); got != service.CodeNewPassword {
		t.Errorf("with the operator's password: %q", got)
	}
	root.NewPassword = "short"
	if _, got := w.signIn(root); got != picket.CodeBadRequest {
		t.Errorf("with a short new password: %q", got)
	}
	root.NewPassword = "a long enough one"
	token, _ := w.signIn(root)
	if in := w.signedIn(token); in.Account != "111122223333" || in.User != "" {
		t.Errorf("signed in as %+v", in)
	}
	if _, got := w.signIn(root); got != service.CodeSignInRefused {
		t.Errorf("the operator's password a second time: %q", got)
	}
	events, err := w.Audit(context.Background(), "111122223333", 0, 100)
	w.ok(err)
	success := 0
	for _, e := range events {
		if strings.Contains(string(e.Event), password) || strings.Contains(string(e.Event), made) {
			t.Errorf("a password is in the audit log: %s", e.Event)
		}
		success += strings.Count(string(e.Event), `"ConsoleLogin":"Success"`)
	}
	if success != 2 {
		t.Errorf("%d sign-ins are in the audit log, want 2", success)
	}
}

func TestGuessingLocks(t *testing.T) {
	w, dana := signer(t)
	for _, who := range []string{"dana", "nobody"} { // it looks the same
		in := dana
		in.User, in.Password = who, "wrong password"
		for range 5 {
			if _, got := w.signIn(in); got != service.CodeSignInRefused {
				t.Fatalf("%s: %q", who, got)
			}
		}
		if _, got := w.signIn(in); got != service.CodeTooManyTries {
			t.Errorf("%s, the sixth time: %q", who, got)
		}
	}
	if _, got := w.signIn(dana); got != service.CodeTooManyTries {
		t.Errorf("with the right password while locked: %q", got)
	}
	w.clock = w.clock.Add(time.Minute)
	if _, got := w.signIn(dana); got != "" {
		t.Errorf("after the lock: %q", got)
	}
}

// An address that isn't the root's leads nowhere, whatever else is right: with another at each try, no lock would hold.
func TestAnotherAddressIsNobody(t *testing.T) {
	w, _ := signer(t)
	_, err := w.ResetPassword(context.Background(), "111122223333", "", password)
	w.ok(err)
	f := func(email string, want picket.Code) {
		t.Helper()
		in := service.SignIn{Sign: service.Sign{Account: "111122223333", Email: email}, Password: password}
		if _, got := w.signIn(in); got != want {
			t.Errorf("%s: got %q, want %q", email, got, want)
		}
	}
	f("someone@example.com", service.CodeSignInRefused)
	f("111122223333@example.com", "")
}

// Names that nobody can have are not kept in mind, and what browsers call themselves only as far as people read.
func TestSignInsAreShort(t *testing.T) {
	w, dana := signer(t)
	f := func(of service.Sign) {
		t.Helper()
		for range 7 {
			if _, got := w.signIn(service.SignIn{Sign: of, Password: password}); got != service.CodeSignInRefused {
				t.Fatalf("got %q, want %q", got, service.CodeSignInRefused)
			}
		}
	}
	f(service.Sign{Account: "111122223333", User: strings.Repeat("d", 65)})
	f(service.Sign{Account: strings.Repeat("1", 255), User: "dana"})
	f(service.Sign{Email: strings.Repeat("r", 243) + "@example.com"})
	dana.UserAgent = strings.Repeat("Mozilla ", 1000)
	token, _ := w.signIn(dana)
	if got := len(w.signedIn(token).UserAgent); got != 1024 {
		t.Errorf("the session has %d bytes of it", got)
	}
	events, err := w.Audit(context.Background(), "111122223333", 0, 100)
	w.ok(err)
	if len(events) != 1 || len(events[0].Event) > 2048 {
		t.Errorf("%d events, the first has %d bytes", len(events), len(events[0].Event))
	}
}

// Who can't sign in can't fill the audit log of an account either, and what is left out is said.
func TestFailedSignInsDontFloodTheAuditLog(t *testing.T) {
	w, dana := signer(t)
	w.Now = func() time.Time { return w.clock }
	guess := func(user string) {
		dana.User, dana.Password = user, "wrong password"
		w.signIn(dana)
	}
	failures := func() (n int, last string) {
		events, err := w.Audit(context.Background(), "111122223333", 0, 100)
		w.ok(err)
		for _, e := range events {
			if last = string(e.Event); strings.Contains(last, `"ConsoleLogin":"Failure"`) {
				n++
			}
		}
		return n, last
	}
	for i := range 30 {
		guess(fmt.Sprint("user", i))
	}
	if got, _ := failures(); got != 20 {
		t.Errorf("%d of 30 are in the log, want 20", got)
	}
	w.clock = w.clock.Add(10 * time.Second)
	guess("dana")
	if n, last := failures(); n != 21 || !strings.Contains(last, `"additionalEventData":{"MFAUsed":"No","refusalsNotRecordedBefore":10}`) {
		t.Errorf("then %d are, the last as %s", n, last)
	}
}

func TestSecondFactor(t *testing.T) {
	w, dana := signer(t)
	ctx := context.Background()
	token, _ := w.signIn(dana)
	session := w.signedIn(token)
	factor, err := w.BeginFactor(ctx, session)
	w.ok(err)
	if _, got := w.signIn(dana); got != "" {
		t.Errorf("before it is confirmed: %q", got)
	}
	code := func() string {
		t.Helper()
		w.clock = w.clock.Add(30 * time.Second)
		c, err := totp.GenerateCode(factor.Secret, w.clock)
		w.ok(err)
		return c
	}
	if err := w.ConfirmFactor(ctx, session, "000000"); picket.ErrorCode(err) != picket.CodeBadRequest {
		t.Errorf("confirmed with a wrong code: %v", err)
	}
	w.ok(w.ConfirmFactor(ctx, session, code()))
	if _, got := w.signIn(dana); got != service.CodeCodeRequired {
		t.Errorf("without a code: %q", got)
	}
	dana.Code = code()
	if _, got := w.signIn(dana); got != "" {
		t.Errorf("with its code: %q", got)
	}
	if _, got := w.signIn(dana); got != service.CodeSignInRefused {
		t.Errorf("with the same code again: %q", got)
	}
	dana.Code = ""
	w.clock = w.clock.Add(time.Hour)
	for range 4 { // asking for the code in between forgives no guess
		dana.Code = "123456"
		w.signIn(dana)
		dana.Code = ""
		w.signIn(dana)
	}
	dana.Code = "123456"
	w.signIn(dana)
	if _, got := w.signIn(dana); got != service.CodeTooManyTries {
		t.Errorf("guessing codes: %q", got)
	}
	if err := w.RemoveFactor(ctx, session, "wrong password"); err == nil {
		t.Error("removed with a wrong password")
	}
	w.clock = w.clock.Add(time.Hour)
	w.ok(w.RemoveFactor(ctx, session, password))
	dana.Code = ""
	if _, got := w.signIn(dana); got != "" {
		t.Errorf("after it was removed: %q", got)
	}
}

func TestSessionsEnd(t *testing.T) {
	w, dana := signer(t)
	ctx := context.Background()
	in := func() string { token, _ := w.signIn(dana); return token }
	first, second := in(), in()
	if all, err := w.Sessions(ctx, w.signedIn(first)); err != nil || len(all) != 2 || all[0].SourceIP != "198.51.100.7" {
		t.Errorf("sessions %+v, %v", all, err)
	}
	_, err := w.CreateIdentity(ctx, "111122223333", service.Users, service.Identity{Name: "erin"})
	w.ok(err)
	if err := w.EndSession(ctx, service.Session{Account: "111122223333", User: "erin"}, w.signedIn(first).ID); err == nil {
		t.Error("somebody else ended a session")
	}
	w.ok(w.EndSession(ctx, w.signedIn(first), w.signedIn(second).ID))
	w.signedOut(second)

	second = in()
	w.ok(w.ChangePassword(ctx, w.signedIn(first), password, "another good password"))
	w.signedIn(first)
	w.signedOut(second)
	dana.Password = "another good password"

	old := in()
	w.clock = w.clock.Add(service.SessionLife)
	w.signedOut(old)
	w.ok(w.Sweep(ctx))

	before := in()
	w.ok(w.DeleteIdentity(ctx, "111122223333", service.Users, "dana"))
	w.signedOut(before)
	_, err = w.CreateIdentity(ctx, "111122223333", service.Users, service.Identity{Name: "dana"})
	w.ok(err)
	w.signedOut(before)
	if _, got := w.signIn(dana); got != service.CodeSignInRefused {
		t.Errorf("a new user with an old one's name signs in: %q", got)
	}
	for _, token := range []string{"", ".", "111122223333.", "111122223333.x", strings.Repeat("x", 5000)} {
		w.signedOut(token)
	}

	_, err = w.ResetPassword(ctx, "111122223333", "", password)
	w.ok(err)
	root, _ := w.signIn(service.SignIn{Sign: service.Sign{Account: "111122223333"}, Password: password})
	w.signedIn(root)
	w.ok(w.CloseAccount(ctx, "111122223333"))
	w.signedOut(root)
}
