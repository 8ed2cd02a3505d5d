package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket"
	"picket/api"
	"picket/service"
)

// stopTime is how long requests in flight may take to end; then they are cut off.
const stopTime = 5 * time.Second

func newServeCommand(d deps) *cobra.Command {
	var own config
	file := ""
	c := &cobra.Command{
		Use: "serve", Short: "Serve the GuardDuty API for many accounts", Args: cobra.NoArgs,
		Long: `Serve answers the AWS CLI, the AWS SDKs and Terraform as GuardDuty does. Everything is kept in one folder, and only this
machine can reach it unless --listen and TLS say otherwise. At its first start it makes an account to begin with.`,
		RunE: func(c *cobra.Command, _ []string) error {
			fromFile, err := readConfig(file)
			if err != nil {
				return err
			}
			config := own.over(fromFile)
			if err := config.check(); err != nil {
				return err
			}
			return serve(c.Context(), d, config)
		},
	}
	own.flags(c.Flags())
	c.Flags().StringVar(&file, "config", "", "YAML file; flags win over it (picket config check explains mistakes)")
	return c
}

func newConfigCommand() *cobra.Command {
	c := &cobra.Command{Use: "config", Short: "Check the server's configuration"}
	c.AddCommand(&cobra.Command{
		Use: "check FILE", Short: "Explain what is wrong with a configuration file", Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			file, err := readConfig(args[0])
			if err != nil {
				return err
			}
			if err := (config{}).over(file).check(); err != nil {
				return fmt.Errorf("%s:\n%w", args[0], err)
			}
			fmt.Fprintln(c.OutOrStdout(), args[0]+" is right.")
			return nil
		},
	})
	return c
}

// serve runs until ctx ends.
func serve(ctx context.Context, d deps, c config) (err error) {
	tuneMemory()
	log, err := c.Log.open(d.err)
	if err != nil {
		return err
	}
	if u, err := url.Parse(c.Console); err == nil && isNowhere(u) {
		log.Warn(fmt.Sprintf(linkNowhere, c.Console))
	}
	s, err := openServer(ctx, c, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	if s.mailer, err = c.Mail.sender(c.path("mail")); err != nil {
		return err
	}
	if _, err := c.knowledge().readLists(); err != nil { // said now, and not when this server is to take over
		return err
	}
	if err := s.declareSources(ctx); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer listener.Close()
	s.config.Listen = listener.Addr().String() // where a port was left open
	socket, err := listenSocket(c.path(socketName))
	if err != nil {
		return err
	}
	defer socket.Close()
	public := api.Server(s.public())
	public.RegisterOnShutdown(s.console.Close)
	jobs := []func(context.Context) error{
		serving(public, api.Listener(listener), c.TLS),
		serving(&http.Server{Handler: s.operator(), ReadHeaderTimeout: stopTime}, socket, tlsConfig{}),
		s.lead, s.keepIntel, watchMemory,
	}
	if c.Metrics != "" {
		measured, err := net.Listen("tcp", c.Metrics)
		if err != nil {
			return fmt.Errorf("listen for metrics: %w", err)
		}
		defer measured.Close()
		s.config.Metrics = measured.Addr().String()
		s.metrics.registry.MustRegister(storeMetrics{s, time.Now()})
		jobs = append(jobs, serving(api.Server(s.metrics.handler()), measured, tlsConfig{}))
		s.log.Info("metrics", "url", "http://"+s.config.Metrics+"/metrics")
	}
	if err := s.welcome(ctx, d, listener.Addr().String()); err != nil {
		return err
	}
	return together(ctx, jobs)
}

// together does jobs until ctx ends, or one of them.
func together(ctx context.Context, jobs []func(context.Context) error) (err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, len(jobs))
	for _, job := range jobs {
		go func() {
			defer cancel()
			ended <- picket.Guarded(func() error { return job(ctx) })
		}()
	}
	for range jobs {
		if e := <-ended; !errors.Is(e, context.Canceled) { // that was asked for
			err = errors.Join(err, e)
		}
	}
	return err
}

// serving serves until its context ends, and then lets requests in flight end.
func serving(s *http.Server, l net.Listener, t tlsConfig) func(context.Context) error {
	return func(ctx context.Context) error {
		stopped := make(chan error, 1)
		stop := context.AfterFunc(ctx, func() { stopped <- shutdown(s) })
		if err := serveOn(s, l, t); err != nil || stop() {
			return err
		}
		return <-stopped
	}
}

// serveOn serves until the server is shut down.
func serveOn(s *http.Server, l net.Listener, t tlsConfig) error {
	err := error(nil)
	if t.Certificate != "" {
		err = s.ServeTLS(l, t.Certificate, t.Key)
	} else {
		err = s.Serve(l)
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return fmt.Errorf("serve: %w", err)
}

func shutdown(s *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTime)
	defer cancel()
	err := s.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return s.Close()
	}
	return err
}

// listenSocket makes the socket that only this user may open. The data folder's lock says that no other server has it.
func listenSocket(path string) (net.Listener, error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("remove old socket: %w", err)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("protect socket: %w", err), l.Close())
	}
	return l, nil
}

// firstAccount is made at the first start, so that there is something to try; no account of AWS has its id.
var firstAccount = service.Account{ID: "000000000001", Name: "first", Email: "operator@example.com", Operator: true}

// welcome says where the server listens, and at the first start how to use it.
func (s *server) welcome(ctx context.Context, d deps, address string) error {
	url := "http://" + address
	if s.config.TLS.Certificate != "" {
		url = "https://" + address
	}
	serves := fmt.Sprintf("Picket serves %s in %s, data in %s.\n", url, strings.Join(s.config.Regions, ", "), s.config.Data)
	accounts, err := s.service.Accounts(ctx)
	if err != nil {
		return err
	}
	say := func(text string) { fmt.Fprint(d.out, text) }
	if s.config.Log.Format == jsonLog { // who reads the log may read nothing else
		say = func(text string) { s.log.Info(strings.TrimSpace(text)) }
	}
	if len(accounts) > 0 {
		say(serves)
		return nil
	}
	key, err := s.service.CreateAccount(ctx, firstAccount)
	if err != nil {
		return err
	}
	path := s.config.path("credentials")
	profile := fmt.Sprintf("[picket]\naws_access_key_id = %s\naws_secret_access_key = %s\nregion = %s\n", key.ID, key.Secret, s.config.Regions[0])
	if err := os.WriteFile(path, []byte(profile), 0o600); err != nil {
		return fmt.Errorf("keep credentials: %w", err)
	}
	say(fmt.Sprintf(`%s
This is its first start. Account %s was made, and its access key is in %s:

    export AWS_SHARED_CREDENTIALS_FILE=%s AWS_PROFILE=picket AWS_REGION=%s
    aws --endpoint-url %s guardduty create-detector --enable

The console is at %s/console/. A password for %s there:
    picket account reset --data %s %s

More accounts: picket account create --data %s --id 444455556666 --name second --email owner@example.com
`, serves, key.Account, path, path, s.config.Regions[0], url, url, firstAccount.Email, s.config.Data, key.Account, s.config.Data))
	return nil
}
