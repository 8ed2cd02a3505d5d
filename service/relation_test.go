package service_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"picket"
	"picket/guardduty"
	"picket/service"
)

// TestRelationsWalk walks random sequences of operations of some accounts, of the organization that some of them are in, and of the
// server's operator. It compares every answer and, after each sequence, all that anybody can see, with the model. -rapid.checks sets
// how many sequences each half walks, which run beside each other.
func TestRelationsWalk(t *testing.T) {
	for _, half := range []string{"one half", "the other half"} {
		t.Run(half, func(t *testing.T) {
			t.Parallel()
			walkRelations(t)
		})
	}
}

func walkRelations(t *testing.T) {
	var common *world
	var whole picket.Store
	walks, end := 0, func() {}
	defer func() { end() }()
	rapid.Check(t, func(r *rapid.T) {
		if walks%walksOfAWorld == 0 {
			end()
			common, end = passingWorld(t)
			whole = common.Store.(again).Store
		}
		walks++
		common.Store = whole
		w := newWalk(common, r, walks)
		if fair(8).Draw(r, "once") == 7 { // each change twice takes twice as long
			common.Store = again{whole}
		}
		for range 1 + fair(20).Draw(r, "steps") {
			w.step()
		}
		w.compare()
	})
}

// walksOfAWorld is how many walks share a store: making one takes longer than a walk, and so does to Sweep one that is full.
const walksOfAWorld = 20

// passingWorld is a world that ends before its test does.
func passingWorld(t *testing.T) (w *world, end func()) {
	p := &passing{TB: t}
	return newWorld(p), p.end
}

type passing struct {
	testing.TB
	cleanups []func()
}

func (p *passing) Cleanup(f func()) { p.cleanups = append(p.cleanups, f) }

func (p *passing) end() {
	for len(p.cleanups) > 0 {
		last := len(p.cleanups) - 1
		p.cleanups[last]()
		p.cleanups = p.cleanups[:last]
	}
}

// walk is a sequence of operations on accounts and on their model.
type walk struct {
	*world
	r        *rapid.T
	m        *model
	accounts []picket.Caller
	sent     []sent // by the model's numbers of invitations, less one
}

type sent struct {
	inviter, invitee int
	id               string
}

// newWalk makes four accounts, three of which are in an organization; most begin with the service on, and half of the walks with the
// organization's administrator appointed, or with accounts that trust others.
func newWalk(common *world, r *rapid.T, n int) *walk {
	const accounts, within = 4, 3
	w := &walk{world: common, r: r, m: newModel()}
	for i := range accounts {
		w.accounts = append(w.accounts, w.account(accountNumber(n*accounts+i)))
	}
	w.ok(w.CreateOrganization(context.Background(), w.accounts[0].Account))
	w.m.within[0] = true
	for i := 1; i < within; i++ {
		w.ok(w.JoinOrganization(context.Background(), w.accounts[0].Account, w.accounts[i].Account))
		w.m.join(i)
	}
	for i := range accounts {
		if fair(4).Draw(r, "off") != 3 {
			w.enable(w.accounts[i])
			w.m.enable(i, true)
		}
	}
	if w.drawn("trusting") {
		for _, i := range []int{2, 3} {
			_, err := w.trusts(i, 0)
			w.ok(err)
		}
	}
	if w.drawn("appointed") {
		w.appoint(w.accounts[0], w.accounts[1])
		w.m.appoint(0, 1)
	}
	return w
}

func (w *walk) drawn(what string) bool { return rapid.Bool().Draw(w.r, what) }

// either is the account for which an operation is meant, or any other; it is no closed one, which is not let in.
func (w *walk) either(meant, other int) int {
	if meant >= 0 && !w.m.closed[meant] && w.drawn("meant") {
		return meant
	}
	return other
}

// fair draws a number below n, each as often as others; rapid prefers small ones.
func fair(n int) *rapid.Generator[int] {
	return rapid.Custom(func(t *rapid.T) int {
		i := 0
		for range 7 {
			i *= 2
			if rapid.Bool().Draw(t, "bit") {
				i++
			}
		}
		return i % n
	})
}

func (w *walk) step() {
	likely := w.likely()
	o := rapid.Map(fair(len(likely)), func(i int) operation { return likely[i] }).Draw(w.r, "operation")
	i, j := w.pair(o)
	if w.m.closed[i] && o.by != operator {
		return
	}
	want, err := o.do(w, i, j)
	if err != nil && picket.ErrorCode(err) == "" {
		w.r.Fatalf("%s(%d, %d): %v", o.name, i, j, err)
	}
	if got := err == nil; got != want {
		w.r.Fatalf("%s(%d, %d): got %v, want done = %v", o.name, i, j, err, want)
	}
}

// likely draws which operations one is drawn of: half of the time, if there are, those that a relation is there for.
func (w *walk) likely() []operation {
	var related, others []operation
	for _, o := range operations {
		if o.meant == nil {
			others = append(others, o)
		} else if len(w.meantFor(o)) > 0 {
			related = append(related, o)
		}
	}
	if len(related) > 0 && w.drawn("related") {
		return related
	}
	return others
}

// meantFor are the relations that have a status which an operation is meant for.
func (w *walk) meantFor(o operation) [][2]int {
	var meant [][2]int
	for p, r := range w.m.row {
		if r.is(o.meant...) {
			meant = append(meant, p)
		}
	}
	slices.SortFunc(meant, func(a, b [2]int) int { return slices.Compare(a[:], b[:]) })
	return meant
}

// pair draws who does something, and to whom: mostly to one of those that it is meant for.
func (w *walk) pair(o operation) (i, j int) {
	meant := w.meantFor(o)
	if len(meant) == 0 || fair(4).Draw(w.r, "anybody") == 3 {
		return fair(len(w.accounts)).Draw(w.r, "who"), fair(len(w.accounts)).Draw(w.r, "whom")
	}
	p := meant[fair(len(meant)).Draw(w.r, "relation")]
	if o.by == member {
		return p[1], p[0]
	}
	return p[0], p[1]
}

// operation is what account i does, to account j if need be, or the server's operator to i. It says whether the model did it, and
// what the service answers.
type operation struct {
	name  string
	by    doer
	meant []string // statuses of the relations that it changes; none: of those of any account
	do    func(w *walk, i, j int) (done bool, err error)
}

// GoString is what is drawn, for people.
func (o operation) GoString() string { return o.name }

type doer int

const (
	administrator doer = iota
	member
	operator
)

// operations has those more than once without which little else happens.
var operations = []operation{
	{name: "enable", do: (*walk).enables},
	{name: "add", do: (*walk).adds},
	{name: "add", do: (*walk).adds},
	{name: "add", do: (*walk).adds},
	{name: "invite", meant: notInvited, do: (*walk).invites},
	{name: "invite", meant: notInvited, do: (*walk).invites},
	{name: "accept", by: member, meant: invited, do: (*walk).accepts},
	{name: "accept", by: member, meant: invited, do: (*walk).accepts},
	{name: "resend", meant: []string{"Invited"}, do: (*walk).resends},
	{name: "decline", by: member, meant: []string{"Invited"}, do: func(w *walk, i, j int) (bool, error) {
		return w.m.decline(i, j), w.decline(w.accounts[i], w.accounts[j])
	}},
	{name: "deleteInvitation", by: member, meant: []string{"Resigned"}, do: func(w *walk, i, j int) (bool, error) {
		return w.m.deleteInvitation(i, j), w.deleteInvitation(w.accounts[i], w.accounts[j])
	}},
	{name: "leave", by: member, meant: shared, do: func(w *walk, i, _ int) (bool, error) {
		return w.m.leave(i), w.leave(w.accounts[i])
	}},
	{name: "remove", meant: shared, do: func(w *walk, i, j int) (bool, error) {
		return w.m.remove(i, j), w.remove(w.accounts[i], w.accounts[j])
	}},
	{name: "forget", meant: notShared, do: func(w *walk, i, j int) (bool, error) {
		return w.m.forget(i, j), w.forget(w.accounts[i], w.accounts[j])
	}},
	{name: "start", meant: shared, do: func(w *walk, i, j int) (bool, error) {
		return w.m.start(i, j), w.start(w.accounts[i], w.accounts[j])
	}},
	{name: "stop", meant: shared, do: func(w *walk, i, j int) (bool, error) {
		return w.m.stop(i, j), w.stop(w.accounts[i], w.accounts[j])
	}},
	{name: "monitorSelf", by: member, meant: shared, do: func(w *walk, i, _ int) (bool, error) {
		on := w.drawn("on")
		return w.m.monitorSelf(i, on), w.monitorSelf(w.accounts[i], on)
	}},
	{name: "disable", by: member, do: func(w *walk, i, _ int) (bool, error) { return w.m.disable(i), w.disable(w.accounts[i]) }},

	{name: "appoint", do: (*walk).appoints},
	{name: "dismiss", do: func(w *walk, i, j int) (bool, error) {
		by, whom := w.either(0, i), w.either(w.m.delegate, j)
		return w.m.dismiss(by, whom), w.dismiss(w.accounts[by], w.accounts[whom])
	}},
	{name: "configure", do: func(w *walk, i, _ int) (bool, error) {
		by, auto := w.either(w.m.delegate, i), []string{"ALL", "NEW", "NONE"}[fair(3).Draw(w.r, "auto")]
		return w.m.configure(by, auto), w.configure(w.accounts[by], guardduty.AutoEnableMembers(auto), guardduty.OrgFeatureRdsLoginEvents, guardduty.OrgFeatureStatusNone)
	}},

	{name: "join", by: operator, do: func(w *walk, i, _ int) (bool, error) {
		return w.m.join(i), w.JoinOrganization(context.Background(), w.accounts[0].Account, w.accounts[i].Account)
	}},
	{name: "leaveOrganization", by: operator, do: func(w *walk, i, _ int) (bool, error) {
		return w.m.leaveOrganization(i), w.LeaveOrganization(context.Background(), w.accounts[i].Account)
	}},
	{name: "close", by: operator, do: func(w *walk, i, _ int) (bool, error) {
		return w.m.close(i), w.CloseAccount(context.Background(), w.accounts[i].Account)
	}},
	{name: "reopen", by: operator, do: (*walk).reopens},
	{name: "trust", by: operator, do: (*walk).trusts},
	{name: "sweep", by: operator, do: func(w *walk, _, _ int) (bool, error) {
		return w.m.sweep(), w.Sweep(context.Background())
	}},
	{name: "forgetClosed", by: operator, do: (*walk).forgetsClosed},
}

// What operations are meant for.
var (
	invited    = []string{"Invited", "Resigned"}
	notInvited = []string{"Created", "Removed", "Resigned"}
	shared     = []string{"Enabled", "Disabled"}
	notShared  = []string{"Created", "Invited", "Removed", "Resigned"}
)

func (w *walk) enables(i, _ int) (bool, error) {
	on := w.drawn("on")
	_, err := w.CreateDetector(context.Background(), w.accounts[i], &guardduty.CreateDetectorRequest{Enable: &on})
	return w.m.enable(i, on), err
}

func (w *walk) adds(i, j int) (bool, error) {
	return w.m.add(i, j), w.add(w.accounts[i], w.accounts[j])
}

func (w *walk) invites(i, j int) (bool, error) {
	done, err := w.m.invite(i, j), w.invite(w.accounts[i], w.accounts[j])
	if done && err == nil {
		m, err := w.Member(context.Background(), w.accounts[i], w.accounts[j].Account)
		w.ok(err)
		w.sent = append(w.sent, sent{i, j, m.Invitation.ID})
	}
	return done, err
}

// accepts accepts the last invitation, or an older one that another followed.
func (w *walk) accepts(i, j int) (bool, error) {
	id, last, newest := "none", false, w.drawn("newest")
	for n, s := range w.sent {
		if s.inviter == j && s.invitee == i && (newest || id == "none") {
			row := w.m.row[[2]int{j, i}]
			id, last = s.id, row != nil && row.invitation == n+1
		}
	}
	_, err := w.AcceptAdministratorInvitation(context.Background(), w.accounts[i], &guardduty.AcceptAdministratorInvitationRequest{
		DetectorId: w.detector(w.accounts[i]), AdministratorId: &w.accounts[j].Account, InvitationId: &id,
	})
	return w.m.accept(i, j, last), err
}

func (w *walk) resends(i, j int) (done bool, err error) {
	email := ""
	if w.drawn("corrected") {
		email, done = "corrected@example.com", w.m.correct(i, j)
	} else {
		done = w.m.resend(i, j)
	}
	_, err = w.ResendInvitation(context.Background(), w.accounts[i], w.accounts[j].Account, email)
	return done, err
}

func (w *walk) appoints(i, j int) (bool, error) {
	by := w.either(0, i)
	_, err := w.EnableOrganizationAdminAccount(context.Background(), w.accounts[by], &guardduty.EnableOrganizationAdminAccountRequest{AdminAccountId: &w.accounts[j].Account})
	return w.m.appoint(by, j), err
}

// reopens reopens an account that is closed, or any if none is.
func (w *walk) reopens(i, _ int) (bool, error) {
	for a := range w.accounts {
		if w.m.closed[a] {
			i = a
		}
	}
	return w.m.reopen(i), w.ReopenAccount(context.Background(), w.accounts[i].Account)
}

// forgetsClosed lets time pass, and makes the accounts that are gone anew.
func (w *walk) forgetsClosed(_, _ int) (bool, error) {
	if len(w.m.closed) == 0 {
		return true, nil
	}
	w.clock = w.clock.Add(service.ClosedLife + time.Minute)
	err := w.Sweep(context.Background())
	for _, b := range w.m.forgetClosed() {
		w.account(w.accounts[b].Account)
		if b == 0 {
			w.ok(w.CreateOrganization(context.Background(), w.accounts[b].Account))
		}
	}
	return true, err
}

// trusts trusts one account, or two.
func (w *walk) trusts(i, j int) (bool, error) {
	inviters := []int{j}
	if w.drawn("another") {
		inviters = append(inviters, (j+1)%len(w.accounts))
	}
	var ids []string
	for _, a := range inviters {
		ids = append(ids, w.accounts[a].Account)
	}
	return w.m.trust(i, inviters...), w.TrustInviters(context.Background(), w.accounts[i].Account, ids)
}
