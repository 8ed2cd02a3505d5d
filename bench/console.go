package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"picket"
	"picket/sqlstore"
)

// consoleBench measures how soon Chromium shows the first findings of a million, beside a server that follows a folder.
type consoleBench struct {
	soakBench
	store storeBench
	web   string // folder of the console's source
}

const (
	fewOwner  = "100000000003" // has so many findings that the page is full
	few       = 60
	rowsLimit = time.Second

	consolePassword = "rows of a million findings"
)

// consoleRates are how many records come in a second meanwhile.
var consoleRates = []int{0, 20_000, 100_000}

// consoleViews are whose findings are shown.
var consoleViews = []struct{ account, name string }{
	{fewOwner, "60 findings"}, {alone, "a million, one account's"}, {chief, "a million, of members"},
}

func (b *consoleBench) run() (err error) {
	if err := errors.Join(threats(b.lists()), b.generate(soaked), b.store.prepare(b.dir)); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(b.dir, "console-")
	if err != nil {
		return err
	}
	// What is measured changes the store: it is a copy, so that the next measurement begins with the same.
	if err := os.CopyFS(filepath.Join(dir, "data"), os.DirFS(b.store.where)); err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	if err := b.addFew(filepath.Join(dir, "data")); err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	b.settings = map[string]any{"quotas": "open", "members": 2 * b.store.Members, "keep": 3650} // the findings are of a past that is over
	s, err := b.serveIn(dir, []string{storeRegion, "eu-west-1"})
	if err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	defer func() { err = errors.Join(err, s.close()) }()
	f, err := newFeeder(b.folder(soaked), dir)
	if err != nil {
		return err
	}
	if err := b.enrol(s, f); err != nil {
		return err
	}
	fmt.Printf("%d rounds; %s\n", b.rounds, load())
	fmt.Println("| records a second beside | findings | the first time | loaded again | by a click | limit | load |")
	fmt.Println("|---|---|---|---|---|---|---|")
	for _, rate := range consoleRates {
		if err := b.beside(s, f, rate); err != nil {
			return err
		}
	}
	return nil
}

// addFew makes the findings that all others are compared with.
func (b *consoleBench) addFew(data string) error {
	ctx := context.Background()
	s, err := sqlstore.Open(ctx, data)
	if err != nil {
		return err
	}
	m := extent{Total: few, Members: 1}.newMaker(3)
	of := map[string][]picket.StoredFinding{}
	for n := range few {
		f := m.finding(fewOwner, n)
		f.Owner.Archived = false
		of[fewOwner] = append(of[fewOwner], f)
	}
	return errors.Join(s.Update(ctx, func(tx picket.Tx) error { return save(tx, of) }), s.Close())
}

// enrol makes the accounts that look, and those whose logs come: the administrator's members, so that the page is told of what is
// found.
func (b *consoleBench) enrol(s *live, f *feeder) error {
	secret := filepath.Join(s.dir, "password")
	if err := os.WriteFile(secret, []byte(consolePassword), 0o600); err != nil {
		return err
	}
	for _, v := range consoleViews {
		if _, err := s.account(v.account); err != nil {
			return err
		}
		if _, err := s.cli("account", "reset", v.account, "--password-file", secret); err != nil {
			return err
		}
	}
	accounts, _, err := contents(filepath.Join(b.folder(soaked), "AWSLogs"))
	if err != nil {
		return err
	}
	for _, id := range accounts {
		if _, err := s.account(id); err != nil {
			return err
		}
		for _, args := range [][]string{
			{"member", "add", id, id + "@example.com", "--account", chief, "--regions", "all"},
			{"member", "invite", id, "--account", chief, "--regions", "all"},
			{"invitation", "accept", chief, "--account", id, "--regions", "all"},
		} {
			if _, err := s.cli(args...); err != nil {
				return err
			}
		}
	}
	_, err = s.cli("source", "add", "logs", f.logs)
	return err
}

// beside measures every view while so many records a second come.
func (b *consoleBench) beside(s *live, f *feeder, rate int) (err error) {
	stop, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- feedAt(s, f, rate, stop) }()
	defer func() {
		close(stop)
		err = errors.Join(err, <-ended)
	}()
	for _, v := range consoleViews {
		out, err := b.look(s.url, v.account+"@example.com")
		if err != nil {
			return fmt.Errorf("%s: %w", v.name, err)
		}
		fmt.Printf("| %d | %s | %s | %s | %s | %d ms | %s |\n", rate, v.name, spread(out.First), spread(out.Again), spread(out.Click),
			rowsLimit.Milliseconds(), loads()[0])
	}
	return nil
}

// feedAt puts files into the folder, so that so many records come a second.
func feedAt(s *live, f *feeder, rate int, stop chan struct{}) error {
	if rate == 0 {
		return nil
	}
	began, from, looked := time.Now(), f.records, time.Now()
	for {
		due := began.Add(time.Duration(float64(f.records-from) / float64(rate) * float64(time.Second)))
		select {
		case <-stop:
			return nil
		case <-time.After(time.Until(due)):
		}
		path, err := f.stage(time.Now())
		if err != nil {
			return err
		}
		if err := f.put(path, time.Now()); err != nil {
			return err
		}
		if time.Since(looked) < soakLook {
			continue
		}
		looked = time.Now()
		m, err := s.measure()
		if err != nil {
			return err
		}
		if err := f.forget(int(m[objects]-m[waiting]), time.Now().Add(-soakKeep)); err != nil {
			return err
		}
	}
}

// looks are the milliseconds of each round.
type looks struct{ First, Again, Click []float64 }

func (b *consoleBench) look(url, email string) (l looks, err error) {
	c := exec.Command("node", "--import", "./test/typescript.mjs", "test/rows.ts", url+"/console/", email, consolePassword, strconv.Itoa(b.rounds))
	c.Dir, c.Stderr = b.web, os.Stderr
	out, err := c.Output()
	if err != nil {
		return l, err
	}
	return l, json.Unmarshal(out, &l)
}

// spread says what half took at most, and nineteen of twenty.
func spread(took []float64) string {
	var all []time.Duration
	for _, ms := range took {
		all = append(all, time.Duration(ms*float64(time.Millisecond)))
	}
	return fmt.Sprintf("%d, p95 **%d** ms", percentile(all, 50).Milliseconds(), percentile(all, 95).Milliseconds())
}
