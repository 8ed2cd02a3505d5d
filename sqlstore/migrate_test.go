package sqlstore

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/storetest"
)

// withSteps opens the database in dir with other migrations than the release's.
func withSteps(t *testing.T, dir string, steps []migration) (*Store, error) {
	t.Helper()
	s := &Store{dialect: &inSQLite}
	t.Cleanup(func() { s.Close() })
	return s, s.openFile(t.Context(), filepath.Join(dir, databaseFile), steps)
}

func releaseSteps(t *testing.T) []migration {
	t.Helper()
	steps, err := migrationsOf("sqlite")
	if err != nil {
		t.Fatal(err)
	}
	return steps
}

var key = picket.DocumentKey{Kind: "detector", ID: "d"}

// seed makes a database of this release with a document in it.
func seed(t *testing.T, dir string) {
	t.Helper()
	s := open(t, dir)
	if err := s.Update(t.Context(), func(tx picket.Tx) error { return tx.Documents().Put(key, 7) }); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}

func seeded(t *testing.T, s *Store) bool {
	t.Helper()
	var n int
	err := s.View(t.Context(), func(tx picket.Tx) error { return tx.Documents().Get(key, &n) })
	return err == nil && n == 7
}

func backups(t *testing.T, dir string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "picket-schema-*.db"))
	if err != nil {
		t.Fatal(err)
	}
	return names
}

func TestUpgradeIsBackedUp(t *testing.T) {
	dir := t.TempDir()
	seed(t, dir)
	if b := backups(t, dir); len(b) != 0 {
		t.Errorf("backed up an empty database: %v", b)
	}
	now := releaseSteps(t)
	s, err := withSteps(t, dir, append(now, migration{len(now) + 1, "DROP TABLE documents; CREATE TABLE more (a TEXT);"}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.write.Exec("INSERT INTO more VALUES ('x')"); err != nil {
		t.Errorf("not upgraded: %v", err)
	}
	if seeded(t, s) {
		t.Error("the old table is still there")
	}
	names := backups(t, dir)
	if len(names) != 1 {
		t.Fatalf("%d backups, want one", len(names))
	}
	copied := &Store{dialect: s.dialect}
	t.Cleanup(func() { copied.Close() })
	if err := copied.openFile(t.Context(), names[0], now); err != nil {
		t.Fatal(err)
	}
	if !seeded(t, copied) {
		t.Error("the backup lacks what was stored")
	}
}

func TestFailedUpgradeChangesNothing(t *testing.T) {
	dir := t.TempDir()
	seed(t, dir)
	now := releaseSteps(t)
	n := len(now)
	_, err := withSteps(t, dir, append(now, migration{n + 1, "DROP TABLE documents"}, migration{n + 2, "no SQL"}))
	if err == nil || !strings.Contains(err.Error(), "upgrade to schema") {
		t.Errorf("got %v, want an error that names the schema", err)
	}
	if b := backups(t, dir); len(b) != 0 {
		t.Errorf("a copy of what was not changed is left: %v", b)
	}
	s, err := withSteps(t, dir, now)
	if err != nil {
		t.Fatal(err)
	}
	if !seeded(t, s) {
		t.Error("the document is gone")
	}
}

// TestUpgradeThatCantBeBackedUpLeavesNoCopy: a database that is damaged can't be copied to its end.
func TestUpgradeThatCantBeBackedUpLeavesNoCopy(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if err := s.Update(t.Context(), func(tx picket.Tx) error {
		var err error
		for i := range 1000 {
			err = errors.Join(err, tx.Documents().Put(picket.DocumentKey{Kind: "detector", ID: strconv.Itoa(i)}, strings.Repeat("x", 500)))
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, databaseFile)
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	clear(b[len(b)/2:])
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	now := releaseSteps(t)
	if _, err := withSteps(t, dir, append(now, migration{len(now) + 1, "CREATE TABLE more (a TEXT)"})); err == nil || !strings.Contains(err.Error(), "back up before the upgrade") {
		t.Errorf("got %v, want an error of the backup", err)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "picket-schema-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// TestStartRemovesPartialCopies: a kill while the database is copied leaves as much as it has written.
func TestStartRemovesPartialCopies(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "[data]")
	seed(t, dir)
	killed := backupName(filepath.Join(dir, databaseFile), 1, time.Now()) + partial
	others := filepath.Join(dir, "picket-20260301T120000Z.db"+partial) // another process may be writing it
	for _, file := range []string{killed, others} {
		if err := os.WriteFile(file, []byte("half"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	open(t, dir)
	if _, err := os.Stat(killed); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what was left of a copy is there: %v", err)
	}
	if _, err := os.Stat(others); err != nil {
		t.Error(err)
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	dir := t.TempDir()
	now := releaseSteps(t)
	s, err := withSteps(t, dir, append(now, migration{len(now) + 1, "CREATE TABLE more (a TEXT)"}))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	_, err = Open(t.Context(), dir)
	if err == nil || !strings.Contains(err.Error(), "a newer release wrote it") {
		t.Errorf("got %v, want a refusal", err)
	}
	if b := backups(t, dir); len(b) != 0 {
		t.Errorf("backed up what was refused: %v", b)
	}
}

// counted are the counts of findings, and the same counted anew.
const (
	counted = `SELECT 'kind', side, viewer, archived, kind, day, n, 0 FROM kind_counts
		UNION ALL SELECT 'trait', side, viewer, trait, archived, kind, n, 0 FROM trait_kind_counts
		UNION ALL SELECT 'day', side, viewer, trait, archived, severity, day, n FROM trait_day_counts
		UNION ALL SELECT 'place', side, viewer, owner, place, total, current, 0 FROM place_counts
		UNION ALL SELECT 'owner', 1, viewer, owner, total, current, 0, 0 FROM owner_counts`
	anew = `SELECT 'kind', 0, owner, archived, kind, day, count(*), 0 FROM findings WHERE frozen_at = 0 GROUP BY owner, archived, kind, day
		UNION ALL SELECT 'kind', 1, administrator, admin_archived, kind, day, count(*), 0 FROM findings WHERE administrator > 0
			GROUP BY administrator, admin_archived, kind, day
		UNION ALL SELECT 'trait', 0, owner, trait, archived, kind, count(*), 0 FROM findings WHERE frozen_at = 0 GROUP BY owner, trait, archived, kind
		UNION ALL SELECT 'trait', 1, administrator, trait, admin_archived, kind, count(*), 0 FROM findings WHERE administrator > 0
			GROUP BY administrator, trait, admin_archived, kind
		UNION ALL SELECT 'day', 0, owner, trait, archived, severity, day, count(*) FROM findings WHERE frozen_at = 0 GROUP BY owner, trait, archived, severity, day
		UNION ALL SELECT 'day', 1, administrator, trait, admin_archived, severity, day, count(*) FROM findings WHERE administrator > 0
			GROUP BY administrator, trait, admin_archived, severity, day
		UNION ALL SELECT 'place', 0, owner, owner, place, count(*), sum(archived = 0), 0 FROM findings WHERE frozen_at = 0 AND place > 0 GROUP BY owner, place
		UNION ALL SELECT 'place', 1, administrator, owner, place, count(*), sum(admin_archived = 0), 0 FROM findings
			WHERE administrator > 0 AND place > 0 GROUP BY administrator, owner, place
		UNION ALL SELECT 'owner', 1, administrator, owner, count(*), sum(admin_archived = 0), 0, 0 FROM findings WHERE administrator > 0 GROUP BY administrator, owner`
)

// columns are those of findings of the first releases.
const columns = `owner, administrator, relation, frozen_at, id, digest, kind, severity, created_at, updated_at, day, place,
	resource_type, resource, archived, feedback, comments, admin_archived, admin_feedback, admin_comments`

// TestFindingsAreCounted holds that counts are those of the findings: after an upgrade from before there were counts, and
// after every kind of change.
func TestFindingsAreCounted(t *testing.T) {
	dir := t.TempDir()
	steps := releaseSteps(t)
	s, err := withSteps(t, dir, steps[:3])
	if err != nil {
		t.Fatal(err)
	}
	do := func(s *Store, text string) {
		t.Helper()
		if err := s.Update(t.Context(), func(x picket.Tx) error {
			_, err := x.(*tx).exec(text)
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	add := `WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 60)
		INSERT INTO findings (` + columns + `)
		SELECT n % 3, n % 2 * 7, '', 0, '%-' || n, '', n % 5, 1.0, 0, 0, n % 4, n % 6 - 1, '', '', n % 7 = 0, '', '', n % 11 = 0, '', '' FROM i`
	do(s, strings.Replace(add, "%-", "a", 1))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = withSteps(t, dir, steps); err != nil {
		t.Fatal(err)
	}
	check := func(after string) {
		t.Helper()
		if err := s.View(t.Context(), func(x picket.Tx) error {
			many, err := rows(x.(*tx), value[int64], "SELECT count(*) FROM ("+counted+")")
			if err != nil {
				return err
			}
			wrong, err := rows(x.(*tx), value[int64], "SELECT count(*) FROM (SELECT * FROM (SELECT * FROM ("+counted+") EXCEPT SELECT * FROM ("+anew+
				")) UNION ALL SELECT * FROM (SELECT * FROM ("+anew+") EXCEPT SELECT * FROM ("+counted+")))")
			if err == nil && (many[0] == 0 || wrong[0] != 0) {
				t.Errorf("after %s: %d counts are wrong, of %d", after, wrong[0], many[0])
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		packedTruth(t, s, after)
	}
	check("the upgrade")
	do(s, strings.Replace(add, "%-", "b", 1))
	check("more findings")
	for _, change := range []string{
		"archived = 1 - archived", "admin_archived = 1 WHERE n % 2 = 0", "day = day + 1 WHERE n % 3 = 0", "kind = 9 WHERE n % 5 = 0", "trait = 5 WHERE n % 4 = 0", "severity = 2 WHERE n % 7 = 0",
		"day = day - 1, archived = 1 - archived WHERE n % 5 = 1", "place = 0 WHERE n % 8 = 0", "place = 77 WHERE n % 9 = 0", "frozen_at = 5 WHERE administrator > 0 AND n % 4 = 1",
		"administrator = 0 WHERE n % 6 = 0 AND frozen_at = 0", "administrator = 8 WHERE n % 10 = 0", "updated_at = 99",
	} {
		do(s, "UPDATE findings SET "+change)
		check(change)
	}
	do(s, "DELETE FROM findings WHERE n % 3 > 0")
	check("a deletion")
}

// TestTraitsOfEarlierFindings: findings of a release before there were traits have theirs after the upgrade.
func TestTraitsOfEarlierFindings(t *testing.T) {
	f := func(d *dialect, open func(s *Store, steps []migration) error) {
		t.Helper()
		steps, err := migrationsOf(d.name)
		if err != nil {
			t.Fatal(err)
		}
		codec, err := newCodec()
		if err != nil {
			t.Fatal(err)
		}
		s := &Store{dialect: d, codec: codec}
		if err := open(s, steps[:4]); err != nil {
			t.Fatal(err)
		}
		all := []map[string][]string{
			{"id": {"0"}, "resource.resourcetype": {"Instance"}, "service.action.networkconnectionaction.remoteipdetails.country.countryname": {"Åland & \"more\""}},
			{"id": {"1"}, "resource.resourcetype": {"Instance"}, "service.action.awsapicallaction.remoteipdetails.country.countryname": {"Chad", "Mali"}},
			{"id": {"2"}},
			{"id": {"3"}, "resource.resourcetype": {strings.Repeat("long ", 2000)}},
			{"id": {"4"}, "resource.resourcetype": {"Instance"}, "service.action.awsapicallaction.remoteipdetails.country.countryname": {"Chad", "Mali"}},
		}
		err = s.Update(t.Context(), func(x picket.Tx) error {
			for n, attrs := range all {
				text, err := json.Marshal(attrs)
				if err != nil {
					return err
				}
				if _, err := x.(*tx).exec("INSERT INTO findings ("+columns+") VALUES (1, 0, '', 0, ?, '', 1, 1, 0, 0, 0, 0, '', '', 0, '', '', 0, '', '')", fmt.Sprint(n)); err != nil {
					return err
				}
				if _, err := x.(*tx).exec("INSERT INTO finding_attrs (n, attrs) VALUES "+d.attrsTuple, n+1, string(text)); err != nil { // n counts from 1
					return err
				}
			}
			return nil
		})
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
		s = &Store{dialect: d, codec: codec}
		t.Cleanup(func() { s.Close() })
		if err := open(s, steps); err != nil {
			t.Fatal(err)
		}
		if err := s.View(t.Context(), func(x picket.Tx) error {
			traits, err := x.(*tx).traits()
			if len(traits.rows) != 4 {
				t.Errorf("%s: %d traits, want 4", d.name, len(traits.rows))
			}
			for n, attrs := range all {
				delete(attrs, "id")
				got, err := row(x.(*tx), "trait", value[int64], "SELECT trait FROM findings WHERE id = ?", fmt.Sprint(n))
				at := slices.IndexFunc(traits.rows, func(tr trait) bool { return tr.id == got })
				if err != nil || at < 0 || !cmp.Equal(traits.rows[at].attrs, attrs) {
					t.Errorf("%s: finding %d has trait %d of %v, %v; want %v", d.name, n, got, traits.rows, err, attrs)
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		records := []*record{{attrs: all[0]}, {attrs: all[1]}}
		if err := s.Update(t.Context(), func(x picket.Tx) error {
			if err := x.(*tx).setTraits(records); err != nil {
				return err
			}
			traits, err := rows(x.(*tx), value[int64], "SELECT id FROM traits")
			if len(traits) != 4 {
				t.Errorf("%s: the same traits are %d once they are found again, want 4", d.name, len(traits))
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	file, url := filepath.Join(t.TempDir(), databaseFile), storetest.Postgres(t)
	f(&inSQLite, func(s *Store, steps []migration) error { return s.openFile(t.Context(), file, steps) })
	f(&inPostgres, func(s *Store, steps []migration) error { return s.openURL(t.Context(), url, steps) })
}

// TestMembersAreCounted: members of a release that kept no counts are counted by the upgrade.
func TestMembersAreCounted(t *testing.T) {
	dir := t.TempDir()
	steps := releaseSteps(t)
	s, err := withSteps(t, dir, steps[:6])
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), func(tx picket.Tx) error {
		for i, status := range []picket.MemberStatus{picket.Created, picket.Invited, picket.Invited} {
			m := picket.Member{Administrator: "111122223333", Region: "us-east-1", Account: strconv.Itoa(i), Status: status, UpdatedAt: int64(i)}
			m.Invitation.Mail.At = 10
			if err := tx.Members().Put(m); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = withSteps(t, dir, steps); err != nil {
		t.Fatal(err)
	}
	if err := s.View(t.Context(), func(tx picket.Tx) error {
		got, err := tx.Members().Count("111122223333", "us-east-1")
		want := map[picket.MemberStatus]picket.MemberCount{picket.Created: {N: 1, Changed: 10}, picket.Invited: {N: 2, Changed: 23}}
		if !maps.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
