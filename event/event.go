// Package event turns the bytes of log objects into typed records: CloudTrail events, VPC flow records and Route 53
// Resolver queries. It tells formats and compression apart by content, never by name, counts and returns what it
// cannot read, and refuses to guess: a record without an account or a region says so. It knows nothing of rules.
package event

// Kind is a family of log formats.
type Kind uint8

// The kinds of records.
const (
	KindUnknown Kind = iota
	KindCloudTrail
	KindFlow
	KindDNS
)

// String returns the name that people see: "CloudTrail", "VPC flow", "DNS".
func (k Kind) String() string {
	switch k {
	case KindCloudTrail:
		return "CloudTrail"
	case KindFlow:
		return "VPC flow"
	case KindDNS:
		return "DNS"
	}
	return "unknown"
}

// Ref names one record of one object of a run: enough to read its bytes again.
type Ref struct {
	Sec    uint32 // event time, seconds since the epoch
	Object uint64 // number of the object: in a scan its index, else unique in its partition for ever
	Offset int64  // where the record starts in the decompressed object; in an envelope's string, where the string starts; for Parquet, the row
}

// Compare orders references by event time, then object, then offset.
func (r Ref) Compare(o Ref) int {
	switch {
	case r.Sec != o.Sec:
		return cmpInt(int64(r.Sec), int64(o.Sec))
	case r.Object < o.Object:
		return -1
	case r.Object > o.Object:
		return 1
	}
	return cmpInt(r.Offset, o.Offset)
}

func cmpInt(a, b int64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}
