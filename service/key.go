package service

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"slices"

	"picket"
	"picket/access"
)

// AccessKey is what signs the calls of a root or a user. Its secret is told once, when the key is made.
type AccessKey struct {
	Account   string `json:"accountId"`
	User      string `json:"user,omitempty"` // empty for the account's root
	ID        string `json:"accessKeyId"`
	Secret    string `json:"secretAccessKey,omitempty"`
	Inactive  bool   `json:"inactive,omitempty"`
	CreatedAt int64  `json:"createdAt"` // milliseconds since the epoch
}

// storedKey is an AccessKey as it is kept: under the server, because a call names nothing but the key's id.
type storedKey struct {
	AccessKey
	Sealed []byte `json:"sealed"` // the secret
}

const (
	keyKind       = "access-key"
	keyOfKind     = "access-key-of" // of an account: user and key id
	maxKeys       = 2               // of one root or user, as in IAM
	keySealPrefix = "access key "
)

// CreateKey makes an access key for a user, or for the account's root if no user is named.
func (s *Service) CreateKey(ctx context.Context, account, user string) (AccessKey, error) {
	return update(ctx, s, func(tx picket.Tx) (AccessKey, error) {
		if _, err := existing(tx, account); err != nil {
			return AccessKey{}, err
		}
		if user != "" {
			if _, err := identityOf(tx, account, Users, user); err != nil {
				return AccessKey{}, err
			}
		}
		return s.newKey(tx, account, user)
	})
}

func (s *Service) newKey(tx picket.Tx, account, user string) (AccessKey, error) {
	keys, err := keysOf(tx, account, user)
	if err != nil {
		return AccessKey{}, err
	}
	if len(keys) >= maxKeys {
		return AccessKey{}, invalid("%s has %d access keys already: delete one first.", principalName(user), maxKeys)
	}
	secret := make([]byte, 30)
	rand.Read(secret)
	k := AccessKey{
		Account: account, User: user, ID: "AKIA" + randomID(16), Secret: base64.StdEncoding.EncodeToString(secret), CreatedAt: s.now(),
	}
	if err := putKey(tx, storedKey{k, s.Master.Seal(keySealPrefix+k.ID, []byte(k.Secret))}); err != nil {
		return AccessKey{}, err
	}
	return k, nil
}

func principalName(user string) string {
	if user == "" {
		return "The root"
	}
	return "User " + user
}

// putKey keeps a key without its plain secret.
func putKey(tx picket.Tx, k storedKey) error {
	k.Secret = ""
	if err := tx.Documents().Put(picket.DocumentKey{Kind: keyKind, ID: k.ID}, k); err != nil {
		return err
	}
	return tx.Documents().Put(keyOf(k.AccessKey), k.AccessKey)
}

func keyOf(k AccessKey) picket.DocumentKey {
	return picket.DocumentKey{Kind: keyOfKind, Account: k.Account, ID: k.User + "/" + k.ID}
}

func deleteKey(tx picket.Tx, k AccessKey) error {
	if err := tx.Documents().Delete(picket.DocumentKey{Kind: keyKind, ID: k.ID}); err != nil {
		return err
	}
	return tx.Documents().Delete(keyOf(k))
}

// keysOf returns the keys of one root or user.
func keysOf(tx picket.Tx, account, user string) ([]AccessKey, error) {
	next, _, err := pageIn[AccessKey](tx, picket.Caller{Account: account}, keyOfKind, user+"/", maxKeys)
	return slices.DeleteFunc(next, func(k AccessKey) bool { return k.User != user }), err
}

// Keys lists the access keys of an account's root and users, without their secrets.
func (s *Service) Keys(ctx context.Context, account string) ([]AccessKey, error) {
	return view(ctx, s, func(tx picket.Tx) ([]AccessKey, error) {
		if _, err := existing(tx, account); err != nil {
			return nil, err
		}
		return list[AccessKey](tx, keyOfKind, account)
	})
}

// KeyOwner returns whose an access key of an account is: a user, or "" for the root.
func (s *Service) KeyOwner(ctx context.Context, account, id string) (user string, err error) {
	k, err := view(ctx, s, func(tx picket.Tx) (storedKey, error) { return keyWithID(tx, account, id) })
	return k.User, err
}

// SetKeyActive switches a key of an account off or on again.
func (s *Service) SetKeyActive(ctx context.Context, account, id string, active bool) error {
	return s.changeKey(ctx, account, id, func(tx picket.Tx, k storedKey) error {
		k.Inactive = !active
		return putKey(tx, k)
	})
}

// DeleteKey removes a key of an account.
func (s *Service) DeleteKey(ctx context.Context, account, id string) error {
	return s.changeKey(ctx, account, id, func(tx picket.Tx, k storedKey) error { return deleteKey(tx, k.AccessKey) })
}

func (s *Service) changeKey(ctx context.Context, account, id string, change func(picket.Tx, storedKey) error) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		k, err := keyWithID(tx, account, id)
		if err != nil {
			return err
		}
		return change(tx, k)
	})
}

func keyWithID(tx picket.Tx, account, id string) (storedKey, error) {
	k, err := get[storedKey](tx, picket.DocumentKey{Kind: keyKind, ID: id})
	if picket.ErrorCode(err) == picket.CodeNotFound || err == nil && k.Account != account {
		err = &picket.Error{Code: picket.CodeNotFound, Message: fmt.Sprintf("Account %s has no access key %s.", account, id)}
	}
	return k, err
}

// Key implements access.Directory.
func (s *Service) Key(ctx context.Context, id string) (access.Key, error) {
	return s.keys.get(ctx, s, id, func(tx picket.Tx) (access.Key, error) { return s.key(tx, id) })
}

func (s *Service) key(tx picket.Tx, id string) (access.Key, error) {
	k, err := get[storedKey](tx, picket.DocumentKey{Kind: keyKind, ID: id})
	if err == nil && k.Inactive {
		err = &picket.Error{Code: picket.CodeNotFound, Message: "The access key is switched off."}
	}
	if err != nil {
		return access.Key{}, err
	}
	secret, err := s.Master.Open(keySealPrefix+id, k.Sealed)
	if err != nil {
		return access.Key{}, err
	}
	resource := "root"
	if k.User != "" {
		resource = "user/" + k.User
	}
	p, err := principal(tx, k.Account, resource)
	return access.Key{ID: id, Secret: string(secret), Principal: p}, err
}
