package service

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"
	"time"

	"picket"
)

// marker is a file that a test puts into a source: what it holds is neither counted nor judged. It is known by a name that nobody
// can guess, so that nobody has logs left unread by giving them such a name.
type marker struct {
	At        int64  `json:"at"`     // milliseconds since the epoch
	Source    string `json:"source"` // that is tested; another may have the folder, too
	Partition int    `json:"partition"`
	Seq       int64  `json:"seq"` // of its message; 0 until it is noticed
}

const (
	markerKind = "source-test"
	testPrefix = "picket-source-test-" // of its name
)

func markerKey(name string) picket.DocumentKey {
	return picket.DocumentKey{Kind: markerKind, ID: path.Base(name)}
}

// IsMarked reports whether a test put an object where it is.
func (s *Service) IsMarked(tx picket.Tx, name string) (bool, error) {
	if !strings.HasPrefix(path.Base(name), testPrefix) {
		return false, nil
	}
	_, err := get[marker](tx, markerKey(name))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		return false, nil
	}
	return err == nil, err
}

// MarkedNoticed notes that an object that a test put into a source was appended to a partition just now.
func (s *Service) MarkedNoticed(tx picket.Tx, source, name string, part int) error {
	m, err := get[marker](tx, markerKey(name))
	if err != nil || m.Source != source {
		return err
	}
	p, err := partition(tx, part)
	if err != nil {
		return err
	}
	m.Partition, m.Seq = part, p.Last
	return tx.Documents().Put(markerKey(name), m)
}

// sendThrough has a marked record begin its way in a source, and returns how that is cleared away, or why it can't begin there.
func (s *Service) sendThrough(ctx context.Context, o Source, name string, record []byte, steps *[]TestStep) (done func() error, err error) {
	if s.Working != nil && s.Working().Standby {
		return nil, errors.New("another server reads it")
	}
	key, begin := markerKey(name), time.Now()
	err = s.Store.Update(ctx, func(tx picket.Tx) error { return tx.Documents().Put(key, marker{At: s.now(), Source: o.ID}) })
	if err != nil {
		return nil, err
	}
	forget := func() error {
		return s.Store.Update(context.WithoutCancel(ctx), func(tx picket.Tx) error { return tx.Documents().Delete(key) })
	}
	remove, err := s.PutMarked(o, name, append(record, '\n'))
	if err != nil {
		return nil, errors.Join(err, forget())
	}
	var m marker
	Step(steps, "put a marked record into "+o.Location+" and have it noticed", func() (string, error) {
		m, err = s.noticed(ctx, key)
		return "", err
	})
	(*steps)[len(*steps)-1].Took = time.Since(begin)
	Step(steps, "have it read and stored", func() (string, error) { return "", s.applied(ctx, m.Partition, m.Seq) })
	return func() error {
		if err := remove(); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("take the marked record away: %w", err)
		}
		if m.Seq == 0 { // it may be about to be noticed
			return nil
		}
		return forget()
	}, nil
}

// noticed waits until an object that a test put into a source is in the log.
func (s *Service) noticed(ctx context.Context, key picket.DocumentKey) (marker, error) {
	ctx, cancel := context.WithTimeout(ctx, markedTime)
	defer cancel()
	look := time.NewTicker(5 * time.Millisecond)
	defer look.Stop()
	for {
		m, err := view(ctx, s, func(tx picket.Tx) (marker, error) { return get[marker](tx, key) })
		if err == nil && m.Seq > 0 {
			return m, nil
		}
		select {
		case <-look.C:
		case <-ctx.Done():
			return m, fmt.Errorf("not within %s: picket status says what the server waits for", markedTime)
		}
	}
}
