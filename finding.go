package picket

import (
	"picket/guardduty"
)

// Finding is a finding at rest: what the contract says of one, and what it lacks. The API narrows it, exports widen it.
type Finding struct {
	guardduty.Finding
	Signals        []string       // the signals behind it where its type has several, sorted
	AdditionalInfo map[string]any // service.additionalInfo as an object
	UserIdentity   map[string]any // userIdentity of the latest API call
	Key            string         // aggregation key: tells findings of one account, region and type apart
	Techniques     []string       // ATT&CK
	First, Last    int64          // event times, seconds since the epoch
	Latency        int64          `json:",omitempty"` // milliseconds from the event that raised it until it was stored; 0 in a scan
	Evidence       Evidence
	State          []byte `json:",omitempty"` // what further occurrences are added to, as package finding writes it; for its owner's pipeline
}

// Evidence is what a finding rests on: at most the first and last ten records by event time, and what they crossed.
type Evidence struct {
	Records []EvidenceRecord `json:"records"`
	Crossed []Crossed        `json:"crossed,omitempty"` // the latest of each signal, by signal
}

// EvidenceRecord is one log record.
type EvidenceRecord struct {
	Object string `json:"object"`           // the file or key it was read from
	Offset int64  `json:"offset"`           // in the decompressed object; for Parquet, the row
	Kind   string `json:"kind"`             // "CloudTrail", "VPC flow" or "DNS"
	Header string `json:"header,omitempty"` // of a flow record: the names of its fields
	Text   string `json:"text"`             // the record, as logged
	Time   int64  `json:"time"`             // event time, seconds since the epoch

	Message uint64 `json:"message,omitempty"` // of the account's partition of the log, that named the object
}
