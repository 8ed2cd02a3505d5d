package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	awsguardduty "github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"picket/access"
	"picket/api"
	"picket/service"
	"picket/sqlstore"
)

const (
	one, two = "111122223333", "444455556666"
	region   = "eu-west-1"
)

// world is a server with its store, on a port of its own.
type world struct {
	t       testing.TB
	service *service.Service
	handler *api.Handler
	server  *http.Server
	url     string
	log     *log
	close   func()

	mu    sync.Mutex
	clock time.Time // of the server: it stands at the beginning of the test, until wait moves it
}

// log collects what the operator would see.
type log struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.clock
}

func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock = w.clock.Add(d)
}

// newWorld starts a server with accounts one and two; change may change what it is made of.
func newWorld(t testing.TB, change ...func(*api.Config, *http.Server)) *world {
	t.Helper()
	dir := t.TempDir()
	store, err := sqlstore.Open(context.Background(), dir)
	if err != nil {
		t.Fatal(err)
	}
	master, err := access.CreateMasterKey(filepath.Join(dir, "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, log: &log{}, clock: time.Now()}
	w.service = &service.Service{
		Store: store, Master: master, Now: w.now,
		Settings: service.Settings{Regions: []string{region, "us-east-1"}},
	}
	config := api.Config{Service: w.service, Log: slog.New(slog.NewTextHandler(w.log, nil)), Rate: 1e6, Burst: 1e6}
	w.server = api.Server(nil)
	for _, f := range change {
		f(&config, w.server)
	}
	w.handler = api.New(config)
	w.server.Handler = w.handler
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.url = "http://" + l.Addr().String()
	served := make(chan error, 1)
	go func() { served <- w.server.Serve(api.Listener(l)) }()
	w.close = sync.OnceFunc(func() {
		if err := w.server.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
		w.handler.Close()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() {
		w.close()
		if t.Failed() {
			t.Log(w.log)
		}
	})
	return w
}

// account makes an account, and returns the key of its root.
func (w *world) account(id string) aws.Credentials {
	w.t.Helper()
	k, err := w.service.CreateAccount(context.Background(), service.Account{ID: id, Name: "Account " + id, Email: "root@" + id + ".example.com"})
	if err != nil {
		w.t.Fatal(err)
	}
	return aws.Credentials{AccessKeyID: k.ID, SecretAccessKey: k.Secret}
}

// user makes a user with policies: names of managed ones, or texts.
func (w *world) user(account, name string, policies ...string) aws.Credentials {
	w.t.Helper()
	ctx := context.Background()
	if _, err := w.service.CreateIdentity(ctx, account, service.Users, service.Identity{Name: name, Policies: w.policies(account, policies)}); err != nil {
		w.t.Fatal(err)
	}
	k, err := w.service.CreateKey(ctx, account, name)
	if err != nil {
		w.t.Fatal(err)
	}
	return aws.Credentials{AccessKeyID: k.ID, SecretAccessKey: k.Secret}
}

// role makes a role that a trust policy's statement says who may assume.
func (w *world) role(account, name, trust string, policies ...string) string {
	w.t.Helper()
	id, err := w.service.CreateIdentity(context.Background(), account, service.Roles, service.Identity{
		Name: name, Policies: w.policies(account, policies),
		Trust: json.RawMessage(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",` + trust + `}}`),
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return id.ARN
}

// policies keeps those that are texts under names, and returns all names.
func (w *world) policies(account string, policies []string) []string {
	w.t.Helper()
	var names []string
	for _, p := range policies {
		if !strings.HasPrefix(p, "{") {
			names = append(names, p)
			continue
		}
		all, err := w.service.Policies(context.Background(), account)
		if err != nil {
			w.t.Fatal(err)
		}
		name := "policy-" + string(rune('a'+len(all)))
		if err := w.service.PutPolicy(context.Background(), account, service.Policy{Name: name, Document: json.RawMessage(p)}); err != nil {
			w.t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

func (w *world) guardduty(c aws.Credentials) *awsguardduty.Client { return w.guarddutyIn(region, c) }

func (w *world) guarddutyIn(region string, c aws.Credentials) *awsguardduty.Client {
	return awsguardduty.New(awsguardduty.Options{
		Region: region, BaseEndpoint: &w.url, Credentials: credentials.StaticCredentialsProvider{Value: c},
		Retryer: retry.AddWithMaxAttempts(retry.NewStandard(), 1),
	})
}

func (w *world) sts(c aws.Credentials) *sts.Client {
	return sts.New(sts.Options{
		Region: region, BaseEndpoint: &w.url, Credentials: credentials.StaticCredentialsProvider{Value: c},
		Retryer: retry.AddWithMaxAttempts(retry.NewStandard(), 1),
	})
}

// detector enables GuardDuty and returns its detector.
func (w *world) detector(c aws.Credentials) string {
	w.t.Helper()
	out, err := w.guardduty(c).CreateDetector(context.Background(), &awsguardduty.CreateDetectorInput{Enable: aws.Bool(true)})
	if err != nil {
		w.t.Fatal(err)
	}
	return *out.DetectorId
}

// wantError wants an error of the API with a code and a message that holds text.
func wantError(t testing.TB, err error, code, text string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != code || !strings.Contains(e.ErrorMessage(), text) {
		t.Errorf("got %v\nwant %s: …%s…", err, code, text)
	}
}

// answer is a response that was read.
type answer struct {
	status int
	header http.Header
	body   string
}

func (w *world) do(r *http.Request) answer {
	w.t.Helper()
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(body)}
}

// refused wants an error in GuardDuty's shape: a 4xx with its header and both keys in its body.
func (a answer) refused(t testing.TB, name, code string) {
	t.Helper()
	var body struct {
		Message string `json:"message"`
		OldType string `json:"__type"`
		Type    string `json:"type"`
	}
	err := json.Unmarshal([]byte(a.body), &body)
	switch {
	case err != nil || body.Message == "" || body.OldType == "" || body.Type != body.OldType:
		t.Errorf("%s: body %q: %v", name, a.body, err)
	case a.status < 400 || a.status > 499 || a.header.Get("X-Amzn-ErrorType") != code:
		t.Errorf("%s: status %d %s: %s; want %s", name, a.status, a.header.Get("X-Amzn-ErrorType"), a.body, code)
	case a.header.Get("X-Amzn-RequestId") == "" || a.header.Get("Date") == "" || a.header.Get("Content-Type") != "application/json":
		t.Errorf("%s: headers %v", name, a.header)
	}
}
