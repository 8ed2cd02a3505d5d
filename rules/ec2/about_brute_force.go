package ec2

import (
	"time"

	"picket"
	"picket/entity"
	"picket/rule"
)

// What a try to sign in looks like. A refused sign-in to SSH, RDP or WinRM takes 1.5 to 6 kB each way and ends within
// seconds; less is a banner read by a monitor, more is work.
const (
	tryLeast   = 500    // bytes each way
	tryMost    = 20_000 // bytes each way
	trySeconds = 120    // shorter
)

// What work looks like: a session of an administrator or a build, by which its address is known to hold a key.
const (
	workSeconds = 60
	workBytes   = 50_000
)

// guesses is how many tries within guessesWithin make guessing. A job that connects every minute makes ten, two such
// jobs twenty; people make fewer, and password lists hundreds.
const (
	guesses       = 30
	guessesWithin = 10 * time.Minute
	guessesKnown  = 3 * guesses // from an address that also works there
)

func try(c *entity.Conversation) bool {
	return c.Duration() < trySeconds && tryLeast <= c.In.Bytes && c.In.Bytes <= tryMost && tryLeast <= c.Out.Bytes && c.Out.Bytes <= tryMost
}

func work(c *entity.Conversation) bool {
	return c.Duration() > workSeconds && c.In.Bytes+c.Out.Bytes > workBytes
}

// signIn reports whether c tells something about guessing: a try, or work that speaks for its address.
func signIn(c *entity.Conversation) bool { return (try(c) || work(c)) && c.Established() }

// guessing fires on many tries between an instance and one other address, in one direction.
func guessing() rule.Distinct[*entity.Conversation] {
	return rule.Distinct[*entity.Conversation]{
		Per:    func(c *entity.Conversation) string { return c.Direction() + c.Remote.String() },
		Of:     func(c *entity.Conversation) uint64 { return c.ID },
		N:      guesses,
		Within: guessesWithin,
		Add: func(c *entity.Conversation, t *rule.Tally) {
			if try(c) {
				t.Sum[0]++
			} else {
				t.Sum[1]++
			}
		},
		Decide: func(t *rule.Tally) bool {
			tries, known := t.Sum[0], t.Sum[1] > 0
			return !known || tries >= guessesKnown
		},
	}
}

// graver raises the severity where the instance is the one that guesses: then it is in the attacker's hands.
func graver(n *rule.Note, c *entity.Conversation, _ *rule.Env) {
	n.Set("victim", c.Interface.Resource())
	n.Set("attacker", c.Remote.String())
	if c.Outbound() {
		n.Severity = picket.High
		n.Set("victim", c.Remote.String())
		n.Set("attacker", c.Interface.Resource())
	}
}
