package mail

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Message is one mail, ready to be sent.
type Message struct {
	ID      string // the same however often it is tried, so that a mail program can tell a repetition
	Date    time.Time
	To      string
	Subject string
	Text    string
	HTML    string
}

// letter is what a mail says; the templates show it.
type letter struct {
	Subject       string
	Administrator Account
	Members       []invited
	More          int // invited accounts beyond those in Members
	Regions       []string
	Notes         []string
	Links         []link
}

type invited struct {
	Account
	Regions string // where not all of the letter's; empty otherwise
}

type link struct{ Region, URL string }

// mostMembers is how many accounts a mail names.
const mostMembers = 100

// write makes the mail of a batch. There is at least one request.
func write(id string, b batch, requests []request) (Message, error) {
	l := newLetter(b, requests)
	return invitationPage.write(Message{ID: messageID(id, b, requests), Date: time.UnixMilli(b.Since).UTC(), To: b.To, Subject: l.Subject}, l)
}

func newLetter(b batch, requests []request) letter {
	l := letter{Administrator: clean(b.Administrator), Notes: noteLines(b.Notes)}
	links, members, regionsOf := map[string]string{}, []Account{}, map[string][]string{}
	for _, r := range requests {
		if !slices.Contains(l.Regions, r.Region) {
			l.Regions = append(l.Regions, r.Region)
		}
		if r.Link != "" {
			links[r.Region] = r.Link
		}
		if regionsOf[r.Member.ID] == nil {
			members = append(members, r.Member)
		}
		regionsOf[r.Member.ID] = append(regionsOf[r.Member.ID], r.Region)
	}
	slices.Sort(l.Regions)
	slices.SortFunc(members, func(a, b Account) int { return cmp.Compare(a.ID, b.ID) })
	l.Subject = "Action requested: " + l.Administrator.ID + " wants to become the GuardDuty administrator for " + whom(members)
	l.More = max(0, len(members)-mostMembers)
	for _, m := range members[:len(members)-l.More] {
		i := invited{Account: clean(m)}
		if regions := regionsOf[m.ID]; len(regions) < len(l.Regions) {
			slices.Sort(regions)
			i.Regions = strings.Join(regions, ", ")
		}
		l.Members = append(l.Members, i)
	}
	for _, region := range l.Regions {
		if links[region] != "" {
			l.Links = append(l.Links, link{region, links[region]})
		}
	}
	return l
}

func whom(members []Account) string {
	if len(members) == 1 {
		return oneLine(members[0].ID)
	}
	return fmt.Sprintf("%d accounts", len(members))
}

func clean(a Account) Account { return Account{ID: oneLine(a.ID), Name: oneLine(a.Name)} }

// messageID names what is sent: this batch, as it was asked for at this time.
func messageID(id string, b batch, requests []request) string {
	h := sha256.New()
	if err := json.NewEncoder(h).Encode([]any{id, b.Since, requests}); err != nil {
		panic("BUG: a request that is no JSON: " + err.Error())
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// One reports whether the letter is about one account only.
func (l letter) One() bool { return len(l.Members) == 1 }

// Where names the regions.
func (l letter) Where() string { return strings.Join(l.Regions, ", ") }

// String writes an account as people do: its id, and its name if it has one.
func (a Account) String() string {
	if a.Name == "" {
		return a.ID
	}
	return a.ID + " (" + a.Name + ")"
}

var invitationPage = pageOf("invitation")
