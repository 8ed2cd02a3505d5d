package entity

import "picket/event"

// Account is what an account's own CloudTrail records say of its resources, as of a moment: it learns from records in
// order of event time. Rules ask it through Env.Facts.
type Account struct{}

// NewAccount returns an account of which nothing is known.
func NewAccount() *Account { return &Account{} }

// FactCalls lists the calls that an Account learns from: event source → call names.
func FactCalls() map[string][]string { return map[string][]string{} }

// Observe learns from e, which is later than all before it.
func (a *Account) Observe(*event.CloudTrail) {}
