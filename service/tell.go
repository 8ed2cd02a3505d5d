package service

import (
	"encoding/json"
	"fmt"
	"time"

	"picket"
	"picket/publish"
)

// tell writes a change of a relation to the audit logs of both sides, as a service event of CloudTrail's form, so that no
// member goes or goes dark unnoticed.
func (s *Service) tell(tx picket.Tx, by picket.Caller, m *picket.Member, from picket.MemberStatus) error {
	for _, account := range []string{m.Administrator, m.Account} {
		event, err := relationEvent(by, m, from, account)
		if err != nil {
			return err
		}
		err = tx.Audit().Append(picket.AuditRecord{Time: m.UpdatedAt, Account: account, Region: m.Region, Event: event})
		if err != nil {
			return err
		}
		if err := publishRelation(tx, account, m, event); err != nil {
			return err
		}
	}
	return nil
}

// publishRelation lets a change of a relation go to the webhooks of one side.
func publishRelation(tx picket.Tx, account string, m *picket.Member, event json.RawMessage) error {
	all, err := publish.Destinations(tx, account, m.Region)
	if err != nil {
		return err
	}
	var about struct {
		EventID             string
		ServiceEventDetails json.RawMessage
	}
	if err := json.Unmarshal(event, &about); err != nil {
		return fmt.Errorf("decode change of member %s: %w", m.Account, err)
	}
	for _, d := range all {
		if d.Type == publish.S3 {
			continue
		}
		err := publish.Say(tx, d, m.Region, "relation/"+about.EventID, "GuardDuty Member Relationship Change", about.ServiceEventDetails, m.UpdatedAt)
		if err != nil {
			return err
		}
	}
	return nil
}

func relationEvent(by picket.Caller, m *picket.Member, from picket.MemberStatus, account string) (json.RawMessage, error) {
	last := m.History[len(m.History)-1]
	b, err := json.Marshal(map[string]any{
		"eventVersion": "1.11",
		"eventID":      newID(),
		"eventTime":    time.UnixMilli(m.UpdatedAt).UTC().Format(time.RFC3339),
		"eventSource":  "guardduty.amazonaws.com",
		"eventName":    "MemberRelationshipChanged",
		"eventType":    "AwsServiceEvent",
		"awsRegion":    m.Region,
		"userIdentity": map[string]any{
			"type": "AWSService", "arn": by.ARN, "accountId": by.Account, "invokedBy": "guardduty.amazonaws.com",
		},
		"sourceIPAddress":    "guardduty.amazonaws.com",
		"recipientAccountId": account,
		"serviceEventDetails": map[string]any{
			"administratorId": m.Administrator, "memberId": m.Account, "from": from, "to": m.Status, "reason": last.Reason,
		},
	})
	if err != nil {
		return nil, fmt.Errorf("encode change of member %s: %w", m.Account, err)
	}
	return b, nil
}
