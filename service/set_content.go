package service

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/klauspost/compress/zstd"

	"picket"
	"picket/intel"
)

// The kinds of the documents that hold the content of lists. They are not the detector's: whoever reads the log again needs
// what was in force.
const (
	versionKind = "list-version"
	pieceKind   = "list-piece"
	pieceBytes  = 1 << 20

	maxVersionBytes = 512 << 20 // unpacked; accounts' own lists have at most intel.MaxFileBytes
)

// version is a content of a list, which never changes.
type version struct {
	Pieces int           `json:"pieces"`
	Until  int64         `json:"until,omitempty"` // the message of its account's partition that put it out of force
	Ended  map[int]int64 `json:"ended,omitzero"`  // such messages by partition, of what applies to every account
}

// needed reports whether who reads the log again from the states that are kept may meet the content.
func (v version) needed(account string, states map[int]int64) bool {
	if v.Ended == nil {
		return v.Until == 0 || states[picket.PartitionOf(account)] < v.Until
	}
	for number, until := range v.Ended {
		if states[number] < until {
			return true
		}
	}
	return false
}

func pieceKey(c picket.Caller, id string, n int) picket.DocumentKey {
	return key(c, pieceKind, fmt.Sprintf("%s/%04d", id, n))
}

func putVersion(tx picket.Tx, c picket.Caller, id string, body []byte) error {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return fmt.Errorf("set up compression: %w", err)
	}
	n := 0
	for piece := range slices.Chunk(e.EncodeAll(body, nil), pieceBytes) {
		if err := tx.Documents().Put(pieceKey(c, id, n), piece); err != nil {
			return err
		}
		n++
	}
	return tx.Documents().Put(key(c, versionKind, id), version{Pieces: n})
}

// readVersion returns a content, nil where there is none any more.
func readVersion(tx picket.Tx, c picket.Caller, id string) ([]byte, error) {
	v, err := get[version](tx, key(c, versionKind, id))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		return nil, nil
	}
	var packed []byte
	for n := range v.Pieces {
		piece, err := get[[]byte](tx, pieceKey(c, id, n))
		if err != nil {
			return nil, err
		}
		packed = append(packed, piece...)
	}
	if err != nil {
		return nil, err
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxVersionBytes))
	if err != nil {
		return nil, fmt.Errorf("set up decompression: %w", err)
	}
	defer d.Close()
	return d.DecodeAll(packed, nil)
}

// endVersion notes that the last message of the account's partition put a content out of force.
func endVersion(tx picket.Tx, c picket.Caller, id string) error {
	v, err := get[version](tx, key(c, versionKind, id))
	if err != nil {
		return err
	}
	p, err := partitionOf(tx, c.Account)
	if err != nil {
		return err
	}
	v.Until = p.Last
	return tx.Documents().Put(key(c, versionKind, id), v)
}

func partitionOf(tx picket.Tx, account string) (picket.Partition, error) {
	return partition(tx, picket.PartitionOf(account))
}

func partition(tx picket.Tx, number int) (picket.Partition, error) {
	all, err := tx.Log().Partitions()
	for _, p := range all {
		if p.Number == number {
			return p, err
		}
	}
	return picket.Partition{}, err
}

// keptStates are the messages after which the kept states of partitions were made.
func keptStates(tx picket.Tx) (map[int]int64, error) {
	all, err := tx.Log().Partitions()
	states := map[int]int64{}
	for _, p := range all {
		states[p.Number] = p.State
	}
	return states, err
}

// forgetVersions deletes the contents that nobody will read again: the states that are kept of their partitions were made after
// they were put out of force.
func (s *Service) forgetVersions(ctx context.Context) error {
	var unreadable error
	err := s.Store.Update(ctx, func(tx picket.Tx) error {
		unreadable = nil
		docs, err := tx.Documents().All(versionKind, picket.DocumentKey{}, 100_000)
		if err != nil {
			return err
		}
		states, err := keptStates(tx)
		if err != nil {
			return err
		}
		for _, d := range docs {
			v, err := decode[version](d)
			if err != nil {
				unreadable = errors.Join(unreadable, err)
				continue
			}
			if v.needed(d.Account, states) {
				continue
			}
			c := picket.Operator(d.Account, d.Region)
			for n := range v.Pieces {
				err = errors.Join(err, tx.Documents().Delete(pieceKey(c, d.ID, n)))
			}
			if err := errors.Join(err, tx.Documents().Delete(d.DocumentKey)); err != nil {
				return err
			}
		}
		return nil
	})
	return errors.Join(err, unreadable)
}

// parseList reads what a list says. An address list says nothing of names, and no format says what a list is for.
func parseList(l picket.List, body []byte) (intel.List, []intel.Problem, error) {
	category := intel.Custom
	if l.Trusted {
		category = intel.Trusted
	}
	out, problems, err := intel.ListFromReader(l.Name, category, intel.Format(l.Format), "", bytes.NewReader(body))
	for i := range out.Indicators {
		out.Indicators[i].Category = ""
	}
	if !l.Names {
		out.Indicators = slices.DeleteFunc(out.Indicators, func(i intel.Indicator) bool { return !i.Prefix.IsValid() })
	}
	return out, problems, err
}

// countEntries returns how many entries a file has, and what people should know of it; a file that can't be a list is an error.
func (s *Service) countEntries(kind setKind, l set, body []byte) (n int, note string, err error) {
	list, problems, err := parseList(inForce(picket.Caller{}, kind, l), body)
	if err != nil {
		return 0, "", fmt.Errorf("%w%w", ErrForGood, err)
	}
	_, reports := intel.Build([]intel.List{list}, intel.Options{Now: s.Now(), Compact: true})
	r := reports[0]
	switch {
	case r.Entries == 0:
		what := "an address"
		if kind.names {
			what = "an address or a domain name"
		}
		return 0, "", fmt.Errorf("%wnothing in the file is %s that a list may hold, in format %s", ErrForGood, what, l.Format)
	case r.Entries > kind.entries && !s.Settings.OpenQuotas:
		return 0, "", fmt.Errorf("%wthe file has %d entries, and GuardDuty's quota is %d for the kind %s; the server's setting \"quotas: open\" lifts it", ErrForGood, r.Entries, kind.entries, kind.name)
	}
	if len(problems) > 0 {
		note = fmt.Sprintf("%d lines are not understood, the first of them line %d. ", len(problems), problems[0].Line)
	}
	for reason, left := range r.Rejected {
		note += fmt.Sprintf("%d left out: %s. ", left, reason)
	}
	if r.Expired > 0 {
		note += fmt.Sprintf("%d have expired. ", r.Expired)
	}
	return r.Entries, note, nil
}

// Tables compiles the lists of one account in one region, of the versions that they name; nil for none. A version whose content was
// deleted with its account says nothing.
func (s *Service) Tables(ctx context.Context, all []picket.List) (*intel.Tables, error) {
	return view(ctx, s, func(tx picket.Tx) (*intel.Tables, error) { return tablesOf(tx, all) })
}

func tablesOf(tx picket.Tx, all []picket.List) (*intel.Tables, error) {
	if len(all) == 0 {
		return nil, nil
	}
	var lists []intel.List
	for _, l := range all {
		body, err := readVersion(tx, picket.Operator(l.Account, l.Region), l.Version)
		if err != nil {
			return nil, fmt.Errorf("read list %s of %s: %w", l.ID, l.Account, err)
		}
		list, _, err := parseList(l, body)
		if err != nil {
			return nil, err
		}
		lists = append(lists, list)
	}
	tables, _ := intel.Build(lists, intel.Options{Compact: true})
	return tables, nil
}
