package main

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"gopkg.in/yaml.v3"

	"picket/event"
	"picket/mail"
)

// config is what `picket serve` can be told, in one YAML file; flags win over it. The zero value serves.
type config struct {
	Data    string     `yaml:"data"`    // folder of everything that is kept
	Listen  string     `yaml:"listen"`  // address and port
	Store   string     `yaml:"store"`   // postgres://…, or empty for SQLite in the data folder
	Regions []string   `yaml:"regions"` // that requests may be signed for
	TLS     tlsConfig  `yaml:"tls"`
	Quotas  string     `yaml:"quotas"`  // aws or open
	Members int        `yaml:"members"` // by invitation at one administrator
	Console string     `yaml:"console"` // address of the console, for links in mails
	Mail    mailConfig `yaml:"mail"`
}

type tlsConfig struct {
	Certificate string `yaml:"certificate"`
	Key         string `yaml:"key"`
}

// mailConfig is the SMTP server for invitations. Without a host, mails are written to the folder "mail" of the data.
type mailConfig struct {
	Host         string        `yaml:"host"`
	Port         int           `yaml:"port"`
	Security     string        `yaml:"security"` // starttls, tls or none
	User         string        `yaml:"user"`
	PasswordFile string        `yaml:"password-file"`
	Auth         string        `yaml:"auth"` // PLAIN, LOGIN or CRAM-MD5; empty: what the server offers
	From         string        `yaml:"from"`
	Wait         time.Duration `yaml:"wait"` // for more invitations of a batch
}

const (
	defaultData   = "picket-data"
	defaultListen = "127.0.0.1:8460"
	defaultRegion = "us-east-1"
)

// readConfig reads a file; an empty path is an empty file.
func readConfig(path string) (config, error) {
	var c config
	if path == "" {
		return c, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return c, fmt.Errorf("read configuration: %w", err)
	}
	defer f.Close()
	d := yaml.NewDecoder(f)
	d.KnownFields(true)
	if err := d.Decode(&c); err != nil {
		return c, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}

// flags lets flags set what files set too.
func (c *config) flags(f *pflag.FlagSet) {
	f.StringVar(&c.Data, "data", "", "folder of everything that is kept (default "+defaultData+")")
	f.StringVar(&c.Listen, "listen", "", "address and port (default "+defaultListen+")")
	f.StringVar(&c.Store, "store", "", "postgres://user@host/database instead of SQLite in the data folder")
	f.StringSliceVar(&c.Regions, "regions", nil, "regions of this server (default "+defaultRegion+")")
	f.StringVar(&c.TLS.Certificate, "tls-certificate", "", "PEM file; with --tls-key it makes the server speak HTTPS")
	f.StringVar(&c.TLS.Key, "tls-key", "", "PEM file")
	f.StringVar(&c.Quotas, "quotas", "", "aws, or open to lift GuardDuty's quotas of lists and filters (default aws)")
	f.StringVar(&c.Console, "console", "", "address of the console, for links in mails (default: from --listen)")
}

// over returns c where it says something, else what file says, else the defaults.
func (c config) over(file config) config {
	set := func(own *string, values ...string) {
		for _, v := range values {
			if *own == "" {
				*own = v
			}
		}
	}
	set(&c.Data, file.Data, defaultData)
	set(&c.Listen, file.Listen, defaultListen)
	set(&c.Store, file.Store)
	set(&c.TLS.Certificate, file.TLS.Certificate)
	set(&c.TLS.Key, file.TLS.Key)
	set(&c.Quotas, file.Quotas, "aws")
	if len(c.Regions) == 0 {
		c.Regions = file.Regions
	}
	if len(c.Regions) == 0 {
		c.Regions = []string{defaultRegion}
	}
	scheme := "http://"
	if c.TLS.Certificate != "" {
		scheme = "https://"
	}
	set(&c.Console, file.Console, scheme+c.Listen+"/console/")
	c.Members, c.Mail = file.Members, file.Mail
	return c
}

// check says everything that is wrong, each with what to do.
func (c config) check() error {
	var wrong []error
	complain := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		complain("listen: %q is no address and port: write 127.0.0.1:8460", c.Listen)
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
	for _, path := range []string{c.TLS.Certificate, c.TLS.Key} {
		if _, err := os.Stat(path); path != "" && err != nil {
			complain("%w", err)
		}
	}
	if c.Quotas != "aws" && c.Quotas != "open" {
		complain("quotas: %q is neither aws nor open", c.Quotas)
	}
	if u, err := url.Parse(c.Console); err != nil || u.Host == "" {
		complain("console: %q is no address: write https://picket.example.com/console/", c.Console)
	}
	if c.TLS.Certificate == "" && !loopback(c.Listen) {
		complain("listen: %s can be reached from other machines, so it needs tls.certificate and tls.key", c.Listen)
	}
	return errors.Join(append(wrong, c.Mail.check())...)
}

func (m mailConfig) check() error {
	sender, err := m.sender("mail")
	if smtp, ok := sender.(mail.SMTP); ok && err == nil {
		err = smtp.Check()
	}
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return nil
}

// sender is the SMTP server, or without one the folder that mails are written to.
func (m mailConfig) sender(folder string) (mail.Sender, error) {
	if m.Host == "" {
		return mail.Folder{Dir: folder, From: m.From}, nil
	}
	password := ""
	if m.PasswordFile != "" {
		b, err := os.ReadFile(m.PasswordFile)
		if err != nil {
			return nil, fmt.Errorf("read password: %w", err)
		}
		password = strings.TrimRight(string(b), "\r\n")
	}
	return mail.SMTP{
		Host: m.Host, Port: m.Port, Security: mail.Security(m.Security), User: m.User, Password: password, Auth: m.Auth, From: m.From,
	}, nil
}

// loopback reports whether an address can be reached from this machine only.
func loopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	ip := net.ParseIP(host)
	return err == nil && (host == "localhost" || ip != nil && ip.IsLoopback())
}

// path returns the place of a file in the data folder.
func (c config) path(name string) string { return filepath.Join(c.Data, name) }
