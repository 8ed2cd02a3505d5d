package mail

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"picket"
)

// Limits of a day, in UTC: anybody may invite any address, and must not flood it, nor use the operator's mail server up. Who invites
// in batches has one mail a minute for one person, whatever the batch, and seldom more.
const (
	mostToOne = 100  // mails of an administrator to one address
	mostOfOne = 5000 // mails of an administrator, or Invitation.Most if that is more
)

// CountKind is the kind of documents of an administrator that count its mails of a day: one for each address, and one for all.
const CountKind = "mail-count"

// Count is such a document.
type Count struct {
	At int64 `json:"at"` // of the last mail, milliseconds since the epoch
	N  int   `json:"n"`  // on the day of At
}

// admit counts one more mail, unless it is too many: then it says why there is none.
func admit(tx picket.Tx, i Invitation, now int64) (refusal string, err error) {
	sum := sha256.Sum256([]byte(strings.ToLower(i.To)))
	ofAddress, ofAll := countKey(i, hex.EncodeToString(sum[:16])), countKey(i, "all")
	toOne, err := countOf(tx, ofAddress, now)
	if err != nil {
		return "", err
	}
	all, err := countOf(tx, ofAll, now)
	if err != nil {
		return "", err
	}
	const refused = "not sent, as %d mails of an administrator%s are the most of a day; it can be mailed again from %s on"
	tomorrow := clock((now/day + 1) * day)
	switch most := max(i.Most, mostOfOne); {
	case toOne >= mostToOne:
		return fmt.Sprintf(refused, mostToOne, " to one address", tomorrow), nil
	case all >= most:
		return fmt.Sprintf(refused, most, "", tomorrow), nil
	}
	return "", cmp.Or(tx.Documents().Put(ofAddress, Count{now, toOne + 1}), tx.Documents().Put(ofAll, Count{now, all + 1}))
}

const day = int64(24 * time.Hour / time.Millisecond)

func countKey(i Invitation, id string) picket.DocumentKey {
	return picket.DocumentKey{Kind: CountKind, Account: i.Administrator.ID, ID: id}
}

// countOf returns how many mails were counted on this day.
func countOf(tx picket.Tx, k picket.DocumentKey, now int64) (int, error) {
	var c Count
	if err := unlessGone(tx.Documents().Get(k, &c)); err != nil {
		return 0, fmt.Errorf("count mails of %s: %w", k.Account, err)
	}
	if c.At/day != now/day {
		return 0, nil
	}
	return c.N, nil
}
