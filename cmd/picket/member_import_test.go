package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"picket"
	"picket/guardduty"
	"picket/service"
)

// imported are what an import of accounts to the administrator, which invites them, tells programs.
func imported(t *testing.T, data string, accounts []string) (added, invited acted) {
	t.Helper()
	var file, out, told strings.Builder
	for _, id := range accounts {
		fmt.Fprintf(&file, "%s,%s@example.com\n", id, id)
	}
	name := filepath.Join(t.TempDir(), "accounts.csv")
	if err := os.WriteFile(name, []byte(file.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	code := run(t.Context(), []string{"member", "import", name, "--invite", "--json", "--data", data, "--account", administrator}, deps{strings.NewReader(""), &out, &told, false})
	var all []acted
	if err := json.Unmarshal([]byte(out.String()), &all); err != nil || code != 0 || told.Len() > 0 || len(all) != 2 {
		t.Fatalf("exit code %d, %v: %s%s", code, err, out.String(), told.String())
	}
	return all[0], all[1]
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	if slices.Sort(got); !slices.Equal(got, want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// TestImportOfMoreThanACallTakes has members already in each call.
func TestImportOfMoreThanACallTakes(t *testing.T) {
	data := t.TempDir()
	if err := writeWorld(t.Context(), data); err != nil {
		t.Fatal(err)
	}
	all := make([]string, 2*batch+7)
	for i := range all {
		all[i] = fmt.Sprintf("4444%08d", i)
	}
	early := []string{all[3], all[batch], all[2*batch+1]}
	imported(t, data, early)
	added, invited := imported(t, data, all)
	rest := slices.DeleteFunc(slices.Clone(all), func(id string) bool { return slices.Contains(early, id) })
	same(t, "added", added.Accounts, rest)
	same(t, "members before", added.Already, early)
	same(t, "invited", invited.Accounts, rest)
	same(t, "not invited", invited.Already, early)
}

// TestImportToAnOrganization: its accounts are members without an invitation.
func TestImportToAnOrganization(t *testing.T) {
	data := t.TempDir()
	if err := writeWorld(t.Context(), data); err != nil {
		t.Fatal(err)
	}
	const manager, inside, outside = "555555555555", "666666666666", "777777777777"
	err := func(ctx context.Context) (err error) {
		s, err := openServer(ctx, config{Data: data, Regions: []string{home}}, quiet())
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.close()) }()
		for _, id := range []string{manager, inside, outside} {
			if _, err := s.service.CreateAccount(ctx, service.Account{ID: id, Name: id, Email: id + "@example.com"}); err != nil {
				return err
			}
		}
		if err := s.service.CreateOrganization(ctx, manager); err != nil {
			return err
		}
		for _, id := range []string{administrator, inside} {
			if err := s.service.JoinOrganization(ctx, manager, id); err != nil {
				return err
			}
		}
		_, err = s.service.EnableOrganizationAdminAccount(ctx, picket.Operator(manager, home), &guardduty.EnableOrganizationAdminAccountRequest{AdminAccountId: guardduty.Ptr(administrator)})
		return err
	}(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	added, invited := imported(t, data, []string{inside, outside})
	same(t, "added", added.Accounts, []string{inside, outside})
	same(t, "invited", invited.Accounts, []string{outside})
	same(t, "not invited", invited.Already, []string{inside})
}
