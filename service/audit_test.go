package service_test

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"

	"picket"
	"picket/access"
	"picket/service"
	"picket/sqlstore"
)

// Whoever can write the database can't change what is in the audit log, nor make a log of their own, without being seen.
func TestTamperedAuditLog(t *testing.T) {
	ctx := context.Background()
	f := func(tamper, want string) {
		t.Helper()
		dir := t.TempDir()
		store, err := sqlstore.Open(ctx, dir)
		if err != nil {
			t.Fatal(err)
		}
		master, err := access.CreateMasterKey(filepath.Join(dir, "master.key"))
		if err != nil {
			t.Fatal(err)
		}
		store.AuditKey = service.AuditKey(master)
		w := newWorld(t)
		w.Store, w.Master = store, master
		admin, member, _ := w.family()
		w.join(admin, member)
		w.ok(w.leave(member))
		noted, err := w.VerifyAudit(ctx, service.AuditEnd{})
		if err != nil || noted.Seq != 7 {
			t.Fatalf("before: %+v, %v", noted, err)
		}
		w.ok(store.Close())
		db, err := sql.Open("sqlite", filepath.Join(dir, "picket.db"))
		if err != nil {
			t.Fatal(err)
		}
		_, err = db.Exec(tamper)
		w.ok(err)
		w.ok(db.Close())
		store, err = sqlstore.Open(ctx, dir)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { store.Close() })
		store.AuditKey = service.AuditKey(master)
		w.Store = store
		if _, err := w.VerifyAudit(ctx, noted); err == nil && want != "" || err != nil && (want == "" || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: got %v, want %q", tamper, err, want)
		}
	}
	f("SELECT 1", "")
	f("UPDATE audit SET account = '999999999999' WHERE seq = 5", "Record 5 was changed")
	f("UPDATE audit SET time = 1 WHERE seq = 5", "Record 5 was changed")
	f("UPDATE audit SET region = 'x' WHERE seq = 5", "Record 5 was changed")
	f("UPDATE audit SET event = replace(event, 'left', 'held') WHERE seq = 7", "Record 7 was changed")
	f("DELETE FROM audit WHERE seq = 5", "what was between them is gone")
	f("DELETE FROM audit WHERE seq > 5", "its end was cut off")
	f("DELETE FROM audit", "its end was cut off")
}

// A record that was made without the master key breaks the chain.
func TestForgedAuditRecord(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t) // its store has no key
	admin, member, _ := w.family()
	w.join(admin, member)
	if _, err := w.VerifyAudit(ctx, service.AuditEnd{}); err == nil || !strings.Contains(err.Error(), "Record 1 was changed") {
		t.Errorf("got %v", err)
	}
}

// What is done in the console is in the log, also of who hung up, and as much of it as people read.
func TestConsoleEvents(t *testing.T) {
	w := newWorld(t)
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	seq := int64(0)
	f := func(body any, outcome error, want string) {
		t.Helper()
		c := service.ConsoleCall{Session: service.Session{Account: "111122223333"}, Name: "PUT policies/{name}", Path: "/" + strings.Repeat("p", 60_000), Body: body}
		w.ok(w.ConsoleEvent(gone, c, outcome))
		all, err := w.Audit(context.Background(), "111122223333", seq, 10)
		w.ok(err)
		if len(all) != 1 {
			t.Fatalf("got %d events, want 1", len(all))
		}
		if got := string(all[0].Event); !strings.Contains(got, want) || len(got) > 110<<10 {
			t.Errorf("got %.2000s, want %s", got, want)
		}
		seq = all[0].Seq
	}
	text := func(kib int) string { return strings.Repeat("x", kib<<10) }
	refused := &picket.Error{Code: picket.CodeBadRequest, Message: text(200)}
	f(text(99), nil, `"body":"xxx`)
	f(text(100), nil, `"body":{"omitted":true,"originalSize":102402,"reason":"larger than 100 KiB"}`)
	f("", errors.New("disk full"), `"errorCode":"InternalFailure","errorMessage":"An internal error occurred; the operator's log says more."`)
	f(text(9), refused, `"body":"xxx`)
	f(text(10), refused, `"body":{"omitted":true,"originalSize":10242,"reason":"larger than 10 KiB"}`)
}
