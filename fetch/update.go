package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync"
	"time"

	"picket"
	"picket/intel"
)

// downloads is how many feeds are fetched at a time.
const downloads = 4

// Result is what became of one feed in Update.
type Result struct {
	Feed     string
	Changed  bool      // there is a new copy
	Fetched  time.Time // when the copy on disk was last known to be current; zero without a copy
	Bytes    int
	Entries  int // indicators in the new copy
	Problems int // parts of it that could not be used
	Err      error
}

// ErrCorrupt is the error of a download that does not read as the list it should be. The copy on disk stays.
var ErrCorrupt = errors.New("download is not the list it should be")

// Update brings the copies in dir up to date and returns one result a feed, in their order. Where a feed fails, its last
// copy stays and Err says why. dir is made if it does not exist.
func Update(ctx context.Context, feeds []Feed, dir string, p Policy) []Result {
	client := p.Client()
	defer client.CloseIdleConnections()
	results := make([]Result, len(feeds))
	dirErr := os.MkdirAll(dir, 0o700)
	tidy(dir)
	var wg sync.WaitGroup
	slots := make(chan struct{}, downloads)
	for i, f := range feeds {
		results[i].Feed = f.Name
		if dirErr != nil {
			results[i].Err = fmt.Errorf("%w: %w", ErrWrite, dirErr)
			continue
		}
		slots <- struct{}{}
		wg.Go(func() {
			defer func() {
				if bug := picket.Bug(recover()); bug != nil {
					results[i].Err = fmt.Errorf("update feed: %w", bug)
				}
				<-slots
			}()
			p.update(ctx, client, f, dir, &results[i])
		})
	}
	wg.Wait()
	return results
}

func (p Policy) update(ctx context.Context, client *http.Client, f Feed, dir string, r *Result) {
	if r.Err = f.Check(); r.Err != nil {
		return
	}
	old, err := read(dir, f.Name, p.maxBytes())
	if err == nil {
		r.Fetched, r.Bytes = old.meta.Fetched, len(old.body)
	}
	before, _ := origin(dir, f.Name)
	m := before
	m.Tried = p.now()
	if r.Err = write(dir, f.Name, nil, m); r.Err != nil { // where nothing can be written, nothing is asked
		return
	}
	if r.Err = p.download(ctx, client, f, dir, old.meta, r); r.Err == nil {
		return
	}
	m.Tried, m.Failures, m.Error = p.now(), m.Failures+1, r.Err.Error()
	if ctx.Err() != nil { // it was called off
		m = before
	}
	r.Err = errors.Join(r.Err, write(dir, f.Name, nil, m))
}

// download brings the copy up to date whose origin is given.
func (p Policy) download(ctx context.Context, client *http.Client, f Feed, dir string, old meta, r *Result) error {
	var have validators
	if old.URL == f.URL {
		have = old.validators
	}
	doc, err := p.get(ctx, client, f.URL, have)
	if err != nil {
		return err
	}
	now := p.now()
	m := meta{URL: f.URL, Fetched: now, SHA256: checksum(doc.body), validators: doc.validators, Tried: now}
	if doc.unchanged {
		m.SHA256 = old.SHA256
	} else if r.Entries, r.Problems, err = p.inspect(f, doc.body); err != nil {
		return err
	}
	if err := write(dir, f.Name, doc.body, m); err != nil {
		return err
	}
	r.Fetched = m.Fetched
	if !doc.unchanged {
		r.Changed, r.Bytes = m.SHA256 != old.SHA256, len(doc.body)
	}
	return nil
}

// inspect reads a download. A list may have bad lines, and may have none at all but comments; nothing, or mostly what can't
// be read, is an error page or a stump.
func (p Policy) inspect(f Feed, body []byte) (entries, problems int, err error) {
	found, bad, err := intel.Read(f.format(), bytes.NewReader(body), p.maxBytes())
	switch {
	case err != nil:
		return 0, 0, fmt.Errorf("%w: %w", ErrCorrupt, err)
	case len(body) == 0:
		return 0, 0, fmt.Errorf("%w: it is empty", ErrCorrupt)
	case len(bad) > len(found):
		return len(found), len(bad), fmt.Errorf("%w: %d entries and %d problems, the first: %s", ErrCorrupt, len(found), len(bad), bad[0])
	}
	return len(found), len(bad), nil
}
