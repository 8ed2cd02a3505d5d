package simulate

import "math/bits"

// rng is splitmix64: small, fast, and the same on every machine and with every Go release, which same seed, same bytes
// needs.
type rng struct{ s uint64 }

// newRNG returns the generator of what the parts name.
func newRNG(seed uint64, parts ...string) rng {
	h := seed ^ 14695981039346656037
	for _, p := range parts {
		for i := range len(p) {
			h = (h ^ uint64(p[i])) * 1099511628211
		}
		h = (h ^ '/') * 1099511628211
	}
	r := rng{h}
	r.next()
	return r
}

func (r *rng) next() uint64 {
	r.s += 0x9e3779b97f4a7c15
	z := r.s
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// n returns a number in [0, n).
func (r *rng) n(n int) int {
	hi, _ := bits.Mul64(r.next(), uint64(n))
	return int(hi)
}

// in returns a number in [lo, hi].
func (r *rng) in(lo, hi int) int { return lo + r.n(hi-lo+1) }

// f returns a number in [0, 1).
func (r *rng) f() float64 { return float64(r.next()>>11) / (1 << 53) }

// chance reports true p of the time.
func (r *rng) chance(p float64) bool { return r.f() < p }

// size returns a number from about lo to about hi, small ones more often.
func (r *rng) size(lo, hi int) int {
	x := r.f()
	return lo + int(float64(hi-lo)*x*x*x)
}

// round returns x or the number above it, x on average.
func (r *rng) round(x float64) int {
	n := int(x)
	if r.chance(x - float64(n)) {
		n++
	}
	return n
}

func pick[T any](r *rng, list []T) T { return list[r.n(len(list))] }

const (
	hexDigits = "0123456789abcdef"
	b32Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	b64Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	lowDigits = "abcdefghijklmnopqrstuvwxyz234567"
)

// text appends n characters of an alphabet whose length is a power of two.
func (r *rng) text(b []byte, n int, alphabet string) []byte {
	mask := uint64(len(alphabet) - 1)
	width := bits.Len64(mask)
	var x uint64
	left := 0
	for range n {
		if left < width {
			x, left = r.next(), 64
		}
		b = append(b, alphabet[x&mask])
		x >>= width
		left -= width
	}
	return b
}

func (r *rng) hex(n int) string { return string(r.text(nil, n, hexDigits)) }

func (r *rng) uuid(b []byte) []byte {
	at := len(b)
	b = r.text(b, 36, hexDigits)
	b[at+8], b[at+13], b[at+18], b[at+23] = '-', '-', '-', '-'
	b[at+14] = '4'
	b[at+19] = "89ab"[b[at+19]&3]
	return b
}

// digits appends a decimal number of n digits that begins with none of them zero.
func (r *rng) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + r.n(10))
	}
	b[0] = byte('1' + r.n(9))
	return string(b)
}

// weights draws indexes in proportion to weights.
type weights struct {
	sum   []float64
	total float64
}

func newWeights(ws []float64) weights {
	w := weights{sum: make([]float64, len(ws))}
	for i, x := range ws {
		w.total += x
		w.sum[i] = w.total
	}
	return w
}

func (w *weights) pick(r *rng) int {
	x := r.f() * w.total
	lo, hi := 0, len(w.sum)-1
	for lo < hi {
		mid := (lo + hi) / 2
		if w.sum[mid] > x {
			hi = mid
		} else {
			lo = mid + 1
		}
	}
	return lo
}
