package apptest

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"

	"picket/storetest"
)

const region = "us-east-1"

// bin is where the binary is built: made before the tests, and gone after them.
var bin string

func TestMain(m *testing.M) {
	var err error
	if bin, err = os.MkdirTemp("", "picket-apptest-"); err != nil {
		panic(err)
	}
	code := m.Run()
	os.RemoveAll(bin)
	os.Exit(code)
}

// binary builds picket once.
var binary = sync.OnceValues(func() (string, error) {
	if err := filepath.WalkDir("..", seen); err != nil {
		return "", err
	}
	path := filepath.Join(bin, "picket")
	out, err := exec.Command("go", "build", "-o", path, "picket/cmd/picket").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return path, nil
})

// seen lets `go test` know that the tests depend on a file that the binary may be built of, which it can't see by itself: it
// would answer with an old result after a change.
func seen(path string, d fs.DirEntry, err error) error {
	switch {
	case err != nil:
		return err
	case d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != ".." || d.Name() == "node_modules"):
		return filepath.SkipDir
	case d.IsDir():
		return nil
	}
	_, err = os.Stat(path)
	return err
}

// server is a picket that serves.
type server struct {
	t             testing.TB
	path          string // of the binary
	url, dir      string
	kept          string // where its data is, as sqlstore.Open takes it
	process       *exec.Cmd
	stderr        *output
	operatorFlags []string
}

// output is what a process writes, which may be read meanwhile.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// option changes the configuration of a server.
type option func(config map[string]any)

func withRegions(regions ...string) option {
	return func(c map[string]any) { c["regions"] = regions }
}

// withSource declares a source in the configuration.
func withSource(id, location string) option {
	return func(c map[string]any) { c["sources"] = map[string]any{id: map[string]any{"location": location}} }
}

// postgres is for `make check`: without it, the tests that matter most to a store start servers on both.
var postgres = flag.Bool("postgres", false, "run all servers on PostgreSQL")

// onSQLite is for what only SQLite has.
func onSQLite(c map[string]any) { delete(c, "store") }

// onPostgres keeps a server's data in a PostgreSQL.
func onPostgres(t testing.TB) option {
	url := storetest.Postgres(t)
	return func(c map[string]any) { c["store"] = url }
}

var served = regexp.MustCompile(`serves (https?://\S+)`)

// start runs picket serve until the test ends, and then wants it to have ended well.
func start(t testing.TB, options ...option) *server {
	t.Helper()
	path, err := binary()
	if err != nil {
		t.Fatal(err)
	}
	s := &server{t: t, path: path, dir: t.TempDir(), stderr: new(output)}
	config := map[string]any{"data": filepath.Join(s.dir, "data"), "listen": "127.0.0.1:0"}
	if *postgres {
		options = append([]option{onPostgres(t)}, options...) // a test may choose another store
	}
	for _, o := range options {
		o(config)
	}
	b, err := json.Marshal(config) // JSON is YAML
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(s.dir, "picket.yaml")
	if err := os.WriteFile(file, b, 0o600); err != nil {
		t.Fatal(err)
	}
	s.operatorFlags = []string{"--config", file}
	s.kept, _ = config["data"].(string)
	if url, ok := config["store"].(string); ok {
		s.kept = url
	}
	s.run()
	t.Cleanup(s.stop)
	return s
}

func (s *server) run() {
	s.t.Helper()
	s.process = exec.Command(s.path, append([]string{"serve"}, s.operatorFlags...)...)
	s.process.Stderr = s.stderr
	out, err := s.process.StdoutPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := s.process.Start(); err != nil {
		s.t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := served.FindStringSubmatch(lines.Text()); m != nil {
			s.url = m[1]
			go func() {
				for lines.Scan() { // so that it never waits for a reader
				}
			}()
			return
		}
	}
	s.process.Wait()
	s.t.Fatalf("picket serve didn't start:\n%s", s.stderr)
}

func (s *server) stop() {
	s.t.Helper()
	if s.process == nil {
		return
	}
	s.process.Process.Signal(syscall.SIGTERM)
	if err := s.process.Wait(); err != nil {
		s.t.Errorf("picket serve ended with %v:\n%s", err, s.stderr)
	}
	s.process = nil
}

// restart stops the server and starts it on the same data.
func (s *server) restart() {
	s.t.Helper()
	s.stop()
	s.run()
}

// operator runs a command of picket for this server and returns what it prints. The flags come after the command's words.
func (s *server) operator(args ...string) string {
	s.t.Helper()
	out, errText, err := s.try(args...)
	if err != nil {
		s.t.Fatalf("picket %s: %v\n%s%s", strings.Join(args, " "), err, out, errText)
	}
	return out
}

func (s *server) try(args ...string) (stdout, stderr string, err error) {
	c := exec.Command(s.path, append(args, s.operatorFlags...)...)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err = c.Run()
	return out.String(), errs.String(), err
}

// account is an account of a server, with the access key of its root.
type account struct {
	*guardduty.Client
	s                          *server
	ID, AccessKeyID, SecretKey string
}

// account makes an account. Its owner's address is its id at example.com.
func (s *server) account(id string, flags ...string) *account {
	s.t.Helper()
	var made struct{ AccountID, AccessKeyID, SecretAccessKey string }
	args := append([]string{"account", "create", "--json", "--id", id, "--name", "Account " + id, "--email", id + "@example.com"}, flags...)
	if err := json.Unmarshal([]byte(s.operator(args...)), &made); err != nil || made.AccountID != id {
		s.t.Fatalf("account create: %v", err)
	}
	a := &account{s: s, ID: id, AccessKeyID: made.AccessKeyID, SecretKey: made.SecretAccessKey}
	a.Client = a.in(region)
	return a
}

// in is a client of the account in a region.
func (a *account) in(region string) *guardduty.Client {
	return guarddutyOf(a.s, a.credentials(), region)
}

// enable enables the service and returns the detector's id.
func (a *account) enable() *string {
	a.s.t.Helper()
	out, err := a.CreateDetector(context.Background(), &guardduty.CreateDetectorInput{Enable: aws.Bool(true)})
	if err != nil {
		a.s.t.Fatal(err)
	}
	return out.DetectorId
}

// aws runs the AWS CLI as the account and returns its answer.
func (a *account) aws(args ...string) map[string]any {
	a.s.t.Helper()
	out, err := a.tryAWS(args...)
	if err != nil {
		a.s.t.Fatalf("aws %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	var answer map[string]any
	if len(out) > 0 {
		if err := json.Unmarshal(out, &answer); err != nil {
			a.s.t.Fatalf("aws %s printed %s", strings.Join(args, " "), out)
		}
	}
	return answer
}

func (a *account) tryAWS(args ...string) ([]byte, error) {
	c := exec.Command("aws", append([]string{"--endpoint-url", a.s.url, "--region", region, "--output", "json"}, args...)...)
	c.Env = append(a.env(), "AWS_MAX_ATTEMPTS=1", "AWS_PAGER=")
	return c.CombinedOutput()
}

// env is the environment of a client that calls as the account, and of nobody else.
func (a *account) env() []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + a.s.dir, "AWS_EC2_METADATA_DISABLED=true", "AWS_REGION=" + region, "AWS_DEFAULT_REGION=" + region,
		"AWS_ACCESS_KEY_ID=" + a.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + a.SecretKey, "AWS_ENDPOINT_URL=" + a.s.url,
	}
}
