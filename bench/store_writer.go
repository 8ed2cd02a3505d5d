package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"picket"
	"picket/guardduty"
)

// What is written beside, in findings: a second, at once, and how many that are new the first time.
const (
	writeRate  = 500
	writeBatch = 50
	fresh      = 50_000
	writeEach  = time.Second * writeBatch / writeRate
)

// writer writes findings at a constant rate, half new, half known. What it is late with it writes as soon as it can.
type writer struct {
	*storeBench
	*maker
	viewers atomic.Pointer[[]string] // who see them, by turns
	behind  atomic.Bool
	done    chan struct{}
	ended   chan error
	batches []time.Duration // what each took
	worked  time.Duration   // for how long it wrote, with what it waited
	late    time.Duration   // the most
}

func (b *storeBench) startWriter(ctx context.Context) *writer {
	w := &writer{storeBench: b, maker: b.newMaker(rand.Uint64()), done: make(chan struct{}), ended: make(chan error, 1)}
	w.write()
	go func() { w.ended <- w.run(ctx) }()
	return w
}

// write makes it write what accounts see from now on, or nothing, once it has made up for what it is late with, as far as it can in a minute.
func (w *writer) write(viewers ...string) {
	for began := time.Now(); w.behind.Load() && time.Since(began) < time.Minute; {
		time.Sleep(writeEach) // as soon as it can be seen: it is behind or not after each batch
	}
	w.viewers.Store(&viewers)
}

func (w *writer) stop() error {
	close(w.done)
	return <-w.ended
}

func (w *writer) run(ctx context.Context) error {
	defer w.behind.Store(false)
	next, last := time.Now(), time.Now()
	for n, turn := 0, 0; ; n, turn = n+writeBatch, turn+1 {
		select {
		case <-w.done:
			return nil
		case <-time.After(time.Until(next)):
		}
		began := time.Now()
		viewers := *w.viewers.Load()
		if len(viewers) == 0 {
			next, last = began.Add(writeEach), began
			w.behind.Store(false)
			continue
		}
		if err := w.store.Update(ctx, func(tx picket.Tx) error { return w.writeSome(tx, viewers[turn%len(viewers)], n) }); err != nil {
			return fmt.Errorf("write beside: %w", err)
		}
		w.late = max(w.late, began.Sub(next))
		next = next.Add(writeEach)
		w.behind.Store(time.Now().After(next))
		w.worked += time.Since(last)
		last = time.Now()
		w.batches = append(w.batches, last.Sub(began))
	}
}

// String says how fast it was, after it stopped.
func (w *writer) String() string {
	if len(w.batches) == 0 {
		return "nothing was written."
	}
	return fmt.Sprintf("%.0f findings a second were written, %d at once: p50 %s ms, p99 %s ms; at worst %s ms late.",
		float64(writeBatch*len(w.batches))/w.worked.Seconds(), writeBatch, ms(percentile(w.batches, 50)), ms(percentile(w.batches, 99)), ms(w.late))
}

// writeSome writes findings that are new in the first run, and findings of the list that occur again.
func (w *writer) writeSome(tx picket.Tx, viewer string, n int) error {
	of := map[string][]picket.StoredFinding{}
	for i := range writeBatch / 2 {
		number := w.maker.Total + (n/2+i)%fresh
		account := alone
		if viewer == chief {
			account = memberID(number % w.maker.Members)
		}
		of[account] = append(of[account], w.maker.sharedFinding(account, number))
	}
	at := float64(storeEnd.UnixMilli()) - w.Float64()*storeDays*24*3600*1000
	page, err := tx.Findings().List(viewer, storeRegion, picket.FindingQuery{
		Limit: writeBatch / 2, Criteria: picket.Criteria{{Attribute: "updatedat", GTE: &at}},
	})
	if err != nil {
		return err
	}
	known, err := tx.Findings().Get(viewer, storeRegion, page.IDs)
	if err != nil {
		return err
	}
	for _, f := range known {
		f.UpdatedAt = guardduty.Ptr(storeEnd.Add(time.Duration(n) * time.Millisecond).Format("2006-01-02T15:04:05.000Z"))
		of[*f.AccountId] = append(of[*f.AccountId], f)
	}
	return save(tx, of)
}

// save saves findings by account, in the order of accounts.
func save(tx picket.Tx, of map[string][]picket.StoredFinding) error {
	var accounts []string
	for account := range of {
		accounts = append(accounts, account)
	}
	slices.Sort(accounts)
	for _, account := range accounts {
		if err := tx.Findings().Save(account, storeRegion, of[account]); err != nil {
			return err
		}
	}
	return nil
}
