package service_test

import (
	"context"
	"strings"
	"testing"

	"picket"
)

// An administrator may have thousands of members: a refusal counts them, names ten and reads no more.
func TestRefusalToDisableNamesTheMembers(t *testing.T) {
	w := newWorld(t)
	admin := w.account("111122223333")
	w.enable(admin)
	for i := range 15 {
		member := w.account(accountNumber(i))
		w.ok(w.add(admin, member))
		if i >= 3 {
			w.ok(w.invite(admin, member))
		}
	}
	whole, listed := w.Store, 0
	w.Store = listing{whole, &listed}
	err := w.disable(admin)
	w.Store = whole
	var named []string
	for i := range 10 {
		named = append(named, accountNumber(3+i))
	}
	want := membersRemain + " Remove its 12 members in us-east-1 first: " + strings.Join(named, ", ") + " and others."
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if listed != 10 {
		t.Errorf("it read %d members", listed)
	}
}

// listing is a store that counts the members which views list.
type listing struct {
	picket.Store
	n *int
}

func (s listing) View(ctx context.Context, f func(picket.Tx) error) error {
	return s.Store.View(ctx, func(tx picket.Tx) error { return f(listingTx{tx, s.n}) })
}

type listingTx struct {
	picket.Tx
	n *int
}

func (t listingTx) Members() picket.Members { return listingMembers{t.Tx.Members(), t.n} }

type listingMembers struct {
	picket.Members
	n *int
}

func (m listingMembers) List(administrator, region string, q picket.MemberQuery) ([]picket.Member, error) {
	found, err := m.Members.List(administrator, region, q)
	*m.n += len(found)
	return found, err
}

// Disabling that its organization's administrator forbids a member costs it nothing of the members that it once had.
func TestRefusedDisableForgetsNobody(t *testing.T) {
	w := newWorld(t)
	_, admin, member := w.organization()
	left := w.account("444455556666")
	w.enable(member)
	w.enable(left)
	w.join(member, left)
	w.ok(w.leave(left))
	w.ok(w.add(admin, member))
	w.refused(w.disable(member), "The request is rejected because the current account is managed by its organization's administrator.")
	if got, told := w.member(member, left), w.toldOf(left.Account, "deleted by the administrator"); got != "Resigned" || told != 0 {
		t.Errorf("its member is %q, and is told %d times", got, told)
	}
}
