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

// LogMessage is an entry of the log.
type LogMessage struct {
	Seq  int64 // in its partition, from 1, without holes
	Body []byte
}

// Partition is how far a partition of the log is.
type Partition struct {
	Number  int
	Epoch   int64 // grows with every owner
	Applied int64 // the message whose effects are stored, with those of all before it
	State   int64 // the message that the kept state was made after; 0 if there is none
	Last    int64 // the message at the end
	Deaths  int   // owners since Applied moved or one released it, the present one among them
}

// Log is the messages that bring log records to the engine, in partitions. A partition has one owner at a time: what an
// earlier owner still does fails with CodeConflict.
type Log interface {
	// Append adds messages to the end of a partition.
	Append(partition int, bodies ...[]byte) error
	// Read returns up to limit messages that come after one.
	Read(partition int, after int64, limit int) ([]LogMessage, error)
	// Partitions returns those that have had a message, by number.
	Partitions() ([]Partition, error)
	// Own makes the caller the owner of a partition.
	Own(partition int) (Partition, error)
	// Apply notes that the effects of all messages up to one are stored, in this transaction.
	Apply(partition int, epoch, to int64) error
	// Release notes that the owner goes, and stored what it wanted.
	Release(partition int, epoch int64) error
	// KeepState stores what the owner has in mind after a message that is applied, in place of what is there. Messages
	// before it and before trim are deleted.
	KeepState(partition int, epoch, at int64, state []byte, trim int64) error
	// State returns what KeepState stored; nil if nothing is.
	State(partition int) ([]byte, error)
}
