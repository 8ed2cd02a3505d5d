package main

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"

	"picket/event"
	"picket/mail"
)

// longestSocket is how many bytes the path of a Unix socket has at most, on the system that allows the fewest.
const longestSocket = 103

// maxKeep is how many days findings may be kept.
const maxKeep = 3650

// check says everything that is wrong, each with what to do.
func (c config) check() error {
	var wrong []error
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if _, port, err := net.SplitHostPort(c.Listen); err != nil || !isPort(port) {
		complain("listen: %q is no address and port: write 127.0.0.1:8460", c.Listen)
	}
	if _, port, err := net.SplitHostPort(c.Metrics); c.Metrics != "" && (err != nil || !isPort(port) || !loopback(c.Metrics)) {
		complain("metrics: %q is no address and port of this machine, and nobody is asked who they are there: write 127.0.0.1:8461", c.Metrics)
	}
	if n := len(c.path(socketName)); n > longestSocket {
		complain("data: %s is too long for the operator's socket in it, by %d bytes", c.Data, n-longestSocket)
	}
	if c.Store != "" {
		if u, err := url.Parse(c.Store); err != nil || u.Scheme != "postgres" && u.Scheme != "postgresql" {
			complain("store: not a postgres:// URL; leave it empty for SQLite in %s", c.Data)
		}
	}
	for _, r := range c.Regions {
		if !event.IsRegion(r) {
			complain("regions: %q is no region: write us-east-1", r)
		}
	}
	if len(slices.Compact(slices.Sorted(slices.Values(c.Regions)))) != len(c.Regions) {
		complain("regions: one is named twice")
	}
	if (c.TLS.Certificate == "") != (c.TLS.Key == "") {
		complain("tls: certificate and key go together")
	}
	if c.TLS.Certificate != "" && c.TLS.Key != "" {
		if _, err := tls.LoadX509KeyPair(c.TLS.Certificate, c.TLS.Key); err != nil {
			complain("tls: %w", err)
		}
	}
	if c.Members < 0 {
		complain("members: %d is no number of members", c.Members)
	}
	if c.Keep < 0 || c.Keep > maxKeep {
		complain("keep: %d is no number of days from 1 to %d", c.Keep, maxKeep)
	}
	if c.Quotas != "aws" && c.Quotas != "open" {
		complain("quotas: %q is neither aws nor open", c.Quotas)
	}
	switch u, err := url.Parse(c.Console); {
	case err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https":
		complain("console: %q is no address: write https://picket.example.com/console/", c.Console)
	case isNowhere(u) && c.Mail.Host != "":
		complain(linkNowhere, c.Console)
	}
	if c.TLS.Certificate == "" && !loopback(c.Listen) {
		complain("listen: %s can be reached from other machines, so it needs tls.certificate and tls.key", c.Listen)
	}
	if _, err := c.Log.open(io.Discard); err != nil {
		complain("log: %w", err)
	}
	_, sources := c.sources()
	wrong = slices.Concat(wrong, sources, c.ConsoleSources.check(), c.Publish.check(), c.Mail.check(), c.Lists.check(), c.Feeds.check())
	return errors.Join(wrong...)
}

func (l listConfig) check() []error {
	var wrong []error
	for _, text := range l.Allow {
		if _, err := netip.ParsePrefix(text); err != nil {
			wrong = append(wrong, fmt.Errorf("lists: allow: %q is no network: write 10.1.0.0/16", text))
		}
	}
	if u, err := url.Parse(l.Endpoint); l.Endpoint != "" && (err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https") {
		wrong = append(wrong, fmt.Errorf("lists: endpoint: %q is no address: write https://s3.example.com", l.Endpoint))
	}
	return append(wrong, l.Buckets.check()...)
}

func (m mailConfig) check() []error {
	var wrong []error
	sender, err := m.sender("mail")
	if smtp, ok := sender.(mail.SMTP); ok && err == nil {
		err = smtp.Check()
	}
	if err != nil {
		wrong = append(wrong, fmt.Errorf("mail: %w", err))
	}
	if m.Wait < 0 {
		wrong = append(wrong, fmt.Errorf("mail: wait: %s is no time to wait: write 1m", m.Wait))
	}
	if m.Host == "" && (m.Port != 0 || m.Security != "" || m.User != "" || m.PasswordFile != "" || m.Auth != "") {
		wrong = append(wrong, errors.New("mail: host: without the name of an SMTP server, mails are written to a folder and the rest is of no use"))
	}
	return wrong
}

// linkNowhere says what is wrong with an address of the console that isNowhere. It matters where mails leave this machine.
const linkNowhere = "console: mails link to %s, which their readers can't open: write https://picket.example.com/console/"

// isNowhere reports whether an address names no machine: it is made of what listens at every address, such as 0.0.0.0.
func isNowhere(u *url.URL) bool {
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "" || ip != nil && ip.IsUnspecified()
}

// isPort reads a port as systems number them; 0 is any that is free.
func isPort(text string) bool {
	_, err := strconv.ParseUint(text, 10, 16)
	return err == nil
}

// loopback reports whether an address can be reached from this machine only.
func loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}
