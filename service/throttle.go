package service

import (
	"maps"
	"slices"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Throttle lets each account, or whatever else is named, do something so often and no more.
type Throttle struct {
	rate  rate.Limit
	burst int

	mu    sync.Mutex
	names map[string]*allowance
}

type allowance struct {
	limiter *rate.Limiter
	denied  int // since the last one that was allowed
	asked   time.Time
}

// maxAllowances bounds the table; beyond it those go that say nothing, and if that is not enough, up to a
// quarter of it, who asked longest ago.
const maxAllowances = 10000

// NewThrottle returns a throttle that allows so many a second in the long run, and so many at once.
func NewThrottle(perSecond float64, burst int) *Throttle {
	return &Throttle{rate: rate.Limit(perSecond), burst: burst, names: map[string]*allowance{}}
}

// Allow takes one of what a name may do, and reports whether there was one left.
func (t *Throttle) Allow(name string, now time.Time) bool {
	ok, _ := t.Take(name, now)
	return ok
}

// Take is Allow, and returns how many were denied since one was allowed.
func (t *Throttle) Take(name string, now time.Time) (ok bool, denied int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.names[name]
	if a == nil {
		t.makeRoom(now)
		a = &allowance{limiter: rate.NewLimiter(t.rate, t.burst)}
		t.names[name] = a
	}
	a.asked = now
	if !a.limiter.AllowN(now, 1) {
		a.denied++
		return false, a.denied
	}
	denied, a.denied = a.denied, 0
	return true, denied
}

func (t *Throttle) makeRoom(now time.Time) {
	if len(t.names) < maxAllowances {
		return
	}
	maps.DeleteFunc(t.names, func(_ string, a *allowance) bool { return a.denied == 0 && a.limiter.TokensAt(now) >= float64(t.burst) })
	over := len(t.names) - maxAllowances*3/4
	if over <= 0 {
		return
	}
	oldest := slices.SortedFunc(maps.Keys(t.names), func(a, b string) int { return t.names[a].asked.Compare(t.names[b].asked) })
	for _, name := range oldest[:over] {
		delete(t.names, name)
	}
}
