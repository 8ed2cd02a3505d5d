package service

import (
	"context"
	"fmt"

	"picket"
	"picket/access"
)

// masterSeal is a document that only the master key of this store opens.
var masterSeal = picket.DocumentKey{Kind: "master-key", ID: "seal"}

const masterSealed = "this store's master key"

// HasMaster reports whether a store is in use with a master key already.
func HasMaster(ctx context.Context, store picket.Store) (has bool, err error) {
	err = store.View(ctx, func(tx picket.Tx) error {
		_, err := get[[]byte](tx, masterSeal)
		has = err == nil
		if picket.ErrorCode(err) == picket.CodeNotFound {
			err = nil
		}
		return err
	})
	return has, err
}

// ClaimMaster ties a new store to the master key, and fails if the store is tied to another: nothing that is sealed in it
// could be opened.
func (s *Service) ClaimMaster(ctx context.Context) error {
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		err := opens(tx, s.Master)
		if picket.ErrorCode(err) == picket.CodeNotFound {
			return tx.Documents().Put(masterSeal, s.Master.Seal(masterSealed, []byte(masterSealed)))
		}
		return err
	})
}

// CheckMaster fails if a store that is in use is tied to another master key.
func CheckMaster(ctx context.Context, store picket.Store, k *access.MasterKey) error {
	return store.View(ctx, func(tx picket.Tx) error { return opens(tx, k) })
}

func opens(tx picket.Tx, k *access.MasterKey) error {
	sealed, err := get[[]byte](tx, masterSeal)
	if err != nil {
		return err
	}
	if _, err := k.Open(masterSealed, sealed); err != nil {
		return fmt.Errorf("the data was written with another master key than this: %w", err)
	}
	return nil
}
