package engine

import (
	"encoding/binary"
	"hash/maphash"
	"maps"
	"strings"
)

// seen is what a shard's first-seen conditions remember: rule, group and value, and when each was seen last; and how many values
// each group has, since a finding says how many were known. Groups are known by a hash: they are as many as people, and most have
// a few values.
type seen struct {
	at     map[string]int64
	values map[uint64]uint32
	seed   maphash.Seed
}

func newSeen() seen {
	return seen{at: map[string]int64{}, values: map[uint64]uint32{}, seed: maphash.MakeSeed()}
}

// forget forgets the older half.
func (s *seen) forget() int64 {
	n := forget(s.at)
	s.count()
	return n
}

// count counts the groups' values anew.
func (s *seen) count() {
	s.values = map[uint64]uint32{}
	for key := range maps.Keys(s.at) {
		s.values[maphash.String(s.seed, key[:groupLen(key)])]++
	}
}

// groupLen is how much of a key names the group: the rule's number, and the parts that appendKey wrote.
func groupLen(key string) int {
	end := strings.IndexByte(key, '|') + 1
	for range keyParts {
		n, size := binary.Uvarint([]byte(key[end:min(len(key), end+binary.MaxVarintLen64)]))
		if size <= 0 || n > uint64(len(key)-end-size) {
			return len(key) // of a snapshot that is damaged
		}
		end += size + int(n)
	}
	return end
}

const maxShown = 200 // bytes of a value: it may be what somebody wrote

// shown is a value as findings say it.
func shown(value string) string {
	if len(value) > maxShown {
		value = value[:maxShown]
	}
	return strings.ToValidUTF8(value, "")
}
