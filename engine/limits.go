package engine

import "slices"

// Limits bound the state of an engine. What happens beyond each is counted in Stats.
type Limits struct {
	Conversations int // joined flow records of a shard; 0: 400,000
	Windows       int // of ten minutes, that these fall into; 0: 50,000
	Groups        int // open windows of thresholds and distincts of a shard and log kind, over all rules; 0: 200,000
	Fresh         int // groups of Fresh conditions remembered, of a shard and log kind; 0: 200,000
	Seen          int // values of first-seen conditions of a shard, over all rules; 0: 500,000
	Pending       int // records of a shard that wait for the watermark; 0: 100,000
	Accounts      int // whose facts a shard keeps; 0: 10,000
	Interfaces    int // network interfaces whose names the engine keeps; 0: 500,000
}

func (l Limits) orDefault() Limits {
	def := func(n *int, v int) {
		if *n == 0 {
			*n = v
		}
	}
	def(&l.Conversations, 400_000)
	def(&l.Windows, 50_000)
	def(&l.Groups, 200_000)
	def(&l.Fresh, 200_000)
	def(&l.Seen, 500_000)
	def(&l.Pending, 100_000)
	def(&l.Accounts, 10_000)
	def(&l.Interfaces, 500_000)
	return l
}

// Stats counts what could not be done as the rules say: each but Late and Gone because a limit was reached.
type Stats struct {
	Late          int64 // records whose window was closed already
	Conversations int64 // judged before all their records were read
	Groups        int64 // windows decided before all their records were read
	Fresh         int64 // groups whose earlier records were forgotten
	Seen          int64 // values that were forgotten
	Pending       int64 // records judged before all earlier ones were read
	Facts         int64 // about accounts, that were forgotten
	Accounts      int64 // forgotten with all their facts
	Unnamed       int64 // flow records that were not judged: of network interfaces beyond the limit
	Gone          int64 // windows, values and waiting records in a snapshot, of rules that its engine has and this one hasn't
}

// Limits returns what could not be done because a limit was reached, and how often, by what there was too much of: those that
// people need not tell apart are one.
func (s Stats) Limits() map[string]int64 {
	return map[string]int64{
		"conversations": s.Conversations, "windows": s.Groups, "pending": s.Pending, "seen": s.Fresh + s.Seen,
		"facts": s.Facts + s.Accounts, "interfaces": s.Unnamed,
	}
}

func (s *Stats) add(o *Stats) {
	s.Late += o.Late
	s.Conversations += o.Conversations
	s.Groups += o.Groups
	s.Fresh += o.Fresh
	s.Seen += o.Seen
	s.Pending += o.Pending
	s.Facts += o.Facts
	s.Accounts += o.Accounts
	s.Unnamed += o.Unnamed
	s.Gone += o.Gone
}

// forget drops from m, whose values are seconds, what is oldest: all up to the day that half of it is older than. It
// returns how many.
func forget(m map[string]int64) (n int64) {
	days := make([]int64, 0, len(m))
	for _, sec := range m {
		days = append(days, sec/86400)
	}
	slices.Sort(days)
	until := days[len(days)/2]
	for k, sec := range m {
		if sec/86400 <= until {
			delete(m, k)
			n++
		}
	}
	return n
}
