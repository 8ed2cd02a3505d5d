package service

import (
	"fmt"

	"picket"
)

// Late tells of records that came when the windows they fall into were decided already. They were judged all the same, but
// without what had come before, so that what both together would show may be missing.
type Late struct {
	Records int64 `json:"records"`
	First   int64 `json:"first"` // the earliest of their event times, seconds since the epoch
	Last    int64 `json:"last"`  // the latest
	At      int64 `json:"at"`    // when one came last
}

// Plus adds others.
func (l Late) Plus(o Late) Late {
	switch {
	case l.Records == 0:
		return o
	case o.Records == 0:
		return l
	}
	return Late{l.Records + o.Records, min(l.First, o.First), max(l.Last, o.Last), max(l.At, o.At)}
}

// Strain is what was not judged as the rules say.
type Strain struct {
	Late   Late             `json:"late,omitzero"`
	Limits map[string]int64 `json:"limits,omitempty"` // of the engine that were reached, and how often
	At     int64            `json:"at,omitempty"`     // seconds since the epoch, when it was noted last
}

func (s Strain) plus(o Strain) Strain {
	sum := Strain{Late: s.Late.Plus(o.Late), At: max(s.At, o.At)}
	for _, some := range []map[string]int64{s.Limits, o.Limits} {
		for name, n := range some {
			if sum.Limits == nil {
				sum.Limits = map[string]int64{}
			}
			sum.Limits[name] += n
		}
	}
	return sum
}

const (
	strainKind  = "strain"      // of documents, one for each partition of the log, so that none waits for another
	strainShown = 7 * 24 * 3600 // seconds after the last it is forgotten
)

// AddStrain adds to what is noted of a partition.
func (s *Service) AddStrain(tx picket.Tx, partition int, more Strain) error {
	if more.Late.Records == 0 && len(more.Limits) == 0 {
		return nil
	}
	k := picket.DocumentKey{Kind: strainKind, ID: fmt.Sprintf("%03d", partition)}
	sum, err := get[Strain](tx, k)
	if err != nil && picket.ErrorCode(err) != picket.CodeNotFound {
		return err
	}
	more.At = s.now() / 1000
	if more.At-sum.At > strainShown {
		sum = Strain{}
	}
	return tx.Documents().Put(k, sum.plus(more))
}

// strain is what was noted in the last days.
func (s *Service) strain(tx picket.Tx) (sum Strain, err error) {
	all, err := list[Strain](tx, strainKind, "")
	for _, o := range all {
		if s.now()/1000-o.At <= strainShown {
			sum = sum.plus(o)
		}
	}
	return sum, err
}
