package scan

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"hash/maphash"
	"io"
	"slices"
	"sync"
)

// Why an object is not read.
const (
	listedTwice = "listed twice"
	sameContent = "the same content as another file"
)

// distinct returns objects, which are sorted, without those that are known to be the same before they are read: by name and
// version, or by content. The others are returned as skipped.
func distinct(objects []Object) (kept []Object, skipped []Problem) {
	type identity struct {
		what string
		size int64
	}
	seen := map[identity]bool{}
	for _, o := range objects {
		name, content := identity{o.Name + "\x00" + o.Version, -1}, identity{o.Content + "\x00" + o.Place.Account + "\x00" + o.Place.Region, o.Size}
		again := ""
		switch {
		case seen[name]:
			again = listedTwice
		case o.Content != "" && seen[content]:
			again = sameContent
		}
		seen[name], seen[content] = true, true
		if again != "" {
			skipped = append(skipped, Problem{Object: o.Name, Reason: again})
			continue
		}
		kept = append(kept, o)
	}
	return kept, skipped
}

const (
	headSize = 4096 // bytes that are looked at to suspect two objects of being the same
	maxAlike = 16   // objects that are suspected together
)

// identical recognizes objects whose bytes are those of one met before. What size and beginning make suspect is compared
// byte by byte: many logs begin alike.
type identical struct {
	seed maphash.Seed
	mu   sync.Mutex
	met  map[suspicion][]*Object
}

type suspicion struct {
	size int64
	head uint64
}

// meet notes o, which begins with head, and reports whether an object met before has the same bytes.
func (d *identical) meet(ctx context.Context, o *Object, head []byte) bool {
	if o.Size == 0 {
		return false // or unknown
	}
	s := suspicion{o.Size, maphash.Bytes(d.seed, head)}
	d.mu.Lock()
	before := slices.Clone(d.met[s])
	if len(before) < maxAlike {
		d.met[s] = append(d.met[s], o)
	}
	d.mu.Unlock()
	return slices.ContainsFunc(before, func(b *Object) bool { return samePlace(o, b) && sameBytes(ctx, o, b) })
}

// samePlace reports whether what the paths of two objects say does not tell their records apart.
func samePlace(a, b *Object) bool {
	same := func(x, y string) bool { return x == y || x == "" || y == "" }
	return same(a.Place.Account, b.Place.Account) && same(a.Place.Region, b.Place.Region)
}

// sameBytes reports whether two objects can be read and hold the same.
func sameBytes(ctx context.Context, a, b *Object) bool {
	x, err := a.Open(ctx)
	if err != nil {
		return false
	}
	defer x.Close()
	y, err := b.Open(ctx)
	if err != nil {
		return false
	}
	defer y.Close()
	xs, ys := bufio.NewReaderSize(x, 64<<10), bufio.NewReaderSize(y, 64<<10)
	for ctx.Err() == nil {
		p, errX := xs.Peek(32 << 10)
		q, errY := ys.Peek(32 << 10)
		if !bytes.Equal(p, q) {
			return false
		}
		if errX != nil || errY != nil {
			return errors.Is(errX, io.EOF) && errors.Is(errY, io.EOF)
		}
		xs.Discard(len(p))
		ys.Discard(len(q))
	}
	return false
}

// headed is a reader whose beginning was read already.
type headed struct {
	head []byte
	err  error // what ended the head early
	rest io.Reader
}

// peek reads the beginning of r into buf, as far as there is any.
func peek(r io.Reader, buf []byte) *headed {
	h := &headed{rest: r}
	n := 0
	for n < len(buf) && h.err == nil {
		var m int
		m, h.err = r.Read(buf[n:])
		n += m
	}
	h.head = buf[:n]
	return h
}

// Read implements io.Reader.
func (h *headed) Read(p []byte) (int, error) {
	switch {
	case len(h.head) > 0:
		n := copy(p, h.head)
		h.head = h.head[n:]
		return n, nil
	case h.err != nil:
		return 0, h.err
	}
	return h.rest.Read(p)
}
