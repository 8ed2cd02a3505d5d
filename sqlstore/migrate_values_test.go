package sqlstore

import (
	"encoding/json"
	"errors"
	"maps"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/storetest"
)

// TestValuesOfEarlierFindings: the values of every hot attribute are found after the upgrade, whichever release stored the finding.
func TestValuesOfEarlierFindings(t *testing.T) {
	all := []map[string][]string{{}, {"type": {"Recon:EC2/Portscan"}}, {}}
	for attribute := range columned {
		all[0][attribute] = []string{"Åland & \"more\"", "443", "443"}
		all[2][attribute] = []string{strings.Repeat("ö", maxIndexed/2+1), strings.Repeat("ö", maxIndexed/2)}
	}
	if n := len(hotValues(all[0])); n != 2*len(hot) || len(columned) != len(hot)+18 {
		t.Errorf("%d values of %d attributes: two have one number", n, len(hot))
	}
	const filled = 22 // the first release stored those up to here
	f := func(d *dialect, before int, open func(s *Store, steps []migration) error) {
		t.Helper()
		steps, err := migrationsOf(d.name)
		if err != nil {
			t.Fatal(err)
		}
		s := &Store{dialect: d}
		if err := open(s, steps[:before]); err != nil {
			t.Fatal(err)
		}
		want := map[int64]map[hotValue]bool{}
		err = s.Update(t.Context(), func(x picket.Tx) (err error) {
			for i, attrs := range all {
				n := int64(i + 1)
				want[n] = hotValues(attrs)
				text, e := json.Marshal(attrs)
				_, e2 := x.(*tx).exec("INSERT INTO finding_attrs (n, attrs) VALUES "+d.attrsTuple, n, string(text))
				err = errors.Join(err, e, e2)
				for v := range want[n] {
					if v.path <= filled {
						_, e := x.(*tx).exec("INSERT INTO finding_values (path, value, n) VALUES (?, ?, ?)", v.path, v.value, n)
						err = errors.Join(err, e)
					}
				}
			}
			return err
		})
		if err := errors.Join(err, s.Close()); err != nil {
			t.Fatal(err)
		}
		s = &Store{dialect: d}
		t.Cleanup(func() { s.Close() })
		if err := open(s, steps); err != nil {
			t.Fatal(err)
		}
		maps.DeleteFunc(want, func(_ int64, v map[hotValue]bool) bool { return len(v) == 0 })
		got := map[int64]map[hotValue]bool{}
		if err := s.View(t.Context(), func(x picket.Tx) error {
			_, err := rows(x.(*tx), func(r scanner) (n int64, err error) {
				var v hotValue
				err = r.Scan(&n, &v.path, &v.value)
				if got[n] == nil {
					got[n] = map[hotValue]bool{}
				}
				got[n][v] = true
				return n, err
			}, "SELECT n, path, value FROM finding_values")
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(hotValue{})); diff != "" {
			t.Errorf("%s: -want +got\n%s", d.name, diff)
		}
		if d.counts {
			packedTruth(t, s, "the upgrade")
		}
	}
	file, url := filepath.Join(t.TempDir(), databaseFile), storetest.Postgres(t)
	f(&inSQLite, 8, func(s *Store, steps []migration) error { return s.openFile(t.Context(), file, steps) })
	f(&inPostgres, 9, func(s *Store, steps []migration) error { return s.openURL(t.Context(), url, steps) })
}
