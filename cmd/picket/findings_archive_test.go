package main

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"picket/service"
)

// What one region refuses is said, and so is what the others did.
func TestArchiveWhereOneRegionRefuses(t *testing.T) {
	own := config{Data: t.TempDir(), Regions: []string{home, abroad}}
	if err := writeWorld(t.Context(), own.Data); err != nil {
		t.Fatal(err)
	}
	a := &actAs{account: administrator, regions: []string{"all"}, serverFlags: serverFlags{own: own}}
	refusing := archive
	refusing.call = func(ctx context.Context, r region, ids []string) error {
		if r.name == abroad {
			return errors.New("it is refused")
		}
		return archive.call(ctx, r, ids)
	}
	var ids []string
	c := &cobra.Command{}
	c.SetContext(t.Context())
	err := a.inRegions(c, func(r region) error {
		found, err := a.search(t.Context(), r, service.FindingSearch{Limit: batch})
		for _, f := range found.Findings {
			ids = append(ids, *f.Id)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	f := func(act func(*cobra.Command) error) {
		t.Helper()
		var out, said strings.Builder
		c := &cobra.Command{}
		c.SetOut(&out)
		c.SetErr(&said)
		c.SetContext(t.Context())
		if err := act(c); !errors.Is(err, exit(exitError)) {
			t.Errorf("got %v, want exit code %d", err, exitError)
		}
		got, want := out.String(), home+": archived 2 findings\n"+abroad+": archived 0 findings\n"
		if got != want || !strings.Contains(said.String(), abroad+": it is refused") {
			t.Errorf("told %q and %q, want %q and what is refused", got, said.String(), want)
		}
	}
	f(func(c *cobra.Command) error { return a.moveFound(c, refusing, service.FindingSearch{}, true) })
	f(func(c *cobra.Command) error { return a.move(c, refusing, ids) })
}
