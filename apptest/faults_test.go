package apptest

import (
	"database/sql"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"
	"github.com/google/go-cmp/cmp"

	"picket/simulate"
	"picket/storetest"
)

// TestFaults takes from servers what they need, in the midst of logs, and gives it back when all patience with that has come to an
// end: they say what they lack, refuse what they can't do, go on without a restart, and find what a server does that was left alone.
func TestFaults(t *testing.T) {
	dir := t.TempDir()
	must(simulate.Run(simulate.Options{Accounts: 2, Seed: 1, Scale: 0.1, Attacks: true}, dir))(t)
	logs := filepath.Join(dir, "AWSLogs")
	alone := newFollowed(t, dir)
	alone.follow(nil, logs)
	want := alone.end()
	f := func(name string, tries int, prepare func(*testing.T) (option, func(*followed) (mend func()))) {
		t.Run(name, func(t *testing.T) {
			settings, harm := prepare(t)
			f := newFollowed(t, dir, settings)
			f.s.operator("source", "add", "logs", logs)
			mend := harm(f)
			f.lacks()
			answer := make(chan error, 1)
			go func() { answer <- f.change() }()
			f.triesInVain(tries)
			err := <-answer
			mend()
			switch again := f.change(); {
			case err == nil && name == "disk full": // the write-ahead log may have had room for so little: then it is kept
				refused(t, again, "BadRequestException")
			default:
				refused(t, err, "InternalServerErrorException")
				must(0, again)(t)
			}
			f.while(nil, f.until(f.all))
			if diff := cmp.Diff(want, f.end()); diff != "" {
				t.Errorf("-left alone +disturbed\n%s", diff)
			}
		})
	}
	f("disk full", 3, fullDisk)
	f("database locked", 1, lockedDatabase) // which takes all the patience that there is with a lock
	f("PostgreSQL away", 3, awayPostgres)
}

// change makes a filter that does nothing.
func (f *followed) change() error {
	c := f.people[0].Client
	detector, err := theDetector(c)
	if err == nil {
		_, err = c.CreateFilter(ctx, &guardduty.CreateFilterInput{DetectorId: detector, Name: aws.String("idle"), FindingCriteria: &types.FindingCriteria{
			Criterion: map[string]types.Condition{"type": {Equals: []string{ssh}}},
		}})
	}
	return err
}

// triedInVain is what a server logs of a part of it that gave up a try.
var triedInVain = regexp.MustCompile(`msg="(?:the store can't be used; trying again|read the log|follow source)"(?: (?:partition|source)=\S+)?`)

// triesInVain waits until a part of the server has given up so many tries.
func (f *followed) triesInVain(tries int) {
	f.s.t.Helper()
	until(f.s.t, "the server tried in vain", func() bool {
		count := map[string]int{}
		for _, part := range triedInVain.FindAllString(f.s.stderr.String(), -1) {
			count[part]++
			if count[part] == tries {
				return true
			}
		}
		return false
	})
}

// lacks waits until the server says that it lacks something.
func (f *followed) lacks() {
	f.s.t.Helper()
	until(f.s.t, "the server says what it lacks", func() bool {
		said, why, err := f.s.try("status")
		text := said + why
		return strings.Contains(text, "which can't be done now: ") || err != nil && strings.Contains(text, "connect")
	})
}

// fullDisk has the data on a small disk that something else fills.
func fullDisk(t *testing.T) (option, func(*followed) func()) {
	disk := filepath.Join(t.TempDir(), "disk")
	must(0, os.Mkdir(disk, 0o700))(t)
	if err := syscall.Mount("picket", disk, "tmpfs", 0, "size=128m"); err != nil {
		t.Skipf("only root may make a small disk: %v", err)
	}
	t.Cleanup(func() { must(0, syscall.Unmount(disk, syscall.MNT_DETACH))(t) })
	ballast := filepath.Join(disk, "ballast")
	settings := func(c map[string]any) {
		onSQLite(c)
		c["data"] = filepath.Join(disk, "data")
	}
	return settings, func(*followed) func() {
		file := must(os.Create(ballast))(t)
		defer file.Close()
		for block := make([]byte, 1<<16); len(block) > 0; {
			if _, err := file.Write(block); err != nil {
				block = block[:len(block)/2]
			}
		}
		return func() { must(0, os.Remove(ballast))(t) }
	}
}

// lockedDatabase has another program keep the database to itself. The driver is that of sqlstore.
func lockedDatabase(t *testing.T) (option, func(*followed) func()) {
	return onSQLite, func(f *followed) func() {
		db := must(sql.Open("sqlite", "file:"+filepath.Join(f.s.kept, "picket.db")+"?_pragma=busy_timeout(60000)"))(t)
		c := must(db.Conn(ctx))(t)
		must(c.ExecContext(ctx, "BEGIN IMMEDIATE"))(t)
		return func() {
			must(c.ExecContext(ctx, "ROLLBACK"))(t)
			must(0, errors.Join(c.Close(), db.Close()))(t)
		}
	}
}

// awayPostgres has the data in a PostgreSQL that is stopped.
func awayPostgres(t *testing.T) (option, func(*followed) func()) {
	url, stop, start := storetest.OwnPostgres(t)
	return func(c map[string]any) { c["store"] = url }, func(*followed) func() {
		stop()
		return start
	}
}

// TestSilentPostgres: a PostgreSQL that answers nothing, and breaks nothing off, is told too: nobody waits for an answer for ever.
func TestSilentPostgres(t *testing.T) {
	where, _, _ := storetest.OwnPostgres(t)
	l := newLive(t, func(c map[string]any) { c["store"] = where })
	l.attack("198.51.100.7", time.Now(), "before")
	goOn := halt(t, where)
	defer goOn()
	if said, why, err := l.s.try("status"); err == nil || !strings.Contains(why, "the store does not answer") {
		t.Errorf("status is %v: %s%s", err, said, why)
	}
	ready, err := http.Get(l.s.url + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer ready.Body.Close()
	if ready.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("readiness is %s", ready.Status)
	}
	goOn()
	l.attack("198.51.100.7", time.Now(), "after")
	l.wantIn(stopped, l.logged, l.logged)
}

// halt has a PostgreSQL stand still, until it may go on.
func halt(t testing.TB, where string) (goOn func()) {
	t.Helper()
	dir := must(url.Parse(where))(t).Query().Get("host")
	first, _, _ := strings.Cut(string(must(os.ReadFile(filepath.Join(dir, "data", "postmaster.pid")))(t)), "\n")
	others := must(os.ReadFile(filepath.Join("/proc", first, "task", first, "children")))(t)
	all := func(what syscall.Signal) {
		for _, text := range append([]string{first}, strings.Fields(string(others))...) {
			syscall.Kill(must(strconv.Atoi(text))(t), what)
		}
	}
	all(syscall.SIGSTOP)
	return func() { all(syscall.SIGCONT) }
}
