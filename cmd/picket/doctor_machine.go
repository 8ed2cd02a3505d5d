package main

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"picket/access"
	"picket/fetch"
	"picket/geodata"
	"picket/intel"
	"picket/mail"
)

// What is little, old or soon.
const (
	littleSpace  = 1 << 30
	noSpace      = 100 << 20
	certificates = 30 * 24 * time.Hour
	oldFeeds     = 7 * 24 * time.Hour
	probeTime    = 20 * time.Second
)

// machine checks what needs no store: the folder, the key, the network and the files of a server.
func (e *examination) machine(ctx context.Context, c config, running bool) {
	e.folder(c)
	e.masterKey(c)
	e.addresses(ctx, c, running)
	if !running { // else what it serves was looked at
		e.certificate(c)
	}
	e.mail(ctx, c)
	e.intelligence(c)
}

func (e *examination) folder(c config) {
	info, err := os.Stat(c.Data)
	switch {
	case errors.Is(err, os.ErrNotExist):
		e.bad("data", warns, "picket serve makes it, or --data names another", "there is no folder %s", c.Data)
		return
	case err != nil:
		e.bad("data", failed, "run this as the server's user", "%v", err)
		return
	case info.Mode().Perm()&0o077 != 0:
		e.bad("data", warns, "chmod 700 "+c.Data, "%s can be read by others (mode %04o)", c.Data, info.Mode().Perm())
	default:
		e.ok("data", "%s is the server's alone", c.Data)
	}
	free, err := freeSpace(c.Data)
	size := sqliteSize(c)
	switch {
	case err != nil:
		e.bad("space", warns, "look at the file system", "free space of %s is not known: %v", c.Data, err)
	case free < noSpace:
		e.bad("space", failed, "make room at once: without it nothing can be stored", "%s free", bytes(int64(free)))
	case free < littleSpace || int64(free) < size:
		e.bad("space", warns, "make room: an upgrade of the schema copies the database first", "%s free, the database has %s", bytes(int64(free)), bytes(size))
	default:
		e.ok("space", "%s free, the database has %s", bytes(int64(free)), bytes(size))
	}
}

func (e *examination) masterKey(c config) {
	path := masterKeyPath(c)
	_, err := access.LoadMasterKey(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		e.bad("key", warns, "picket serve makes one at its first start; for data that is there, put its own back", "there is no master key at %s", path)
	case err != nil:
		e.bad("key", failed, "the text says what to do", "%v", err)
	default:
		e.ok("key", "%s is the owner's alone; keep a copy elsewhere, as it is in no backup", path)
	}
}

// addresses checks that the server can be reached where it listens, or could listen there.
func (e *examination) addresses(ctx context.Context, c config, running bool) {
	if !running {
		l, err := net.Listen("tcp", c.Listen)
		if err != nil {
			e.bad("listen", failed, "end what listens there, or choose another address", "%v", err)
			return
		}
		l.Close()
		e.ok("listen", "%s is free", c.Listen)
		return
	}
	scheme := "http"
	if c.TLS.Certificate != "" {
		scheme = "https"
	}
	e.get(ctx, "listen", scheme+"://"+c.Listen+"/readyz")
	if c.Metrics != "" {
		e.get(ctx, "metrics", "http://"+c.Metrics+"/metrics")
	}
}

// get asks this machine for a page. Who answers is checked elsewhere, so any certificate will do.
func (e *examination) get(ctx context.Context, check, url string) {
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true}}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		e.bad(check, failed, "correct the address", "%v", err)
		return
	}
	resp, err := client.Do(req)
	if err != nil {
		e.bad(check, failed, "look for a firewall of this machine", "%v", err)
		return
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(io.LimitReader(resp.Body, 1000))
	if resp.StatusCode != http.StatusOK {
		e.bad(check, failed, "the lines below may say why", "%s answers %s: %s", url, resp.Status, strings.TrimSpace(string(body)))
		return
	}
	e.ok(check, "%s answers", url)
	if resp.TLS != nil {
		e.expiry("what is served there", resp.TLS.PeerCertificates[0].NotAfter)
	}
}

func (e *examination) certificate(c config) {
	if c.TLS.Certificate == "" {
		return // config check wants one where others can reach the server
	}
	pair, err := tls.LoadX509KeyPair(c.TLS.Certificate, c.TLS.Key)
	if err != nil {
		e.bad("certificate", failed, "correct tls: in the configuration", "%v", err)
		return
	}
	e.expiry(c.TLS.Certificate, pair.Leaf.NotAfter)
}

func (e *examination) expiry(what string, at time.Time) {
	switch left := time.Until(at); {
	case left < 0:
		e.bad("certificate", failed, "renew it and restart the server", "%s expired on %s", what, at.UTC().Format(time.DateOnly))
	case left < certificates:
		e.bad("certificate", warns, "renew it and restart the server", "%s expires on %s", what, at.UTC().Format(time.DateOnly))
	default:
		e.ok("certificate", "%s is valid until %s", what, at.UTC().Format(time.DateOnly))
	}
}

func (e *examination) mail(ctx context.Context, c config) {
	sender, err := c.Mail.sender(c.path("mail"))
	if err != nil {
		e.bad("mail", failed, "correct mail: in the configuration", "%v", err)
		return
	}
	server, ok := sender.(mail.SMTP)
	if !ok {
		e.ok("mail", "there is no mail server, so mails are written to %s", c.path("mail"))
		return
	}
	ctx, cancel := context.WithTimeout(ctx, probeTime)
	defer cancel()
	if err := server.Reach(ctx); err != nil {
		e.bad("mail", failed, "correct mail: in the configuration, or ask who runs the mail server", "%s: %v", server, err)
		return
	}
	e.ok("mail", "%s takes mails", server)
}

// intelligence checks what the server knows of addresses and names.
func (e *examination) intelligence(c config) {
	folders := c.knowledge().listFolders()
	if len(folders) == 0 {
		e.bad("intel", warns, "picket intel update", "there are no threat lists")
	}
	for _, dir := range folders {
		e.lists(dir, c.Feeds.Table)
	}
	geo, err := intel.NewGeo(geodata.Country(), geodata.ASN())
	if err == nil {
		if country, _ := geo.Has(); !country {
			err = errors.New("this binary has no country and network data: rules that need places are off")
		}
	}
	if err != nil {
		e.bad("geoip", warns, "make geodata, make build", "%v", err)
		return
	}
	e.ok("geoip", "country and network data is in this binary")
}

func (e *examination) lists(dir, table string) {
	lists, problems, err := readLists(dir, table)
	switch {
	case err != nil:
		e.bad("intel", failed, "correct intel: in the configuration", "%s: %v", dir, err)
		return
	case len(problems) > 0:
		e.bad("intel", warns, "picket intel list --dir "+dir+" says more", "%s", problems[0])
	}
	feeds, err := readFeeds(table)
	if err != nil {
		e.bad("intel", failed, "correct feeds: table: in the configuration", "%v", err)
		return
	}
	now, failing := time.Now(), 0
	states := fetch.States(dir, feeds)
	for _, f := range states {
		if f.Failures > 0 && now.Sub(f.Fetched) > oldFeeds {
			failing++
			e.bad("intel", warns, "see that the server may connect to there, or take "+f.Feed+".meta away", "feed %s %s", f.Feed, failureOf(f, now))
		}
	}
	if failing == 0 {
		e.ok("intel", "%s in %s, of which the server fetches %d", plural(len(lists), "threat list"), dir, len(states))
	}
}
