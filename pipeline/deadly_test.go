package pipeline_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/pipeline"
	"picket/rule"
	"picket/rules"
	"picket/service"
)

// dying is what an owner that is killed leaves behind: it fails in the midst of an object, and its store writes no more.
type dying struct {
	picket.Store
	dead bool
}

var errDead = errors.New("dead")

func (d *dying) Update(ctx context.Context, f func(picket.Tx) error) error {
	if d.dead {
		return errDead
	}
	return d.Store.Update(ctx, f)
}

// TestDeadlyMessage: an object that ends every owner that reads it is set aside, and what comes after it is read.
func TestDeadlyMessage(t *testing.T) {
	w := newWorld(t, memory(t))
	const account = "111122223333"
	part := picket.PartitionOf(account)
	object := func(name string) picket.Message {
		return picket.Message{Object: &picket.LogObject{Source: "s", Name: name, Account: account, Region: "us-east-1"}}
	}
	whole := w.service.Store
	err := whole.Update(t.Context(), func(tx picket.Tx) error {
		return tx.Log().Append(part, object("a"), object("b"), object("deadly"), object("c"))
	})
	if err != nil {
		t.Fatal(err)
	}
	applied := func() (at picket.Partition) {
		err := whole.View(t.Context(), func(tx picket.Tx) error {
			all, err := tx.Log().Partitions()
			at = all[0]
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	deaths := 0
	for life := 0; applied().Applied < 4; life++ {
		if life > 20 {
			t.Fatalf("%d owners came as far as %+v", life, applied())
		}
		ctx, cancel := context.WithCancel(t.Context())
		store := &dying{Store: whole}
		s := &service.Service{Store: store, Master: w.service.Master, Now: time.Now}
		p := pipeline.New(pipeline.Config{
			Service: s, Rules: rules.All(), Log: slog.New(slog.DiscardHandler), Wait: time.Millisecond,
			NewEnv: func() *rule.Env { return rule.NewEnv(w.tables, nil, nil, nil) },
			Open: func(_ context.Context, o *picket.LogObject) (io.ReadCloser, error) {
				if o.Name == "deadly" {
					store.dead = true
					deaths++
					cancel()
					return nil, errDead
				}
				return io.NopCloser(strings.NewReader("{}\n")), nil
			},
		})
		stop := time.AfterFunc(time.Minute, cancel)
		go func() {
			for ctx.Err() == nil && applied().Applied < 4 {
				<-time.After(time.Millisecond)
			}
			cancel()
		}()
		_ = p.Run(ctx) // a dead owner says nothing
		stop.Stop()
	}
	unread, err := (&service.Service{Store: whole}).Unread(t.Context())
	if err != nil || deaths < 3 || deaths > 8 {
		t.Errorf("it ended %d owners, %v", deaths, err)
	}
	n := 0
	for _, u := range unread {
		if u.Object == "deadly" && strings.Contains(u.Reason, "ended 3 times") {
			n++
		}
	}
	if n != 1 {
		t.Errorf("set aside: %+v", unread)
	}
}
