package picket

import "hash/fnv"

// Partitions is how many partitions the log has. It never changes: an account's records are in one of them for ever.
const Partitions = 256

// PartitionOf is the partition that an account's records are in.
func PartitionOf(account string) int {
	h := fnv.New32a()
	h.Write([]byte(account))
	return int(h.Sum32() % Partitions)
}

// Message is an entry of the log; of what it brings it has one.
type Message struct {
	Seq int64 `json:"-"` // in its partition, from 1, without holes; the store's to give

	Object *LogObject `json:"object,omitempty"`
	Mark   int64      `json:"mark,omitempty"` // seconds since the epoch: whatever was delivered before came before this message
	Route  *Route     `json:"route,omitempty"`
	List   *List      `json:"list,omitempty"`
	Intel  string     `json:"intel,omitempty"` // names what applies to every account from here on: bytes that don't change
}

// LogObject is log records: by a name whose bytes can't change, or themselves.
type LogObject struct {
	Source     string `json:"source"`
	Name       string `json:"name"`              // as people know it
	Version    string `json:"version,omitempty"` // tells this content from another of the same name
	From       int64  `json:"from,omitempty"`    // the bytes that are meant
	To         int64  `json:"to,omitempty"`      // 0: to the end
	Head       string `json:"head,omitempty"`    // tells its first record from others, where it grows; empty if it has none, or a very long one
	Inline     []byte `json:"inline,omitempty"`  // the records themselves, as zstd
	Account    string `json:"account,omitempty"` // of records that name none
	Only       bool   `json:"only,omitempty"`    // records of other accounts are refused
	Region     string `json:"region,omitempty"`
	FlowFormat string `json:"flowFormat,omitempty"` // of flow records without a header line
	Delivered  int64  `json:"delivered"`            // seconds since the epoch

	Test  bool      `json:"test,omitempty"`  // read, but neither counted nor judged
	Tries int       `json:"tries,omitempty"` // how often it was set aside before, because it could not be opened
	Again []Stretch `json:"again,omitempty"` // read once more: only records that begin in these stretches, which ascend
}

// Stretch is a part of an object as its records are placed in it.
type Stretch struct {
	From int64 `json:"from"`
	To   int64 `json:"to,omitempty"` // the first place behind it; 0: it has no end
}

// Holds reports whether a place is in a stretch.
func (s Stretch) Holds(at int64) bool { return at >= s.From && (s.To == 0 || at < s.To) }

// Route is what is analysed of an account in a region, from its message on.
type Route struct {
	Account  string   `json:"account"`
	Region   string   `json:"region"`
	Enabled  bool     `json:"enabled"`
	Features []string `json:"features,omitempty"` // that are on
	Rules    []string `json:"rules"`              // custom detection rules that raise findings, by their ids; nil in messages of earlier releases
	At       int64    `json:"at,omitempty"`       // when it was changed, seconds since the epoch; 0 in messages of earlier releases
	Again    bool     `json:"again,omitempty"`    // nothing changed but the clock, which was ahead: no change was later than this
}

// List is a list of an account in a region, in force from its message on in place of the one with its id.
type List struct {
	Account string `json:"account"`
	Region  string `json:"region"`
	ID      string `json:"id"`
	Version string `json:"version,omitempty"` // names bytes that don't change; empty: the list is out of force
	Name    string `json:"name,omitempty"`
	Format  string `json:"format,omitempty"`
	Trusted bool   `json:"trusted,omitempty"` // else threatening
	Names   bool   `json:"names,omitempty"`   // domain names count too
}

// Partition is how far a partition of the log is.
type Partition struct {
	Number  int
	Epoch   int64 // grows with every owner
	Applied int64 // the message whose effects are stored, with those of all before it
	State   int64 // the message that the kept state was made after; 0 if there is none
	Last    int64 // the message at the end
	Dirty   bool  // the owner before went without a word
	Trying  int64 // the message that Try noted last; 0 if it noted none
	Tries   int   // for which time
}

// Log is the messages that bring log records to the engine, in partitions. A partition has one owner at a time: what an
// earlier owner still does fails with CodeConflict.
type Log interface {
	// Append adds messages to the end of a partition.
	Append(partition int, messages ...Message) error
	// Read returns up to limit messages that come after one.
	Read(partition int, after int64, limit int) ([]Message, error)
	// Partitions returns those that have had a message, by number.
	Partitions() ([]Partition, error)
	// Own makes the caller the owner of a partition, and returns what KeepState stored; nil if nothing is.
	Own(partition int) (Partition, []byte, error)
	// Try notes that the owner is about to take a message, and for which time owners are, for who owns the partition if that
	// ends this one.
	Try(partition int, epoch, seq int64, times int) error
	// Apply notes that the effects of all messages up to one are stored, in this transaction.
	Apply(partition int, epoch, to int64) error
	// Release notes that the owner goes, and stored what it wanted.
	Release(partition int, epoch int64) error
	// KeepState stores what the owner has in mind after a message that is applied, in place of what is there. Messages
	// before it and before trim are deleted.
	KeepState(partition int, epoch, at int64, state []byte, trim int64) error
}
