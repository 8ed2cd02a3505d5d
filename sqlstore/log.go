package sqlstore

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"picket"
)

// log implements picket.Log.
type log struct{ *tx }

// statePiece is how many bytes of a state a row holds.
const statePiece = 4 << 20

// Append implements picket.Log.
func (l log) Append(partition int, messages ...picket.Message) error {
	if len(messages) == 0 {
		return nil
	}
	last, err := row(l.tx, "partition", value[int64], `INSERT INTO partitions (number, last) VALUES (?, ?)
		ON CONFLICT (number) DO UPDATE SET last = partitions.last + excluded.last RETURNING last`, partition, len(messages))
	if err != nil {
		return fmt.Errorf("append to partition %d: %w", partition, err)
	}
	for i, m := range messages {
		body, err := json.Marshal(m)
		if err != nil {
			return fmt.Errorf("encode message: %w", err)
		}
		seq := last - int64(len(messages)) + int64(i) + 1
		if _, err := l.exec("INSERT INTO log (number, seq, body) VALUES (?, ?, ?)", partition, seq, body); err != nil {
			return fmt.Errorf("append to partition %d: %w", partition, err)
		}
	}
	return nil
}

// Read implements picket.Log.
func (l log) Read(partition int, after int64, limit int) ([]picket.Message, error) {
	all, err := rows(l.tx, readMessage, "SELECT seq, body FROM log WHERE number = ? AND seq > ? ORDER BY seq LIMIT ?", partition, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read partition %d: %w", partition, err)
	}
	return all, nil
}

func readMessage(s scanner) (m picket.Message, err error) {
	var seq int64
	var body []byte
	if err := s.Scan(&seq, &body); err != nil {
		return m, err
	}
	err = json.Unmarshal(body, &m)
	m.Seq = seq
	return m, err
}

const selectPartitions = "SELECT number, epoch, applied, state, last, dirty, trying, tries FROM partitions "

func readPartition(s scanner) (p picket.Partition, err error) {
	var dirty int64
	err = s.Scan(&p.Number, &p.Epoch, &p.Applied, &p.State, &p.Last, &dirty, &p.Trying, &p.Tries)
	p.Dirty = dirty != 0
	return p, err
}

// Partitions implements picket.Log.
func (l log) Partitions() ([]picket.Partition, error) {
	all, err := rows(l.tx, readPartition, selectPartitions+"ORDER BY number")
	if err != nil {
		return nil, fmt.Errorf("list partitions: %w", err)
	}
	return all, nil
}

// Own implements picket.Log.
func (l log) Own(partition int) (picket.Partition, []byte, error) {
	p, err := row(l.tx, fmt.Sprintf("partition %d", partition), readPartition, selectPartitions+"WHERE number = ?", partition)
	if err != nil {
		return p, nil, err
	}
	if err := l.owned(partition, p.Epoch, "epoch = epoch + 1, dirty = 1"); err != nil {
		return p, nil, err
	}
	p.Epoch++
	pieces, err := rows(l.tx, value[[]byte], "SELECT body FROM states WHERE number = ? ORDER BY piece", partition)
	if err != nil {
		return p, nil, fmt.Errorf("read state of partition %d: %w", partition, err)
	}
	return p, bytes.Join(pieces, nil), nil
}

// Try implements picket.Log.
func (l log) Try(partition int, epoch, seq int64, times int) error {
	return l.owned(partition, epoch, "trying = ?, tries = ?", seq, times)
}

// owned changes a partition's row, of the owner alone.
func (l log) owned(partition int, epoch int64, set string, args ...any) error {
	n, err := l.exec("UPDATE partitions SET "+set+" WHERE number = ? AND epoch = ?", append(args, partition, epoch)...)
	if err != nil {
		return fmt.Errorf("write partition %d: %w", partition, err)
	}
	if n == 0 {
		return &picket.Error{Code: picket.CodeConflict, Message: fmt.Sprintf("Partition %d has another owner.", partition)}
	}
	return nil
}

// Apply implements picket.Log.
func (l log) Apply(partition int, epoch, to int64) error {
	return l.owned(partition, epoch, "applied = ?", to)
}

// Release implements picket.Log.
func (l log) Release(partition int, epoch int64) error {
	return l.owned(partition, epoch, "dirty = 0")
}

// KeepState implements picket.Log.
func (l log) KeepState(partition int, epoch, at int64, state []byte, trim int64) error {
	if err := l.owned(partition, epoch, "state = ?", at); err != nil {
		return err
	}
	if _, err := l.exec("DELETE FROM states WHERE number = ?", partition); err != nil {
		return fmt.Errorf("forget state of partition %d: %w", partition, err)
	}
	n := 0
	for piece := range slices.Chunk(state, statePiece) {
		if _, err := l.exec("INSERT INTO states (number, piece, body) VALUES (?, ?, ?)", partition, n, piece); err != nil {
			return fmt.Errorf("keep state of partition %d: %w", partition, err)
		}
		n++
	}
	if _, err := l.exec("DELETE FROM log WHERE number = ? AND seq < ?", partition, min(at, trim)); err != nil {
		return fmt.Errorf("trim partition %d: %w", partition, err)
	}
	return nil
}
