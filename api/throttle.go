package api

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// throttle lets each account call so often and no more.
type throttle struct {
	rate  rate.Limit
	burst int

	mu       sync.Mutex
	accounts map[string]*allowance
}

type allowance struct {
	limiter *rate.Limiter
	denied  int // since the last one that was allowed
}

// maxAllowances bounds the table; beyond it those go that say nothing, and if that is not enough, any quarter of it.
const maxAllowances = 10000

func newThrottle(perSecond float64, burst int) *throttle {
	return &throttle{rate: rate.Limit(perSecond), burst: burst, accounts: map[string]*allowance{}}
}

// allow takes one call of an account.
func (t *throttle) allow(account string, now time.Time) bool {
	ok, _ := t.take(account, now)
	return ok
}

// take is allow, and returns how many calls were denied since one was allowed.
func (t *throttle) take(account string, now time.Time) (ok bool, denied int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	a := t.accounts[account]
	if a == nil {
		t.makeRoom(now)
		a = &allowance{limiter: rate.NewLimiter(t.rate, t.burst)}
		t.accounts[account] = a
	}
	if !a.limiter.AllowN(now, 1) {
		a.denied++
		return false, a.denied
	}
	denied, a.denied = a.denied, 0
	return true, denied
}

func (t *throttle) makeRoom(now time.Time) {
	if len(t.accounts) < maxAllowances {
		return
	}
	for account, a := range t.accounts {
		if a.denied == 0 && a.limiter.TokensAt(now) >= float64(t.burst) {
			delete(t.accounts, account)
		}
	}
	for account := range t.accounts {
		if len(t.accounts) <= maxAllowances*3/4 {
			return
		}
		delete(t.accounts, account)
	}
}
