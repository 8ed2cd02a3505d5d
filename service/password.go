package service

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"picket"
)

// Sign says who signs in to the console: the root of an account, or one of its users.
type Sign struct {
	Account string // id; empty for a root that gives its e-mail address alone
	User    string // empty for the root
	Email   string // of the root
}

// credential is what a root or user signs in to the console with. It has the life of its user, and the account's for a root.
type credential struct {
	Hash      string `json:"hash"`                // of the password
	Temporary bool   `json:"temporary,omitempty"` // told by the operator: to be changed at the next sign-in
	Factor    []byte `json:"factor,omitempty"`    // sealed secret of the second factor, if there is one
	Pending   []byte `json:"pending,omitempty"`   // the same, begun and not confirmed
	Step      int64  `json:"step,omitempty"`      // the last time step of a code that was taken: no code is taken twice
}

const credentialKind = "console-credential"

// signIn names the sign-in of a root or user among an account's documents.
func signIn(account, user string) picket.DocumentKey {
	return picket.DocumentKey{Kind: credentialKind, Account: account, ID: principalResource(user)}
}

// principalResource is the end of an ARN: root, or user/NAME.
func principalResource(user string) string {
	if user == "" {
		return "root"
	}
	return "user/" + user
}

// The cost of a password: OWASP's second choice for argon2id, 19 MiB and 2 passes.
const (
	hashTime, hashMemory, hashThreads = 2, 19 << 10, 1
	hashBytes, saltBytes              = 32, 16
)

// hashing bounds how many passwords are hashed at once, and so the memory that strangers can make the server take.
type hashing chan struct{}

const maxHashing = 4

func (h hashing) hash(password string, salt []byte, time, memory uint32, threads uint8) []byte {
	h <- struct{}{}
	defer func() { <-h }()
	return argon2.IDKey([]byte(password), salt, time, memory, threads, hashBytes)
}

// hashPassword returns a password's hash in the form that the argon2 tools write.
func (h hashing) hashPassword(password string) string {
	salt := make([]byte, saltBytes)
	rand.Read(salt)
	sum := h.hash(password, salt, hashTime, hashMemory, hashThreads)
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, hashMemory, hashTime, hashThreads, b64.EncodeToString(salt), b64.EncodeToString(sum))
}

// fits reports whether a password has a hash.
func (h hashing) fits(password, hash string) (bool, error) {
	var version int
	var memory, time uint32
	var threads uint8
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errors.New("the hash of a password can't be read")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &memory, &time, &threads); err != nil || version != argon2.Version {
		return false, errors.New("the hash of a password can't be read")
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("read the hash of a password: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil {
		return false, fmt.Errorf("read the hash of a password: %w", err)
	}
	return subtle.ConstantTimeCompare(h.hash(password, salt, time, memory, threads), want) == 1, nil
}

// Lengths of passwords, in characters. The upper one keeps hashing cheap.
const (
	minPassword = 12
	maxPassword = 128
)

func checkPassword(password, account, user string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case n < minPassword || n > maxPassword:
		return invalid("A password has %d to %d characters.", minPassword, maxPassword)
	case strings.Count(password, password[:1]) == len(password):
		return invalid("This password is one character again and again.")
	case strings.EqualFold(password, account) || user != "" && strings.Contains(strings.ToLower(password), strings.ToLower(user)):
		return invalid("A password does not hold the user's name or the account.")
	}
	return nil
}

// ResetPassword gives a root or user a new password for the console, which it must change when it signs in, and takes its second
// factor and its sessions away: for the first sign-in, and for who lost theirs. With a password of the operator's choice it stays.
func (s *Service) ResetPassword(ctx context.Context, account, user, chosen string) (password string, err error) {
	password = chosen
	if chosen == "" {
		b := make([]byte, 15)
		rand.Read(b)
		password = base64.RawURLEncoding.EncodeToString(b)
	} else if err := checkPassword(chosen, account, user); err != nil {
		return "", err
	}
	hash := s.hashing().hashPassword(password)
	return password, s.Store.Update(ctx, func(tx picket.Tx) error {
		if _, err := principal(tx, account, principalResource(user)); err != nil {
			return err
		}
		if err := endSessions(tx, account, user, ""); err != nil {
			return err
		}
		return tx.Documents().Put(signIn(account, user), credential{Hash: hash, Temporary: chosen == ""})
	})
}

// ChangePassword replaces the password of who is signed in; its other sessions end.
func (s *Service) ChangePassword(ctx context.Context, in Session, old, password string) error {
	if err := s.provePassword(ctx, in, old); err != nil {
		return err
	}
	if err := checkPassword(password, in.Account, in.User); err != nil {
		return err
	}
	hash := s.hashing().hashPassword(password)
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		c, err := get[credential](tx, signIn(in.Account, in.User))
		if err != nil {
			return err
		}
		c.Hash, c.Temporary = hash, false
		if err := endSessions(tx, in.Account, in.User, in.ID); err != nil {
			return err
		}
		return tx.Documents().Put(signIn(in.Account, in.User), c)
	})
}

// provePassword refuses who is signed in and doesn't know its password, as often as one that signs in.
func (s *Service) provePassword(ctx context.Context, in Session, password string) error {
	of := Sign{Account: in.Account, User: in.User}
	if _, err := s.tries.take(of, s.Now()); err != nil {
		return err
	}
	c, err := view(ctx, s, func(tx picket.Tx) (credential, error) { return get[credential](tx, signIn(in.Account, in.User)) })
	if err != nil {
		return err
	}
	ok, err := s.hashing().fits(password, c.Hash)
	if err != nil {
		return err
	}
	if !ok {
		return invalid("The password is wrong.")
	}
	s.tries.forget(of)
	return nil
}

func (s *Service) hashing() hashing {
	s.hashingOnce.Do(func() { s.hashes = make(hashing, maxHashing) })
	return s.hashes
}
