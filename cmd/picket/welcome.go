package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"picket"
	"picket/service"
)

// firstAccount is made at the first start, so that there is something to try; no account of AWS has its id.
var firstAccount = service.Account{ID: "000000000001", Name: "first", Email: "operator@example.com", Operator: true}

// welcome says where the server listens, and at the first start how to use it.
func (s *server) welcome(ctx context.Context, d deps, address string) error {
	url := "http://" + address
	if s.config.TLS.Certificate != "" {
		url = "https://" + address
	}
	serves := fmt.Sprintf("Picket serves %s in %s, data in %s.\n", url, strings.Join(s.config.Regions, ", "), s.config.Data)
	accounts, err := s.service.Accounts(ctx)
	if err != nil {
		return err
	}
	say := func(text string) { fmt.Fprint(d.out, text) }
	if s.config.Log.Format == jsonLog { // who reads the log may read nothing else
		say = func(text string) { s.log.Info(strings.TrimSpace(text)) }
	}
	if len(accounts) > 0 {
		say(serves)
		return nil
	}
	path := s.config.path("credentials")
	key, err := s.createFirst(ctx, path)
	if picket.ErrorCode(err) == picket.CodeConflict { // another server on the store was faster
		say(serves)
		return nil
	}
	if err != nil {
		return err
	}
	say(fmt.Sprintf(`%s
This is its first start. Account %s was made, and its access key is in %s:

    export AWS_SHARED_CREDENTIALS_FILE=%s AWS_PROFILE=picket AWS_REGION=%s
    aws --endpoint-url %s guardduty create-detector --enable

The console is at %s/console/. A password for %s there:
    picket account reset --data %s %s

More accounts: picket account create --data %s --id 444455556666 --name second --email owner@example.com
`, serves, key.Account, path, path, s.config.Regions[0], url, url, firstAccount.Email, s.config.Data, key.Account, s.config.Data))
	return nil
}

// createFirst makes the first account, whose key is then in a file. It leaves no key there that the account doesn't have, unless the
// database can't be asked: then the next start that finds no account replaces it.
func (s *server) createFirst(ctx context.Context, path string) (service.AccessKey, error) {
	var kept service.AccessKey
	made, err := s.service.CreateAccountKept(ctx, firstAccount, func(k service.AccessKey) error {
		err := keepKey(path, fmt.Sprintf("[picket]\naws_access_key_id = %s\naws_secret_access_key = %s\nregion = %s\n", k.ID, k.Secret, s.config.Regions[0]))
		if err != nil {
			return err
		}
		kept = k
		return syncFolder(filepath.Dir(path))
	})
	if err == nil || kept.ID == "" {
		return made, err
	}
	keys, asked := s.service.Keys(context.WithoutCancel(ctx), firstAccount.ID)
	if slices.ContainsFunc(keys, func(k service.AccessKey) bool { return k.ID == kept.ID }) {
		return kept, nil // only the answer was lost
	}
	if asked == nil || picket.ErrorCode(asked) == picket.CodeNotFound {
		if removed := os.Remove(path); removed != nil {
			return made, fmt.Errorf("%s; remove a key that no account has: %w", err.Error(), removed)
		}
	}
	return made, err
}

// keepKey writes the only copy of a key to a file, whole or not at all.
func keepKey(path, profile string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".credentials-*") // with mode 0600
	if err != nil {
		return fmt.Errorf("keep credentials: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(profile)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("keep credentials: %w", err)
	}
	return nil
}

func syncFolder(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}
