package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"picket"
	"picket/access"
	"picket/api"
	"picket/console"
	"picket/mail"
	"picket/operator"
	"picket/rules"
	"picket/service"
	"picket/sqlstore"
)

const (
	socketName     = "picket.sock"
	masterKeyName  = "master.key"
	masterKeyPlace = "PICKET_MASTER_KEY_FILE"
)

// server is what `picket serve` runs, and what operator's commands work on where none runs.
type server struct {
	config  config
	log     *slog.Logger
	store   *sqlstore.Store
	service *service.Service
	api     *api.Handler
	console *console.Handler
	metrics *metrics
	running atomic.Pointer[detection]

	standby     atomic.Bool // another server on the store leads
	leadFailing atomic.Pointer[error]
	mailer      mail.Sender

	intelMu      sync.Mutex
	intelLooks   string // of the lists that apply, when they were read; empty: never
	intelFailing atomic.Pointer[error]
}

// quiet is the log of commands: what goes wrong is their error.
func quiet() *slog.Logger { return slog.New(slog.NewTextHandler(io.Discard, nil)) }

// openServer opens the data of a server, made if there is none.
func openServer(ctx context.Context, c config, log *slog.Logger) (*server, error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	where := c.Store
	if where == "" {
		where = c.Data
	}
	store, err := sqlstore.Open(ctx, where)
	if err != nil {
		return nil, err
	}
	master, err := masterKey(ctx, c, store)
	if err != nil {
		return nil, errors.Join(err, store.Close())
	}
	store.AuditKey = service.AuditKey(master)
	s := &server{config: c, log: log, store: store, metrics: newMetrics()}
	s.service = &service.Service{
		Store: store, Master: master, Now: time.Now, Samples: sync.OnceValues(rules.Samples),
		CustomRules: rules.CustomDetectionRules(), FetchList: newListFetcher(c.Lists).fetch,
		Settings: service.Settings{
			Regions: c.Regions, OpenQuotas: c.Quotas == "open", Members: c.Members, Retention: time.Duration(c.Keep) * 24 * time.Hour, ConsoleURL: c.Console, MailWait: c.Mail.Wait,
		},
	}
	s.service.Feeds = s.feedStates
	s.service.Working, s.service.BackfillSource, s.service.LookAtLogs = s.working, s.backfill, s.lookAtLogs
	s.service.MayRead, s.service.TestSource, s.service.PutMarked = c.mayRead, c.testSource, putMarked
	if s.service.Senders, err = s.senders(); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	if err := s.service.ClaimMaster(ctx); err != nil {
		return nil, errors.Join(err, store.Close())
	}
	s.api = api.New(api.Config{Service: s.service, Log: log, Observe: s.metrics.call, Failing: s.failing})
	s.console = console.New(console.Config{Service: s.service, API: s.api, Log: log, Secure: c.TLS.Certificate != "", Page: pageText})
	return s, nil
}

// masterKeyPath is where the master key is looked for.
func masterKeyPath(c config) string { return cmp.Or(os.Getenv(masterKeyPlace), c.path(masterKeyName)) }

// masterKey reads the key that the environment or the data folder holds; in the folder it is made at the first start.
func masterKey(ctx context.Context, c config, store picket.Store) (*access.MasterKey, error) {
	if path := os.Getenv(masterKeyPlace); path != "" {
		return access.LoadMasterKey(path)
	}
	k, err := access.LoadMasterKey(c.path(masterKeyName))
	if errors.Is(err, os.ErrNotExist) {
		has, err := service.HasMaster(ctx, store)
		if err != nil {
			return nil, err
		}
		if has {
			return nil, fmt.Errorf("the master key of this data is missing: put its file back at %s, or name it in %s", c.path(masterKeyName), masterKeyPlace)
		}
		return access.CreateMasterKey(c.path(masterKeyName))
	}
	return k, err
}

// public serves what anyone can reach: the console below /console/, and the API everywhere else.
func (s *server) public() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/console/") {
			s.console.ServeHTTP(w, r)
			return
		}
		s.api.ServeHTTP(w, r)
	})
}

// operator serves what comes through the socket: the operator's commands, and below /api/ACCOUNT/REGION/ the API as that
// account's operator.
func (s *server) operator() http.Handler {
	mux := http.NewServeMux()
	commands := operator.Handler(s.service, s.log)
	operator.Add(commands, "backup", s.backUp)
	operator.Add(commands, "doctor", s.examine)
	mux.Handle("/", commands)
	mux.HandleFunc("/api/{account}/{region}/", func(w http.ResponseWriter, r *http.Request) {
		account, region := r.PathValue("account"), r.PathValue("region")
		http.StripPrefix("/api/"+account+"/"+region, s.api.AsOperator(account, region)).ServeHTTP(w, r)
	})
	return mux
}

func (s *server) close() error {
	s.api.Close()
	return s.store.Close()
}
