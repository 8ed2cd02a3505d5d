package service

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"picket"
)

// OperatorEvent writes what the operator did, or tried, to the audit log of the account that it was about: in CloudTrail's
// form, with the request as it was made.
func (s *Service) OperatorEvent(ctx context.Context, account, command string, request json.RawMessage, outcome error) error {
	now := s.Now().UTC()
	event := map[string]any{
		"eventVersion":       "1.11",
		"eventID":            newID(),
		"eventTime":          now.Format(time.RFC3339),
		"eventSource":        "operator.picket",
		"eventName":          command,
		"eventType":          "AwsApiCall",
		"awsRegion":          s.Regions()[0],
		"recipientAccountId": account,
		"sourceIPAddress":    "operator.picket",
		"userIdentity":       map[string]any{"type": "AWSService", "invokedBy": "operator.picket"},
		"requestParameters":  request,
	}
	if outcome != nil {
		event["errorCode"], event["errorMessage"] = string(picket.ErrorCode(outcome)), outcome.Error()
	}
	body, err := json.Marshal(event)
	if err != nil {
		return fmt.Errorf("encode audit event: %w", err)
	}
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		return tx.Audit().Append(picket.AuditRecord{Time: now.UnixMilli(), Account: account, Region: s.Regions()[0], Event: body})
	})
}

// Audit lists an account's audit records after a sequence number; for an empty account, those of the whole server.
func (s *Service) Audit(ctx context.Context, account string, after int64, limit int) ([]picket.AuditRecord, error) {
	return view(ctx, s, func(tx picket.Tx) ([]picket.AuditRecord, error) {
		if account == "" {
			return tx.Audit().All(after, limit)
		}
		return tx.Audit().List(account, after, limit)
	})
}
