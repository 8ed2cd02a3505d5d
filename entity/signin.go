package entity

import (
	"net/netip"
	"slices"

	"picket/event"
)

// SignIn is a successful sign-in to the console.
type SignIn struct {
	Time int64
	Addr netip.Addr
}

// maxSignIns is how many sign-ins of one user are remembered.
const maxSignIns = 10

// SignIns returns the latest sign-ins of whoever made e, oldest first.
func (a *Account) SignIns(e *event.CloudTrail) []SignIn {
	s, _ := a.signIns.get(PrincipalKey(e.Identity()))
	return s
}

// SignedIn reports whether e is a successful sign-in to the console.
func SignedIn(e *event.CloudTrail) bool {
	return e.Call == "ConsoleLogin" && e.OK() && e.ResponseElements.Get("ConsoleLogin") == `"Success"`
}

func (a *Account) observeSignIn(e *event.CloudTrail) {
	addr, ok := e.IP()
	key := PrincipalKey(e.Identity())
	if !ok || key == "" || !SignedIn(e) {
		return
	}
	s := append(slices.Clip(a.SignIns(e)), SignIn{e.Time, addr})
	a.signIns.put(key, e.Time, s[max(0, len(s)-maxSignIns):])
}
