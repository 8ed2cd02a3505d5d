package sqlstore

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// journalLength is how many pages the write-ahead log holds before it is copied into the database, and journalLimit how many
// before it is emptied by force: 4 and 128 MB. To that its file is cut, too, when it begins again.
const (
	journalLength = 1000
	journalLimit  = 32_000
	pageSize      = 4096 // SQLite's own
)

// journal is the write-ahead log. It is copied beside the updates, as SQLite's own way has one of them do it and wait for the disk.
// SQLite writes the log from its beginning again when all is copied and no reader needs it: where updates or readers follow one
// another without a pause that is never, and the longer it is, the slower are the readers.
type journal struct {
	read, write   *sql.DB
	length, limit int
	next          int           // how many pages to hold the updates at
	wait          time.Duration // for readers
	busy          atomic.Bool
	copying       sync.WaitGroup
}

// written looks after the log once an update is done, without keeping it waiting.
func (j *journal) written() {
	if j.busy.CompareAndSwap(false, true) {
		j.copying.Go(func() {
			defer j.busy.Store(false)
			j.copy(context.Background())
		})
	}
}

// copy copies a log that has grown. One that goes on growing is now and then copied once more while nobody writes, so that it can
// begin again, and one that has grown too long is emptied, which waits for those who read, but not for those who come after; where one
// reads for longer than wait it is left for later. That the log can't be copied is no error of the update that found it long.
func (j *journal) copy(ctx context.Context) {
	pages, copied, err := checkpoint(ctx, j.read, "NOOP")
	if err == nil && pages < 4*j.length {
		j.next = 4 * j.length
	}
	if err != nil || pages-copied < j.length {
		return
	}
	if pages, _, err = checkpoint(ctx, j.read, "PASSIVE"); err != nil || pages < j.next {
		return
	}
	c, err := j.write.Conn(ctx)
	if err != nil {
		return
	}
	defer c.Close()
	if pages < j.limit {
		j.next = min(pages+4*j.length, j.limit)
		checkpoint(ctx, c, "PASSIVE")
		return
	}
	defer c.ExecContext(ctx, "PRAGMA busy_timeout = "+busyTimeout)
	if _, err := c.ExecContext(ctx, fmt.Sprintf("PRAGMA busy_timeout = %d", j.wait.Milliseconds())); err != nil {
		return
	}
	j.next = pages + j.limit/2
	checkpoint(ctx, c, "TRUNCATE")
}

// checkpoint copies the log in one of SQLite's ways, and returns how many pages it has and how many of them are copied.
func checkpoint(ctx context.Context, db interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}, mode string,
) (pages, copied int, err error) {
	var busy int
	err = db.QueryRowContext(ctx, "PRAGMA wal_checkpoint("+mode+")").Scan(&busy, &pages, &copied)
	return pages, copied, err
}
