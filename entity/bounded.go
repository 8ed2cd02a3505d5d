package entity

import (
	"cmp"
	"slices"
	"strings"
)

// bounded is a map of at most max entries. When it overflows, the eighth of it that was put longest ago is dropped: by
// time, then by key, so that equal puts leave equal maps.
type bounded[V any] struct {
	max     int
	m       map[string]dated[V]
	dropped int64 // for want of room
}

type dated[V any] struct {
	at int64
	v  V
}

func (b *bounded[V]) get(key string) (v V, ok bool) {
	d, ok := b.m[key]
	return d.v, ok
}

// put keeps v, and a key that outlives the record it is part of.
func (b *bounded[V]) put(key string, at int64, v V) {
	if b.m == nil {
		b.m = map[string]dated[V]{}
	}
	b.m[strings.Clone(key)] = dated[V]{at, v} // a map takes the key that it is given last
	if len(b.m) > b.max {
		b.shrink()
	}
}

func (b *bounded[V]) drop(key string) { delete(b.m, key) }

func (b *bounded[V]) shrink() {
	keys := make([]string, 0, len(b.m))
	for k := range b.m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(x, y string) int {
		return cmp.Or(cmp.Compare(b.m[x].at, b.m[y].at), cmp.Compare(x, y))
	})
	gone := keys[:len(keys)-b.max+b.max/8]
	for _, k := range gone {
		delete(b.m, k)
	}
	b.dropped += int64(len(gone))
}
