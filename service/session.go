package service

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"picket"
	"picket/access"
)

// Session is somebody signed in to the console. It ends by itself after SessionLife.
type Session struct {
	ID        string `json:"id"` // hash of its token: who reads the store can't sign in with it
	Account   string `json:"accountId"`
	User      string `json:"user,omitempty"` // empty for the root
	Principal string `json:"principalId"`    // of that user: a new one with its name has no part in it
	CreatedAt int64  `json:"createdAt"`      // milliseconds since the epoch
	SeenAt    int64  `json:"seenAt"`
	ExpiresAt int64  `json:"expiresAt"`
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
}

// SessionLife is how long a session of the console lasts, as AWS's does.
const SessionLife = 12 * time.Hour

// seenEvery is how exact SeenAt is.
const seenEvery = time.Minute

const sessionKind = "console-session"

func sessionKey(account, id string) picket.DocumentKey {
	return picket.DocumentKey{Kind: sessionKind, Account: account, ID: id}
}

var signedOut = &picket.Error{Code: picket.CodeExpiredToken, Message: "You are not signed in, or not any more."}

// startSession makes the session of who proved to be somebody. Its token is ACCOUNT.RANDOM.
func (s *Service) startSession(ctx context.Context, in SignIn) (Session, string, error) {
	b := make([]byte, 32)
	rand.Read(b)
	token := in.Account + "." + base64.RawURLEncoding.EncodeToString(b)
	out := Session{
		ID: tokenHash(token), Account: in.Account, User: in.User, CreatedAt: s.now(), SeenAt: s.now(),
		ExpiresAt: s.Now().Add(SessionLife).UnixMilli(), SourceIP: in.SourceIP, UserAgent: in.UserAgent,
	}
	err := s.Store.Update(ctx, func(tx picket.Tx) error {
		p, err := principal(tx, in.Account, principalResource(in.User))
		if err != nil {
			return err
		}
		out.Principal = p.ID
		return tx.Documents().Put(sessionKey(out.Account, out.ID), out)
	})
	return out, token, err
}

func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// OpenSession returns the session that a token stands for, and who it is, as they are now.
func (s *Service) OpenSession(ctx context.Context, token string) (Session, access.Identity, error) {
	account, _, _ := strings.Cut(token, ".")
	in, err := view(ctx, s, func(tx picket.Tx) (Session, error) { return get[Session](tx, sessionKey(account, tokenHash(token))) })
	switch {
	case picket.ErrorCode(err) == picket.CodeNotFound || err == nil && in.ExpiresAt <= s.now():
		return in, access.Identity{}, signedOut
	case err != nil:
		return in, access.Identity{}, err
	}
	p, err := s.Principal(ctx, "arn:aws:iam::"+in.Account+":"+principalResource(in.User))
	if picket.ErrorCode(err) == picket.CodeNotFound || err == nil && (p.Closed || p.ID != in.Principal) {
		err = signedOut
	}
	if err != nil {
		return in, access.Identity{}, err
	}
	if s.now()-in.SeenAt > seenEvery.Milliseconds() {
		in.SeenAt = s.now()
		err = s.seen(ctx, in)
	}
	return in, access.Identity{Caller: picket.Caller{Account: p.Account, ARN: p.ARN, PrincipalID: p.ID}, Principal: p}, err
}

// seen keeps that a session is in use, if it wasn't ended meanwhile.
func (s *Service) seen(ctx context.Context, in Session) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		if _, err := get[Session](tx, sessionKey(in.Account, in.ID)); err != nil {
			return unlessMissing(err)
		}
		return tx.Documents().Put(sessionKey(in.Account, in.ID), in)
	})
}

func unlessMissing(err error) error {
	if picket.ErrorCode(err) == picket.CodeNotFound {
		return nil
	}
	return err
}

// Sessions lists the sessions of who has one, the latest first.
func (s *Service) Sessions(ctx context.Context, of Session) ([]Session, error) {
	return view(ctx, s, func(tx picket.Tx) ([]Session, error) {
		all, err := list[Session](tx, sessionKind, of.Account)
		all = slices.DeleteFunc(all, func(o Session) bool { return o.User != of.User || o.ExpiresAt <= s.now() })
		slices.SortFunc(all, func(a, b Session) int { return int(b.CreatedAt - a.CreatedAt) })
		return all, err
	})
}

// EndSession ends a session of the same root or user: who holds it is signed out at once.
func (s *Service) EndSession(ctx context.Context, of Session, id string) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		in, err := get[Session](tx, sessionKey(of.Account, id))
		if err == nil && in.User != of.User {
			err = &picket.Error{Code: picket.CodeNotFound, Message: "There is no such session."}
		}
		if err != nil {
			return err
		}
		return tx.Documents().Delete(sessionKey(of.Account, id))
	})
}

// endSessions ends all sessions of a root or user but one.
func endSessions(tx picket.Tx, account, user, but string) error {
	all, err := list[Session](tx, sessionKind, account)
	if err != nil {
		return err
	}
	for _, o := range all {
		if o.User != user || o.ID == but {
			continue
		}
		if err := tx.Documents().Delete(sessionKey(account, o.ID)); err != nil {
			return err
		}
	}
	return nil
}
