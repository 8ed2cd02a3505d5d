package service

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"fmt"

	"picket"
	"picket/intel"
)

// Intel is a version of what is known for every account: what feeds and the operator's lists say, and compromised keys.
type Intel struct {
	Version string
	Tables  *intel.Tables
	Keys    map[string]bool
}

// shared is the content of a version.
type shared struct {
	Lists []intel.List
	Keys  []string
}

// intelNow is where the version in force is named.
var intelNow = picket.DocumentKey{Kind: "intel"}

// intelCaller owns the versions: none of the accounts.
var intelCaller = picket.Caller{}

// IntelInForce names the version that is in force; it is empty until there is one.
func (s *Service) IntelInForce(tx picket.Tx) (string, error) {
	version, err := get[string](tx, intelNow)
	if picket.ErrorCode(err) == picket.CodeNotFound {
		err = nil
	}
	return version, err
}

// ShareIntel puts lists and compromised keys, which must be sorted, in force for every account, in place of those before. All
// partitions of the log are told in one transaction; one that begins later begins with what is in force then. It reports whether
// anything changed.
func (s *Service) ShareIntel(ctx context.Context, lists []intel.List, keys []string) (changed bool, err error) {
	var body bytes.Buffer
	if err := gob.NewEncoder(&body).Encode(shared{lists, keys}); err != nil {
		return false, fmt.Errorf("encode lists: %w", err)
	}
	if body.Len() > maxVersionBytes {
		return false, fmt.Errorf("the threat lists take %d bytes together, and at most %d are kept: leave some out", body.Len(), maxVersionBytes)
	}
	sum := sha256.Sum256(body.Bytes())
	name := "intel-" + hex.EncodeToString(sum[:12])
	return update(ctx, s, func(tx picket.Tx) (bool, error) {
		old, err := s.IntelInForce(tx)
		if err != nil || old == name || old == "" && len(lists)+len(keys) == 0 {
			return false, err
		}
		if err := putVersion(tx, intelCaller, name, body.Bytes()); err != nil {
			return false, err
		}
		if err := tx.Documents().Put(intelNow, name); err != nil {
			return false, err
		}
		ended, err := tellAll(tx, picket.Message{Intel: name})
		if err != nil || old == "" {
			return true, err
		}
		v, err := get[version](tx, key(intelCaller, versionKind, old))
		if err != nil {
			return false, err
		}
		v.Ended = ended
		return true, tx.Documents().Put(key(intelCaller, versionKind, old), v)
	})
}

// tellAll appends a message to every partition, and returns its number in each.
func tellAll(tx picket.Tx, m picket.Message) (map[int]int64, error) {
	all, err := tx.Log().Partitions()
	if err != nil {
		return nil, err
	}
	at := map[int]int64{}
	for _, p := range all {
		if err := tx.Log().Append(p.Number, m); err != nil {
			return nil, err
		}
		at[p.Number] = p.Last + 1
	}
	return at, nil
}

// Intel compiles a version.
func (s *Service) Intel(ctx context.Context, name string) (*Intel, error) {
	body, err := view(ctx, s, func(tx picket.Tx) ([]byte, error) { return readVersion(tx, intelCaller, name) })
	if err != nil {
		return nil, fmt.Errorf("read threat lists: %w", err)
	}
	var what shared
	if body != nil { // else the store was changed by hand: to go on without lists is better than not at all
		if err := gob.NewDecoder(bytes.NewReader(body)).Decode(&what); err != nil {
			return nil, fmt.Errorf("read threat lists of version %s: %w", name, err)
		}
	}
	out := &Intel{Version: name, Keys: map[string]bool{}}
	out.Tables, _ = intel.Build(append(what.Lists, intel.Resolvers()...), intel.Options{})
	for _, k := range what.Keys {
		out.Keys[k] = true
	}
	return out, nil
}
