package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/spf13/cobra"

	"picket"
	"picket/api"
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
