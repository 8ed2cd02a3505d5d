package service

import (
	"encoding/json"
	"fmt"
	"time"

	"picket"
	"picket/publish"
)

// notice is what an account and its administrator are told though no finding says it.
type notice struct {
	about string // account
	topic string // of those of one that wait for a destination, the latest goes; empty: it is of none
	event string // its name in the audit log
	title string // its type at destinations
	of    map[string]any
}

// The notices about logs.
var (
	logsStopped = notice{event: "LogsStopped", title: "Picket Logs Stopped"}
	logsResumed = notice{event: "LogsResumed", title: "Picket Logs Resumed"}

	digestsBroken = notice{event: "LogValidationFailed", title: "Picket Log Validation Failed"}
	digestsWhole  = notice{event: "LogValidationRecovered", title: "Picket Log Validation Recovered"}
)

func (n notice) with(details map[string]any) notice {
	n.of = details
	return n
}

// notify tells an account and its administrator.
func (s *Service) notify(tx picket.Tx, c picket.Caller, n notice) error {
	administrator, err := administratorOf(tx, c.Account, c.Region)
	if err != nil {
		return err
	}
	told := []string{c.Account}
	if administrator != nil {
		told = append(told, administrator.Administrator)
	}
	by := map[string]any{"type": "AWSService", "invokedBy": "guardduty.amazonaws.com"}
	n.about = c.Account
	return n.send(tx, told, c.Region, by, s.now())
}

// tell tells both sides of a change of a relation, so that no member goes or goes dark unnoticed. An account that was only added
// hears nothing: who adds it may be any stranger.
func (s *Service) tell(tx picket.Tx, by picket.Caller, m *picket.Member, from picket.MemberStatus) error {
	n := notice{about: m.Account, event: "MemberRelationshipChanged", title: "GuardDuty Member Relationship Change"}
	n.topic = "relation/" + m.Administrator + "/" + m.Account
	n.of = map[string]any{
		"administratorId": m.Administrator, "memberId": m.Account, "from": from, "to": m.Status, "reason": m.History[len(m.History)-1].Reason,
	}
	told := []string{m.Administrator}
	if heard(from) || heard(m.Status) {
		told = append(told, m.Account)
	}
	who := map[string]any{"type": "AWSService", "arn": by.ARN, "accountId": by.Account, "invokedBy": "guardduty.amazonaws.com"}
	return n.send(tx, told, m.Region, who, m.UpdatedAt)
}

// heard reports whether an account with a status has heard of the relation: it was invited, at least.
func heard(s picket.MemberStatus) bool { return s != absent && s != picket.Created }

// send writes a notice to the audit logs of accounts, as a service event of CloudTrail's form, and lets it go to their
// destinations.
func (n notice) send(tx picket.Tx, to []string, region string, by map[string]any, now int64) error {
	for _, account := range to {
		id := newID()
		event, err := json.Marshal(map[string]any{
			"eventVersion":        "1.11",
			"eventID":             id,
			"eventTime":           time.UnixMilli(now).UTC().Format(time.RFC3339),
			"eventSource":         "guardduty.amazonaws.com",
			"eventName":           n.event,
			"eventType":           "AwsServiceEvent",
			"awsRegion":           region,
			"userIdentity":        by,
			"sourceIPAddress":     "guardduty.amazonaws.com",
			"recipientAccountId":  account,
			"serviceEventDetails": n.of,
		})
		if err != nil {
			return fmt.Errorf("encode %s: %w", n.event, err)
		}
		if err := tx.Audit().Append(picket.AuditRecord{Time: now, Account: account, Region: region, Event: event}); err != nil {
			return err
		}
		if err := n.publish(tx, account, region, id, now); err != nil {
			return err
		}
	}
	return nil
}

// publish lets a notice go to the operator's destinations of an account; S3 has no place for it.
func (n notice) publish(tx picket.Tx, account, region, id string, now int64) error {
	all, err := publish.Destinations(tx, account, region)
	if err != nil {
		return err
	}
	m := publish.Message{ID: id, Topic: n.topic, Type: n.title, About: n.of}
	for _, d := range all {
		if d.Type == publish.S3 || !d.Wants(n.about) {
			continue
		}
		if err := publish.Say(tx, d, region, m, now); err != nil {
			return err
		}
	}
	return nil
}
