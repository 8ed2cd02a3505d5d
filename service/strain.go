package service

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

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

// Strain is what was not judged as the rules say, or not at all because it is nobody's.
type Strain struct {
	Late   Late             `json:"late,omitzero"`
	Limits map[string]int64 `json:"limits,omitempty"` // that were reached, and how often, by what there was too much of

	Accounts map[string]int64 `json:"accounts,omitempty"` // records of accounts without an enabled detector; under "", of more of them, or of none
	Regions  map[string]int64 `json:"regions,omitempty"`  // records of the others, in regions that the server has not

	At int64 `json:"at,omitempty"` // seconds since the epoch, when it was noted last
}

// mostStrangers is how many accounts, and regions, are told apart: those of which most records came.
const mostStrangers = 100

func (s Strain) plus(o Strain) Strain {
	return Strain{
		Late: s.Late.Plus(o.Late), Limits: sums(s.Limits, o.Limits),
		Accounts: busiest(sums(s.Accounts, o.Accounts)), Regions: busiest(sums(s.Regions, o.Regions)), At: max(s.At, o.At),
	}
}

func sums(all ...map[string]int64) map[string]int64 {
	var sum map[string]int64
	for _, some := range all {
		for name, n := range some {
			if sum == nil {
				sum = map[string]int64{}
			}
			sum[name] += n
		}
	}
	return sum
}

// busiest adds up all but those of which most came.
func busiest(all map[string]int64) map[string]int64 {
	if len(all) <= mostStrangers {
		return all
	}
	for _, name := range Busiest(all)[mostStrangers-1:] {
		n := all[name]
		delete(all, name)
		all[""] += n
	}
	return all
}

// Busiest returns the names, those with most first.
func Busiest(all map[string]int64) []string {
	names := slices.DeleteFunc(slices.Collect(maps.Keys(all)), func(name string) bool { return name == "" })
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(all[b], all[a]), cmp.Compare(a, b)) })
	return names
}

const (
	strainKind  = "strain"      // of documents, one for each partition of the log, so that none waits for another
	strainShown = 7 * 24 * 3600 // seconds after the last it is forgotten
)

// AddStrain adds to what is noted of a partition.
func (s *Service) AddStrain(tx picket.Tx, partition int, more Strain) error {
	maps.DeleteFunc(more.Regions, func(name string, _ int64) bool { return slices.Contains(s.Regions(), name) })
	if more.Late.Records == 0 && len(more.Limits)+len(more.Accounts)+len(more.Regions) == 0 {
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
