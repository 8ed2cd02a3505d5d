package pipeline_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"picket"
	"picket/pipeline"
	"picket/rule"
	"picket/rules"
	"picket/service"
)

// dying is what an owner that is killed leaves behind: its store writes no more.
type dying struct {
	picket.Store
	dead  atomic.Bool
	after func() // each update
}

var errDead = errors.New("dead")

func (d *dying) Update(ctx context.Context, f func(picket.Tx) error) error {
	if d.dead.Load() {
		return errDead
	}
	err := d.Store.Update(ctx, f)
	d.after()
	return err
}

// mortal are owners of a partition with four messages, that follow each other.
type mortal struct {
	*world
	t      *testing.T
	hold   time.Duration
	kills  func(object string) bool        // whether who is about to read it dies
	doomed func(now picket.Partition) bool // whether who owns it dies; it may be nil
	deaths int
}

const mortalAccount = "111122223333"

func newMortal(t *testing.T) *mortal {
	m := &mortal{world: newWorld(t, memory(t)), t: t, hold: time.Millisecond}
	object := func(name string) picket.Message {
		return picket.Message{Object: &picket.LogObject{Source: "s", Name: name, Account: mortalAccount, Region: "us-east-1"}}
	}
	err := m.service.Store.Update(t.Context(), func(tx picket.Tx) error {
		return tx.Log().Append(picket.PartitionOf(mortalAccount), object("a"), object("b"), object("third"), object("c"))
	})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// now is how far the partition is.
func (m *mortal) now() (at picket.Partition) {
	err := m.service.Store.View(m.t.Context(), func(tx picket.Tx) error {
		all, err := tx.Log().Partitions()
		at = all[0]
		return err
	})
	if err != nil {
		m.t.Error(err)
	}
	return at
}

// aside tells of the messages that were set aside because owners died.
func (m *mortal) aside() (all []string) {
	unread, err := m.service.Unread(m.t.Context())
	if err != nil {
		m.t.Error(err)
	}
	for _, u := range unread {
		if strings.Contains(u.Reason, "ended") {
			all = append(all, u.Object+": "+u.Reason)
		}
	}
	return all
}

// live has one owner after the other until all is applied.
func (m *mortal) live() {
	m.t.Helper()
	for life := 0; ; life++ {
		at := m.now()
		if at.Applied == 4 {
			return
		}
		if life > 20 {
			m.t.Fatalf("%d owners came as far as %+v", life, at)
		}
		m.one()
	}
}

// one has one owner live, until it is killed or all is applied.
func (m *mortal) one() {
	ctx, cancel := context.WithTimeout(m.t.Context(), time.Minute)
	defer cancel()
	store := &dying{Store: m.service.Store}
	die := func() {
		if store.dead.CompareAndSwap(false, true) {
			m.deaths++
		}
		cancel()
	}
	store.after = func() {
		at := m.now()
		if at.State < 3 && len(m.aside()) > 0 {
			m.t.Errorf("after %+v what was set aside is not in the state", at)
		}
		if m.doomed != nil && m.doomed(at) {
			die()
		}
		if at.Applied == 4 {
			cancel()
		}
	}
	p := pipeline.New(pipeline.Config{
		Service: &service.Service{Store: store, Master: m.service.Master, Now: time.Now}, Rules: rules.All(),
		Log: slog.New(slog.DiscardHandler), Wait: time.Millisecond, Hold: m.hold,
		NewEnv: func() *rule.Env { return rule.NewEnv(m.tables, nil, nil, nil) },
		Open: func(_ context.Context, o *picket.LogObject) (io.ReadCloser, error) {
			if m.kills(o.Name) {
				die()
				return nil, errDead
			}
			return io.NopCloser(strings.NewReader("{}\n")), nil
		},
	})
	_ = p.Run(ctx) // a dead owner says nothing
}

// TestDeadlyMessage: an object that ends every owner that reads it is set aside, together with a state that knows nothing of it, and
// what comes after it is read.
func TestDeadlyMessage(t *testing.T) {
	m := newMortal(t)
	m.kills = func(object string) bool { return object == "third" }
	m.live()
	got := fmt.Sprint(m.aside())
	if want := "[third: the server ended 4 times while it read this, and not while it didn't]"; got != want || m.deaths != 5 {
		t.Errorf("after %d deaths %s is set aside, want %s after 5", m.deaths, got, want)
	}
}

// TestKilledOverAMessage: what ends owners while they read an object by chance, and another that doesn't read it, costs no record.
func TestKilledOverAMessage(t *testing.T) {
	m := newMortal(t)
	m.hold = time.Hour
	m.kills = func(object string) bool { return object == "third" && m.deaths < 4 }
	m.doomed = func(now picket.Partition) bool { return m.deaths == 4 && now.Trying == 3 && now.Tries == 0 } // it is let wait
	m.live()
	if aside := m.aside(); len(aside) > 0 || m.deaths != 5 {
		t.Errorf("after %d deaths %v is set aside, want nothing after 5", m.deaths, aside)
	}
}
