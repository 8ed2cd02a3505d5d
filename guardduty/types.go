package guardduty

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"
)

// Ptr returns a pointer to a copy of v, for the scalar members of shapes.
func Ptr[T any](v T) *T { return &v }

// Shape is what every structure of the contract can do.
type Shape interface {
	// Validate returns a *ValidationError for the first member that breaks the
	// contract: a required one that is missing, a length, a count or a number out
	// of range, a pattern, an enumeration. It returns nil if there is none.
	Validate() error
}

// Unit is the input or output of an operation that models none: no body is sent.
type Unit struct{}

// Validate returns nil.
func (*Unit) Validate() error { return nil }

// List is a list that the contract requires, or that an operation answers
// with: it is encoded as [] when nil, because clients index it without looking.
type List[T any] []T

// MarshalJSON encodes the list, nil as [].
func (l List[T]) MarshalJSON() ([]byte, error) {
	if l == nil {
		return []byte("[]"), nil
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // the outer encoder escapes if it wants to
	if err := enc.Encode([]T(l)); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Timestamp is an instant that travels as a JSON number: seconds since the
// epoch, with milliseconds as a fraction. Anything finer is lost.
type Timestamp struct{ time.Time }

// latest is the last second of the year 9999, beyond which time.Time has no
// textual form.
const latest = 253402300799

// NewTimestamp returns t cut to milliseconds, in UTC: what a client reads back.
func NewTimestamp(t time.Time) *Timestamp {
	return &Timestamp{time.UnixMilli(t.UnixMilli()).UTC()}
}

// MarshalJSON encodes epoch seconds.
func (t Timestamp) MarshalJSON() ([]byte, error) {
	return strconv.AppendFloat(nil, float64(t.UnixMilli())/1000, 'f', -1, 64), nil
}

// UnmarshalJSON decodes epoch seconds; it refuses text and years beyond 9999.
func (t *Timestamp) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	seconds, err := strconv.ParseFloat(string(b), 64)
	if err != nil || math.Abs(seconds) > latest {
		return fmt.Errorf("timestamp %s: want a number of seconds since 1970", b)
	}
	t.Time = time.UnixMilli(int64(math.Round(seconds * 1000))).UTC()
	return nil
}
