package service

import (
	"picket"
)

// Account is an account of this server.
type Account struct {
	ID        string   `json:"accountId"`
	Name      string   `json:"name"`
	Email     string   `json:"email"`
	Alias     string   `json:"alias,omitempty"`
	CreatedAt int64    `json:"createdAt"`              // milliseconds since the epoch
	ClosedAt  int64    `json:"closedAt,omitempty"`     // 0 while it is open
	Trusted   []string `json:"trusted,omitempty"`      // accounts whose invitations are accepted by themselves
	Manager   string   `json:"managementId,omitempty"` // the management account of its organization
}

// accountKind is the kind of accounts' documents; they belong to the server.
const accountKind = "account"

func accountKey(id string) picket.DocumentKey { return picket.DocumentKey{Kind: accountKind, ID: id} }

// accountOf returns an account, nil if this server has none with the id.
func accountOf(tx picket.Tx, id string) (*Account, error) {
	a, err := get[Account](tx, accountKey(id))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		return nil, nil
	}
	return &a, err
}

func trustedInviters(tx picket.Tx, account string) ([]string, error) {
	a, err := accountOf(tx, account)
	if err != nil || a == nil {
		return nil, err
	}
	return a.Trusted, nil
}
