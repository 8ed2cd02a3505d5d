package service

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"picket"
	"picket/access"
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

// AuditEnd is a record of the audit log that was the last once.
type AuditEnd struct {
	Seq  int64  `json:"seq"` // 0 and no hash: of an empty log
	Hash string `json:"hash"`
}

// AuditKey is what the audit log's chain is made with.
func AuditKey(k *access.MasterKey) []byte { return k.Derive("audit") }

// VerifyAudit follows the audit log's chain to its end, which it returns, and fails where a record was changed, put in or
// taken out. That records were cut off the end shows only if an earlier end is given.
func (s *Service) VerifyAudit(ctx context.Context, noted AuditEnd) (AuditEnd, error) {
	const page = 1000
	var last AuditEnd
	broken := func(format string, args ...any) error {
		return &picket.Error{Code: picket.CodeConflict, Message: fmt.Sprintf(format, args...)}
	}
	for {
		records, err := s.Audit(ctx, "", last.Seq, page)
		if err != nil {
			return last, err
		}
		for _, r := range records {
			if r.Seq != last.Seq+1 {
				return last, broken("Record %d follows record %d: what was between them is gone.", r.Seq, last.Seq)
			}
			if r.Chain(AuditKey(s.Master), last.Hash) != r.Hash {
				return last, broken("Record %d was changed, or one before it was: its hash doesn't fit.", r.Seq)
			}
			last = AuditEnd{r.Seq, r.Hash}
			if r.Seq == noted.Seq && r.Hash != noted.Hash {
				return last, broken("Record %d is another than the one that was noted.", r.Seq)
			}
		}
		if len(records) == page {
			continue
		}
		if last.Seq < noted.Seq {
			return last, broken("The log ends with record %d, and %d was noted: its end was cut off.", last.Seq, noted.Seq)
		}
		return last, nil
	}
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
