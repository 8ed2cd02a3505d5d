package service

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"picket"
)

// Pace is how often something comes, in seconds.
type Pace struct {
	Last  int64 `json:"last,omitempty"`  // when it came last, since the epoch
	Usual int64 `json:"usual,omitempty"` // how long nothing comes, at most, as a rule
}

// What silence is, in seconds.
const (
	memory       = 7 * 24 * 3600 // a gap counts for a third after this
	shortGap     = 60            // shorter ones are no gap
	alwaysUsual  = 15 * 60
	firstSilence = 3600      // of what no gap is known of
	firstNights  = 24 * 3600 // of an account that is heard of for less than memory: its nights aren't known yet
)

// arrived notes that something came; since is from when on it could have.
func (p *Pace) arrived(now, since int64) {
	if gap := now - max(p.Last, since); p.Last > 0 && gap >= shortGap {
		p.Usual = max(gap, p.Usual-p.Usual*min(gap, memory)/memory)
	}
	p.Last = now
}

// patience is how long nothing may come before it is silence.
func (p *Pace) patience() int64 {
	if p.Usual > 0 {
		return 2*p.Usual + alwaysUsual
	}
	return firstSilence
}

// silent reports whether nothing has come for longer than is usual; since is from when on it could have.
func (p *Pace) silent(now, since int64) bool { return now-max(p.Last, since) > p.patience() }

// patience is how long no logs of an account may come before it is silence.
func (in *Intake) patience(now int64) int64 {
	if now-in.Begun < memory {
		return max(in.Arrivals.patience(), firstNights)
	}
	return in.Arrivals.patience()
}

// Silence is that no logs of an account's kind in a region come any more.
type Silence struct {
	Account string `json:"accountId"`
	Region  string `json:"region"`
	Kind    string `json:"kind"`
	Since   int64  `json:"since"` // seconds since the epoch, when some came last
}

const (
	silenceKind = belongings + "silence" // of documents, one for each Silence that was told
	watchKind   = "silence"              // of the outbox's entries
	watchPause  = 5 * 60_000             // milliseconds, where logs wait to be read
	mostSilent  = 100
)

func (in *Intake) silence() Silence {
	return Silence{in.Account, in.Region, in.Kind, in.Arrivals.Last}
}

func (o Silence) key() picket.DocumentKey {
	return picket.DocumentKey{Kind: silenceKind, Account: o.Account, Region: o.Region, ID: o.Kind}
}

// hear notes that logs came. While they do there is an entry of the outbox that comes due when they should have come again, so
// that nobody has to look at all accounts to find those that are silent.
func (s *Service) hear(tx picket.Tx, in *Intake) error {
	now := s.now()
	if in.Begun == 0 {
		in.Begun = now / 1000
	}
	before := in.silence()
	in.Arrivals.arrived(now/1000, 0)
	if in.Watched {
		return nil
	}
	in.Watched = true
	if err := s.watch(tx, in, now); err != nil {
		return err
	}
	var told Silence
	err := tx.Documents().Get(before.key(), &told)
	if picket.ErrorCode(err) == picket.CodeNotFound {
		return nil
	}
	if err != nil {
		return err
	}
	if err := tx.Documents().Delete(before.key()); err != nil {
		return err
	}
	return s.notify(tx, picket.Caller{Account: in.Account, Region: in.Region}, logsResumed.with(before.details()))
}

// watch has silence looked for when it could be.
func (s *Service) watch(tx picket.Tx, in *Intake, from int64) error {
	body, err := json.Marshal(in.silence())
	if err != nil {
		return fmt.Errorf("encode watch: %w", err)
	}
	return tx.Outbox().Put(picket.OutboxEntry{
		Kind: watchKind, ID: in.Account + "/" + in.Region + "/" + in.Kind, Due: from + 1000*in.patience(from/1000), Body: body,
	})
}

func (o Silence) details() map[string]any {
	return map[string]any{
		"accountId": o.Account, "region": o.Region, "logs": o.Kind, "lastReceived": time.Unix(o.Since, 0).UTC().Format(time.RFC3339),
	}
}

// ReportSilence tells accounts and their administrators of logs that stopped coming. It is for the server to call every now and
// then; since is when it began to read logs, in milliseconds since the epoch: until then nothing could come.
func (s *Service) ReportSilence(ctx context.Context, since int64) error {
	waiting, err := view(ctx, s, waitingPartitions)
	if err == nil {
		err = eachDue(ctx, s, watchKind, func(tx picket.Tx, e picket.OutboxEntry, of Silence) error {
			return s.lookForSilence(tx, e, of, since, waiting)
		})
	}
	if err != nil {
		err = fmt.Errorf("report silence: %w", err)
		if !errors.Is(err, picket.ErrUnreadable) {
			return err
		}
	}
	return errors.Join(err, s.reportSilentSources(ctx, since))
}

// waitingPartitions are those that have messages to be read: what they don't bring isn't missing.
func waitingPartitions(tx picket.Tx) (map[int]bool, error) {
	all, err := tx.Log().Partitions()
	out := map[int]bool{}
	for _, p := range all {
		out[p.Number] = p.Last > p.Applied
	}
	return out, err
}

// lookForSilence reads before it writes: what can't be read must leave nothing half told.
func (s *Service) lookForSilence(tx picket.Tx, e picket.OutboxEntry, of Silence, since int64, waiting map[int]bool) error {
	k := picket.DocumentKey{Kind: intakeKind, Account: of.Account, Region: of.Region, ID: of.Kind}
	in, err := get[Intake](tx, k)
	if picket.ErrorCode(err) == picket.CodeNotFound { // the account was closed
		return tx.Outbox().Delete(e.Kind, e.ID)
	}
	if err != nil {
		return err
	}
	d, err := detectorOf(tx, of.Account, of.Region)
	if err != nil {
		return err
	}
	now, heard := s.now(), max(1000*in.Arrivals.Last, since)
	analysed := d.analyses(in.Kind) == "on"
	switch {
	case analysed && waiting[picket.PartitionOf(of.Account)]:
		e.Due = now + watchPause
		return tx.Outbox().Put(e)
	case analysed && now-heard <= 1000*in.patience(now/1000):
		return s.watch(tx, &in, heard)
	}
	if analysed {
		if err := s.notify(tx, picket.Caller{Account: of.Account, Region: of.Region}, logsStopped.with(in.silence().details())); err != nil {
			return err
		}
		if err := tx.Documents().Put(in.silence().key(), in.silence()); err != nil {
			return err
		}
	}
	in.Watched = false // until logs come again
	if err := tx.Documents().Put(k, in); err != nil {
		return err
	}
	return tx.Outbox().Delete(e.Kind, e.ID)
}

// silent lists what is silent and is wanted.
func silent(tx picket.Tx) ([]Silence, error) {
	docs, err := tx.Documents().All(silenceKind, picket.DocumentKey{}, mostSilent)
	var out []Silence
	for _, d := range docs {
		var o Silence
		if err := json.Unmarshal(d.Body, &o); err != nil {
			return nil, fmt.Errorf("read silence of %s: %w", d.Account, err)
		}
		if detector, err := detectorOf(tx, o.Account, o.Region); err != nil {
			return nil, err
		} else if detector.analyses(o.Kind) == "on" {
			out = append(out, o)
		}
	}
	return out, err
}

// reportSilentSources tells the accounts of sources that bring nothing any more.
func (s *Service) reportSilentSources(ctx context.Context, since int64) error {
	sources, err := readable[Source](ctx, s, sourceKind)
	for _, o := range sources {
		one := s.Store.Update(ctx, func(tx picket.Tx) error {
			p, err := progressOf(tx, o.ID)
			if err != nil || o.Paused || p.Told || !p.silent(s.now()/1000, max(p.Resumed, o.CreatedAt/1000, since/1000)) {
				return err
			}
			p.Told = true
			if err := tx.Documents().Put(progressKey(o.ID), p); err != nil {
				return err
			}
			return s.tellSource(tx, o.ID, p.Last, logsStopped)
		})
		if one != nil {
			err = errors.Join(err, fmt.Errorf("report silence of source %s: %w", o.ID, one))
		}
	}
	return err
}

// tellSource tells the account of a source, and its administrator, whether it brings logs. An archive of many accounts is
// nobody's: what their own logs do is told to each of them.
func (s *Service) tellSource(tx picket.Tx, id string, last int64, what notice) error {
	o, err := get[Source](tx, sourceKey(id))
	if picket.ErrorCode(err) == picket.CodeNotFound { // people push, or it was removed
		return nil
	}
	if err != nil || o.Account == "" {
		return err
	}
	details := map[string]any{"accountId": o.Account, "source": o.ID}
	if last > 0 {
		details["lastReceived"] = time.Unix(last, 0).UTC().Format(time.RFC3339)
	}
	return s.notifyAt(tx, o.Account, o.Region, what.with(details))
}

// notifyAt tells an account and its administrator, in a region or, where the account has no enabled detector there, in the
// first where it has; if there is none nobody is told.
func (s *Service) notifyAt(tx picket.Tx, account, region string, what notice) error {
	for _, r := range append([]string{region}, s.Regions()...) {
		d, err := detectorOf(tx, account, r)
		if err != nil {
			return err
		}
		if d != nil && d.Enabled {
			return s.notify(tx, picket.Caller{Account: account, Region: r}, what)
		}
	}
	return nil
}

// DigestReport is what is wrong with a digest file of CloudTrail's, or with what it names.
type DigestReport struct {
	Digest   string
	Problems []string // the first of them
	Count    int
}

const mostProblems = 20

// Add adds a problem.
func (r *DigestReport) Add(problem string) {
	if r.Count++; r.Count <= mostProblems {
		r.Problems = append(r.Problems, problem)
	}
}

// TellDigest tells an account and its administrator what is wrong with its log files, or that nothing is any more.
func (s *Service) TellDigest(tx picket.Tx, account, region string, r DigestReport) error {
	details := map[string]any{"accountId": account, "digest": r.Digest}
	if r.Count == 0 {
		return s.notifyAt(tx, account, region, digestsWhole.with(details))
	}
	details["problems"], details["count"] = r.Problems, r.Count
	return s.notifyAt(tx, account, region, digestsBroken.with(details))
}
