package storetest

import (
	"bytes"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Postgres returns the URL of an empty place in a real PostgreSQL: a schema of its own, which takes a hundredth of the time
// of a database. The server is this process's own: it starts with the first call, listens nowhere but in a folder of its own,
// and is gone soon after the process is, however that ends.
func Postgres(t testing.TB) string {
	t.Helper()
	s, err := server()
	if err != nil {
		t.Fatalf("start PostgreSQL (`make test` installs it): %v", err)
	}
	schema := fmt.Sprintf("test%d", schemas.Add(1))
	c := ok(pgx.Connect(t.Context(), s.url("public")))(t)
	defer c.Close(t.Context())
	ok(c.Exec(t.Context(), "CREATE SCHEMA "+schema))(t)
	return s.url(schema)
}

// DumpPostgres returns what is at a URL of Postgres's, as pg_dump writes it: its server doesn't outlive the process.
func DumpPostgres(where string) ([]byte, error) {
	u, err := url.Parse(where)
	if err != nil {
		return nil, err
	}
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	c := exec.Command(filepath.Join(bin, "pg_dump"), "-h", u.Query().Get("host"), "-U", "postgres", "-n", u.Query().Get("search_path"), "postgres")
	return c.Output()
}

// OwnPostgres starts a PostgreSQL of the test's own, and returns its URL, and how it is stopped and started again.
func OwnPostgres(t testing.TB) (url string, stop, start func()) {
	t.Helper()
	s, err := startServer()
	if err != nil {
		t.Fatalf("start PostgreSQL (`make test` installs it): %v", err)
	}
	t.Cleanup(func() { s.life.Close() })
	control := func(args ...string) func() {
		return func() {
			t.Helper()
			c := exec.Command(filepath.Join(s.bin, "pg_ctl"), append([]string{"-D", filepath.Join(s.dir, "data"), "-w", "-t", "120"}, args...)...)
			c.Dir, c.SysProcAttr = s.dir, s.as
			if err := c.Run(); err != nil { // not its output: a server that starts keeps it open
				t.Fatalf("pg_ctl %s: %v", args[len(args)-1], err)
			}
		}
	}
	options := "-k '" + s.dir + "' -c listen_addresses='' -c fsync=off -c max_connections=200"
	return s.url("public"), control("-m", "immediate", "stop"), control("-l", filepath.Join(s.dir, "log"), "-o", options, "start")
}

var (
	schemas atomic.Int64
	server  = sync.OnceValues(startServer)
)

// postgres is a server that runs.
type postgres struct {
	dir  string // that it listens in
	bin  string // of its programs
	as   *syscall.SysProcAttr
	life io.Closer // its input: it stops when this is closed, by the garbage collector too
}

func (p postgres) url(schema string) string {
	q := url.Values{"host": {p.dir}, "user": {"postgres"}, "search_path": {schema}}
	return (&url.URL{Scheme: "postgres", Path: "/postgres", RawQuery: q.Encode()}).String()
}

// serve runs a server in the folder $1 with the binaries of $2 until its input ends, which it does with the process that
// started it. What the tests store need not survive a crash of the machine.
const serve = `
set -e
cd "$1"
"$2/initdb" -D data -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >log 2>&1
"$2/pg_ctl" -D data -l log -w -t 120 -o "-k '$1' -c listen_addresses='' -c fsync=off -c max_connections=200" start >>log 2>&1
echo started
cat >/dev/null || true
"$2/pg_ctl" -D data -m immediate stop >>log 2>&1 || true
cd /
rm -rf "$1"
`

func startServer() (p postgres, err error) {
	bin, err := binaries()
	if err != nil {
		return p, err
	}
	if p.dir, err = os.MkdirTemp("", "picket-postgres-"); err != nil {
		return p, err
	}
	c := exec.Command("/bin/sh", "-c", serve, "sh", p.dir, bin)
	c.Dir = p.dir
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // an interrupt of the terminal is not for it
	if os.Geteuid() == 0 {
		// PostgreSQL refuses to run as root.
		if c.SysProcAttr.Credential, err = ownerOf(p.dir); err != nil {
			return p, err
		}
	}
	p.bin, p.as = bin, c.SysProcAttr
	if p.life, err = c.StdinPipe(); err != nil {
		return p, err
	}
	out, err := c.StdoutPipe()
	if err != nil {
		return p, err
	}
	if err := c.Start(); err != nil {
		return p, err
	}
	if said, _ := io.ReadAll(io.LimitReader(out, int64(len("started")))); !bytes.Equal(said, []byte("started")) {
		log, _ := os.ReadFile(filepath.Join(p.dir, "log"))
		return p, fmt.Errorf("no server in %s:\n%s", p.dir, log)
	}
	return p, nil
}

// ownerOf gives a folder to the user postgres, and returns who that is.
func ownerOf(dir string) (*syscall.Credential, error) {
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, err
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, uid, gid)
}

// binaries finds the folder of PostgreSQL's programs, which Debian keeps out of the PATH.
func binaries() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		if path, err = filepath.EvalSymlinks(path); err == nil {
			return filepath.Dir(path), nil
		}
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", exec.ErrNotFound
	}
	slices.SortFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(found[len(found)-1]), nil
}

// version is the 15 of /usr/lib/postgresql/15/bin/initdb.
func version(path string) int {
	n, _ := strconv.Atoi(strings.Split(path, "/")[4])
	return n
}
