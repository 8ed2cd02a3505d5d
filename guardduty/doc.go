// Package guardduty is the contract of the GuardDuty API: its shapes, enums and
// validation, its operations and their routes, and the JSON they travel as.
//
// The files that end in _gen.go are generated (see gen) and never edited; the
// few others bind requests to shapes and shapes to responses. The package knows
// the wire and nothing behind it: no storage, no authentication, no error texts
// of the service, and nothing but the standard library.
package guardduty

//go:generate go run ./gen .
