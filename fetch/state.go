package fetch

import "time"

// State is how a feed is doing that Update was asked for before.
type State struct {
	Feed     string    `json:"feed"`
	Fetched  time.Time `json:"fetched,omitzero"` // when the server last said that the copy is current; zero without a copy
	Failures int       `json:"failures"`         // tries since then, all in vain
	Error    string    `json:"error,omitempty"`  // of the last of them
	Next     time.Time `json:"next"`             // when it is to be tried again
}

// firstRetry is how long after its first failure a feed is tried again; the times after that double.
const firstRetry = time.Minute

// defaultEvery is how often a feed is fetched that does not say.
const defaultEvery = 24 * time.Hour

// States tells of the feeds that Update fetched to dir, or tried to. What people put there by hand is not among them: nobody
// asked for a download.
func States(dir string, feeds []Feed) []State {
	var all []State
	for _, f := range feeds {
		if m, known := origin(dir, f.Name); known {
			all = append(all, State{f.Name, m.Fetched, m.Failures, m.Error, f.next(m)})
		}
	}
	return all
}

func (f Feed) next(m meta) time.Time {
	every := f.Every
	if every == 0 {
		every = defaultEvery
	}
	if !m.Tried.After(m.Fetched) {
		return m.Fetched.Add(every)
	}
	return m.Tried.Add(min(firstRetry<<min(max(m.Failures-1, 0), 20), every)) // in vain, or under way
}
