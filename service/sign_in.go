package service

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"picket"
)

// SignIn is what the console is given to sign in with.
type SignIn struct {
	Sign
	Password    string
	Code        string // of the second factor, when it is asked for
	NewPassword string // when it is asked for

	SourceIP, UserAgent string
}

// What a sign-in is refused with, as codes that the console knows.
const (
	CodeSignInRefused picket.Code = "SignInRefused"       // whatever is wrong: nobody learns which
	CodeCodeRequired  picket.Code = "CodeRequired"        // the password is right, and there is a second factor
	CodeNewPassword   picket.Code = "NewPasswordRequired" // all is right, and the password must be changed
	CodeTooManyTries  picket.Code = "TooManyTries"
)

var signInRefused = &picket.Error{Code: CodeSignInRefused, Message: "The account, the user, the password or the code is wrong."}

// SignIn starts a session of the console, and returns it with the token that stands for it. What was tried is in the audit
// log of the account that it was about, and what failed as Refusals allows.
func (s *Service) SignIn(ctx context.Context, in SignIn) (Session, string, error) {
	if in.Sign.tooLong() {
		return Session{}, "", signInRefused
	}
	in.UserAgent = Short(in.UserAgent)
	of, err := s.resolve(ctx, in.Sign)
	if err != nil {
		return Session{}, "", err
	}
	one, err := s.tries.take(of, s.Now())
	if err != nil {
		return Session{}, "", err
	}
	in.Sign, err = of, s.prove(ctx, of, &in)
	switch picket.ErrorCode(err) {
	case CodeCodeRequired:
		s.tries.takeBack(of, one) // neither right nor wrong yet
		return Session{}, "", err
	case CodeNewPassword, picket.CodeBadRequest:
		s.tries.forget(of)
		return Session{}, "", err
	}
	var out Session
	token := ""
	if err == nil {
		s.tries.forget(of)
		out, token, err = s.startSession(ctx, in)
	}
	return out, token, errors.Join(err, s.signInEvent(ctx, in, err))
}

// tooLong reports whether nobody can be meant: names of users are shorter, and so is every e-mail address (RFC 5321).
func (of Sign) tooLong() bool {
	const maxUser, maxAddress = 64, 254
	return utf8.RuneCountInString(of.User) > maxUser || utf8.RuneCountInString(of.Account) > maxAddress || utf8.RuneCountInString(of.Email) > maxAddress
}

// resolve finds the account that is meant: by its id, its name if no other has it, or the address of its root. What isn't found
// stays as it is, and is refused like a wrong password.
func (s *Service) resolve(ctx context.Context, of Sign) (Sign, error) {
	if accountID.MatchString(of.Account) && of.Email == "" {
		return of, nil
	}
	all, err := s.Accounts(ctx)
	if err != nil {
		return of, err
	}
	found := ""
	for _, a := range all {
		named := of.Account == "" || a.ID == of.Account || strings.EqualFold(a.Name, of.Account)
		owned := of.User != "" || strings.EqualFold(a.Email, of.Email)
		if !named || !owned || a.ClosedAt != 0 || of.Account == "" && of.Email == "" {
			continue
		}
		if found != "" {
			return of, nil // several: more must be said
		}
		found = a.ID
	}
	if found == "" {
		return of, nil
	}
	return Sign{Account: found, User: of.User}, nil
}

// prove checks a password, a code and the new password. It takes as long for who isn't there: as resolve leaves it, no address is of
// anybody.
func (s *Service) prove(ctx context.Context, of Sign, in *SignIn) error {
	type found struct {
		credential
		closed bool
	}
	got, err := view(ctx, s, func(tx picket.Tx) (found, error) {
		p, err := principal(tx, of.Account, principalResource(of.User))
		if err != nil {
			return found{}, err
		}
		c, err := get[credential](tx, signIn(of.Account, of.User))
		return found{c, p.Closed}, err
	})
	if err != nil && picket.ErrorCode(err) != picket.CodeNotFound {
		return err
	}
	if notFound := err != nil || of.Email != ""; notFound || got.closed || len(in.Password) > 4*maxPassword {
		s.hashing().hashPassword("nobody's")
		return signInRefused
	}
	switch ok, err := s.hashing().fits(in.Password, got.Hash); {
	case err != nil:
		return err
	case !ok:
		return signInRefused
	}
	if got.Factor != nil {
		if in.Code == "" {
			return &picket.Error{Code: CodeCodeRequired, Message: "Give the code of your authenticator app."}
		}
		if err := s.useCode(ctx, of, in.Code, in.NewPassword != "" || !got.Temporary); err != nil {
			return err
		}
	}
	if !got.Temporary {
		return nil
	}
	if in.NewPassword == "" || in.NewPassword == in.Password {
		return &picket.Error{Code: CodeNewPassword, Message: "Choose a new password: this one was made by the operator."}
	}
	if err := checkPassword(in.NewPassword, of.Account, of.User); err != nil {
		return err
	}
	hash := s.hashing().hashPassword(in.NewPassword)
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		c, err := get[credential](tx, signIn(of.Account, of.User))
		if err != nil || c.Hash != got.Hash {
			return cmp.Or(err, error(signInRefused))
		}
		c.Hash, c.Temporary = hash, false
		return tx.Documents().Put(signIn(of.Account, of.User), c)
	})
}

// tries holds off who guesses: after a few that failed, each root or user is locked for a while, and longer each time. It is the
// same for those who aren't there.
type tries struct {
	mu     sync.Mutex
	failed map[Sign]failures
	swept  time.Time
}

type failures struct {
	n     int
	until time.Time // locked until then; without a lock, when the last was
}

// try is what failed of a root or user without one try and with it.
type try struct{ before, after failures }

const (
	freeTries   = 5
	firstLock   = time.Minute
	longestLock = 15 * time.Minute
	failureLife = 24 * time.Hour // after the last; who waits for it guesses less often than who doesn't
	sweepEvery  = time.Hour
	maxFailures = 10_000 // roots and users that are kept in mind
)

// take counts a try as one that failed, until takeBack or forget says otherwise: many at once are counted before the first of them
// is judged.
func (t *tries) take(of Sign, now time.Time) (try, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sweep(now)
	before := t.failed[of.key()]
	if wait := before.until.Sub(now); wait > 0 {
		return try{}, &picket.Error{Code: CodeTooManyTries, Message: "Too many tries failed. Try again in " + wait.Round(time.Second).String() + "."}
	}
	after := failures{n: before.n + 1, until: now}
	if over := after.n - freeTries; over >= 0 {
		after.until = now.Add(min(firstLock<<min(over, 8), longestLock))
	}
	if t.failed == nil {
		t.failed = map[Sign]failures{}
	}
	t.failed[of.key()] = after
	return try{before, after}, nil
}

// takeBack takes a try out of the count. What was counted since stays, and so does the lock that it set.
func (t *tries) takeBack(of Sign, one try) {
	t.mu.Lock()
	defer t.mu.Unlock()
	f := t.failed[of.key()]
	if f == one.after {
		f = one.before
	} else {
		f.n--
	}
	if f.n <= 0 {
		delete(t.failed, of.key())
		return
	}
	t.failed[of.key()] = f
}

// forget forgives a root or user all that failed.
func (t *tries) forget(of Sign) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.failed, of.key())
}

// sweep forgets what is long ago, now and then; where there is no room, who isn't locked any more too, and if that is not enough,
// anyone.
func (t *tries) sweep(now time.Time) {
	full := len(t.failed) >= maxFailures
	if !full && now.Before(t.swept.Add(sweepEvery)) {
		return
	}
	t.swept = now
	maps.DeleteFunc(t.failed, func(_ Sign, f failures) bool {
		return f.until.Add(failureLife).Before(now) || full && f.until.Before(now)
	})
	for k := range t.failed {
		if len(t.failed) < maxFailures {
			return
		}
		delete(t.failed, k)
	}
}

// key is of without what makes no difference.
func (of Sign) key() Sign {
	of.Account, of.Email = strings.ToLower(of.Account), strings.ToLower(of.Email)
	return of
}
