package pipeline

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"picket"
	"picket/service"
	"picket/sqlstore"
)

// still shows the same each time.
type still struct{ look Look }

func (s still) Look(context.Context, int64) (Look, error) { return s.look, nil }

func (still) Open(context.Context, *picket.LogObject) (io.ReadCloser, error) {
	panic("BUG: not opened")
}

// TestMoreAtOnce: of a source whose objects come whole there may be more at once; a folder showed all it has, and is left alone for
// a while, or a file that grows would count as finished because it didn't grow from one look to the next.
func TestMoreAtOnce(t *testing.T) {
	store, err := sqlstore.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	f := func(want bool, o Object) {
		t.Helper()
		o.LogObject = picket.LogObject{Name: "a", Version: "1", Account: "111122223333", Delivered: 1, To: o.To}
		l := &following{
			Follower: &Follower{
				Service: &service.Service{Store: store, Now: time.Now}, Now: time.Now, Log: slog.New(slog.DiscardHandler),
				through: map[string]int64{}, active: map[int]activity{},
			},
			id: fmt.Sprintf("%+v", o), source: still{Look{Objects: []Object{o}}},
		}
		if more, err := l.look(t.Context()); err != nil || more != want {
			t.Errorf("%+v: there may be more: %v, %v, want %v", o, more, err, want)
		}
		if more, err := l.look(t.Context()); err != nil || more {
			t.Errorf("%+v: there may be more of what is known: %v, %v", o, more, err)
		}
	}
	f(false, Object{Size: 9})
	f(false, Object{Lines: true, LogObject: picket.LogObject{To: 7}})
	f(true, Object{Whole: true, LogObject: picket.LogObject{To: 8}})
}
