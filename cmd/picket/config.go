package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"gopkg.in/yaml.v3"

	"picket/mail"
)

// config is what `picket serve` can be told, in one YAML file; flags win over it. The zero value serves.
type config struct {
	Data    string     `yaml:"data"`    // folder of everything that is kept
	Listen  string     `yaml:"listen"`  // address and port
	Metrics string     `yaml:"metrics"` // address and port of /metrics, of this machine alone; empty: none
	Store   string     `yaml:"store"`   // postgres://…, or empty for SQLite in the data folder
	Regions []string   `yaml:"regions"` // that requests may be signed for
	TLS     tlsConfig  `yaml:"tls"`
	Quotas  string     `yaml:"quotas"`  // aws or open
	Members int        `yaml:"members"` // by invitation at one administrator
	Keep    int        `yaml:"keep"`    // days that findings are kept after their last update
	Console string     `yaml:"console"` // address of the console, for links in mails
	Mail    mailConfig `yaml:"mail"`
	Lists   listConfig `yaml:"lists"`

	Feeds   feedsConfig   `yaml:"feeds"`
	Publish publishConfig `yaml:"publish"`

	Sources        map[string]sourceConfig `yaml:"sources"` // by id
	ConsoleSources consoleSourcesConfig    `yaml:"console-sources"`

	Log logConfig `yaml:"log"`

	Intel           []string `yaml:"intel"`            // folders of threat lists, instead of what picket intel update fetched
	CompromisedKeys string   `yaml:"compromised-keys"` // file of access key ids
}

// listConfig says where accounts' lists may be read from.
type listConfig struct {
	Allow    []string   `yaml:"allow"`    // networks that are not public, as 10.1.0.0/16
	Buckets  bucketList `yaml:"buckets"`  // that accounts may name; empty: none
	Endpoint string     `yaml:"endpoint"` // of the S3 that s3:// means, where that is not AWS
}

// logConfig says what the server writes to its standard error.
type logConfig struct {
	Format string `yaml:"format"` // text or json
	Level  string `yaml:"level"`  // debug, info, warn or error: what is less is left out
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
	file, err := os.ReadFile(path)
	if err != nil {
		return c, fmt.Errorf("read configuration: %w", err)
	}
	d := yaml.NewDecoder(strings.NewReader(string(file)))
	d.KnownFields(true)
	if err := d.Decode(&c); err != nil && !errors.Is(err, io.EOF) { // a file may say nothing
		return c, fmt.Errorf("%s:\n%w", path, misread(file, err))
	}
	if err := d.Decode(new(any)); !errors.Is(err, io.EOF) {
		return c, fmt.Errorf("%s: one document is read, and here a second begins: take the --- away", path)
	}
	sourceLines(file, c.Sources)
	return c, nil
}

// misread says in our words why a file is no configuration, or is the YAML package's error where it is no YAML.
func misread(file []byte, err error) error {
	var n yaml.Node
	if yaml.Unmarshal(file, &n) != nil {
		return err
	}
	if wrong := n.Decode(new(any)); wrong != nil { // as an anchor that contains itself, which misfits would follow for ever
		return wrong
	}
	if wrong := misfits(n.Content[0], reflect.TypeFor[config](), ""); len(wrong) > 0 {
		return errors.New(strings.Join(wrong, "\n"))
	}
	return err
}

// flags lets flags set what files set too.
func (c *config) flags(f *pflag.FlagSet) {
	f.StringVar(&c.Data, "data", "", "folder of everything that is kept (default "+defaultData+")")
	f.StringVar(&c.Listen, "listen", "", "address and port (default "+defaultListen+")")
	f.StringVar(&c.Metrics, "metrics", "", "address and port of this machine where Prometheus reads /metrics, as 127.0.0.1:8461 (default none)")
	f.StringVar(&c.Store, "store", "", "postgres://user@host/database instead of SQLite in the data folder")
	f.StringSliceVar(&c.Regions, "regions", nil, "regions of this server (default "+defaultRegion+")")
	f.StringVar(&c.TLS.Certificate, "tls-certificate", "", "PEM file; with --tls-key it makes the server speak HTTPS")
	f.StringVar(&c.TLS.Key, "tls-key", "", "PEM file")
	f.StringVar(&c.Quotas, "quotas", "", "aws, or open to lift AWS's quotas of lists, filters, users, roles and policies; of a list no more than a million entries are read (default aws)")
	f.StringSliceVar(&c.Intel, "intel", nil, "folders of threat lists (default: what picket intel update fetched)")
	f.StringVar(&c.CompromisedKeys, "compromised-keys", "", "file of access key ids known to be compromised, one a line")
	f.StringVar(&c.Log.Format, "log-format", "", "text or json (default text)")
	f.StringVar(&c.Log.Level, "log-level", "", "debug, info, warn or error (default info, which has every call)")
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
	set(&c.Metrics, file.Metrics)
	set(&c.Store, file.Store)
	set(&c.TLS.Certificate, file.TLS.Certificate)
	set(&c.TLS.Key, file.TLS.Key)
	set(&c.Quotas, file.Quotas, "aws")
	set(&c.Log.Format, file.Log.Format, "text")
	set(&c.Log.Level, file.Log.Level, "info")
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
	set(&c.CompromisedKeys, file.CompromisedKeys)
	if len(c.Intel) == 0 {
		c.Intel = file.Intel
	}
	c.Members, c.Keep, c.Mail, c.Lists = file.Members, file.Keep, file.Mail, file.Lists
	c.Feeds, c.Publish, c.Sources, c.ConsoleSources = file.Feeds, file.Publish, file.Sources, file.ConsoleSources
	return c
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

// isEmpty reports whether the data is to be in the folder, and there is none yet.
func (c config) isEmpty() bool {
	_, err := os.Stat(c.path("picket.db"))
	return c.Store == "" && errors.Is(err, os.ErrNotExist)
}

// path returns the place of a file in the data folder.
func (c config) path(name string) string { return filepath.Join(c.Data, name) }
