package service

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
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

	// Of a list's file no more entries are read than these, those that it says twice or that its kind can't hold included: they take
	// memory before anything else is known of them.
	mostRead     = 2 * intel.MaxThreatIPs
	mostReadOpen = 4 * intel.MaxThreatIPs // without quotas

	mostSaid = 64 // entries of one address or name, with those of the ranges and names around it
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

// parseList reads what a list says, up to so many entries. An address list says nothing of names, and no format says what a list is
// for.
func parseList(l picket.List, body []byte, most int) (intel.List, []intel.Problem, error) {
	category := intel.Custom
	if l.Trusted {
		category = intel.Trusted
	}
	out, problems, err := intel.ListUpTo(most, l.Name, category, intel.Format(l.Format), "", bytes.NewReader(body))
	for i := range out.Indicators {
		out.Indicators[i].Category = ""
	}
	if !l.Names {
		out.Indicators = slices.DeleteFunc(out.Indicators, func(i intel.Indicator) bool { return !i.Prefix.IsValid() })
	}
	return out, problems, err
}

// compile returns what a file says, how many entries that is, and what people should know of it; a file that can't be a list is an
// error.
func (s *Service) compile(kind setKind, l set, body []byte) (tables *intel.Tables, n int, note string, err error) {
	most := s.mostRead()
	list, problems, err := parseList(inForce(picket.Caller{}, kind, l), body, most)
	switch {
	case errors.Is(err, intel.ErrTooMany) && s.Settings.OpenQuotas:
		return nil, 0, "", fmt.Errorf("%wthe file has more than %d entries, the most that are read of a list: divide it", ErrForGood, most)
	case errors.Is(err, intel.ErrTooMany):
		return nil, 0, "", overQuota(kind, fmt.Sprintf("more than %d", most))
	case err != nil:
		return nil, 0, "", fmt.Errorf("%w%w", ErrForGood, err)
	}
	tables, reports := intel.Build([]intel.List{list}, intel.Options{Now: s.Now(), Compact: true, Most: mostSaid})
	r := reports[0]
	switch {
	case r.Entries == 0:
		what := "an address"
		if kind.names {
			what = "an address or a domain name"
		}
		return nil, 0, "", fmt.Errorf("%wnothing in the file is %s that a list may hold, in format %s", ErrForGood, what, l.Format)
	case r.Entries > kind.entries && !s.Settings.OpenQuotas:
		return nil, 0, "", overQuota(kind, fmt.Sprint(r.Entries))
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
	return tables, r.Entries, note, nil
}

func (s *Service) mostRead() int {
	if s.Settings.OpenQuotas {
		return mostReadOpen
	}
	return mostRead
}

func overQuota(kind setKind, entries string) error {
	return fmt.Errorf("%wthe file has %s entries, and GuardDuty's quota is %d for the kind %s; the server's setting \"quotas: open\" lifts it", ErrForGood, entries, kind.entries, kind.name)
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
		list, _, err := parseList(l, body, math.MaxInt) // it was counted before it came into force
		if err != nil {
			return nil, err
		}
		lists = append(lists, list)
	}
	tables, _ := intel.Build(lists, intel.Options{Compact: true, Most: mostSaid})
	return tables, nil
}
