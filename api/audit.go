package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"picket"
	"picket/service"
)

// audit writes a call to the audit log, with the elements of its answer: those of what changed or handed out something. That
// is kept before audit returns, and so is what was refused; reads may wait. Callers that proved nothing, or call too often, can't
// fill the log: of their refusals some are written, and the next one says how many were not.
func (c *call) audit(elements any, f *failure) error {
	if c.name == "" {
		return nil // of no operation
	}
	e := c.event(elements, f)
	if f != nil && (c.id.Principal.Kind == "" || f.code == string(picket.CodeThrottling)) {
		ok, unrecorded := c.h.Service.Refusals().Take(c.id.Account, c.at)
		if !ok {
			c.unrecorded = true
			return nil
		}
		if unrecorded > 0 {
			e.AdditionalData = map[string]any{service.UnrecordedRefusals: unrecorded}
		}
	}
	records := []picket.AuditRecord{e.record(c.at)}
	if c.sharedWith != "" && c.sharedWith != c.id.Account {
		e.RecipientAccountID, e.SharedEventID = c.sharedWith, newUUID()
		records = append(records, e.record(c.at))
	}
	return c.h.auditor.record(elements != nil || f != nil, records...)
}

// auditor appends records to the audit log, those of many calls in one transaction.
type auditor struct {
	store picket.Store
	log   *slog.Logger
	done  chan struct{}

	mu     sync.RWMutex // held for reading while something is put in the queue
	closed bool
	queue  chan entry
}

type entry struct {
	records []picket.AuditRecord
	kept    chan error // nil for what nobody waits for
}

const (
	maxBatch    = 500
	auditLinger = time.Second      // how long what nobody waits for may wait
	auditLimit  = 50 * time.Second // of one transaction: longer than the store waits for what is in the way
)

func newAuditor(store picket.Store, log *slog.Logger) *auditor {
	a := &auditor{store: store, log: log, done: make(chan struct{}), queue: make(chan entry, maxBatch)}
	go a.run()
	return a
}

var errClosed = errors.New("the server is shutting down")

// record hands over records, and waits until they are kept if they must be.
func (a *auditor) record(wait bool, records ...picket.AuditRecord) error {
	e := entry{records: records}
	if wait {
		e.kept = make(chan error, 1)
	}
	a.mu.RLock()
	if a.closed {
		a.mu.RUnlock()
		return errClosed
	}
	a.queue <- e
	a.mu.RUnlock()
	if !wait {
		return nil
	}
	return <-e.kept
}

// close keeps what is in the queue, and takes no more.
func (a *auditor) close() {
	a.mu.Lock()
	if !a.closed {
		a.closed = true
		close(a.queue)
	}
	a.mu.Unlock()
	<-a.done
}

func (a *auditor) run() {
	defer close(a.done)
	for first := range a.queue {
		batch := a.gather(first)
		err := a.commit(batch)
		for _, e := range batch {
			if e.kept != nil {
				e.kept <- err
			}
		}
	}
}

// gather adds to an entry those that are there, and waits for more as long as nobody waits.
func (a *auditor) gather(first entry) []entry {
	batch, waiting := []entry{first}, first.kept != nil
	linger := time.NewTimer(auditLinger)
	defer linger.Stop()
	for len(batch) < maxBatch {
		if waiting {
			select {
			case e, open := <-a.queue:
				if !open {
					return batch
				}
				batch = append(batch, e)
				continue
			default:
				return batch
			}
		}
		select {
		case e, open := <-a.queue:
			if !open {
				return batch
			}
			batch, waiting = append(batch, e), e.kept != nil
		case <-linger.C:
			return batch
		}
	}
	return batch
}

// commit writes a batch. Events that can't be kept go to the operator's log, whole.
func (a *auditor) commit(batch []entry) (err error) {
	defer func() {
		if p := recover(); p != nil {
			a.log.Error("panic", "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("append to audit log: panic: %v", p)
		}
	}()
	var records []picket.AuditRecord
	for _, e := range batch {
		records = append(records, e.records...)
	}
	ctx, cancel := context.WithTimeout(context.Background(), auditLimit)
	defer cancel()
	err = a.store.Update(ctx, func(tx picket.Tx) error { return tx.Audit().Append(records...) })
	if err == nil {
		return nil
	}
	for _, r := range records {
		a.log.Error("audit event not kept", "event", string(r.Event))
	}
	return fmt.Errorf("append to audit log: %w", err)
}
