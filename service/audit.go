package service

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"time"

	"picket"
	"picket/access"
)

// OperatorEvent writes what the operator did, or tried, to the audit log of the account that it was about: in CloudTrail's
// form, with the request as it was made.
func (s *Service) OperatorEvent(ctx context.Context, account, command string, request json.RawMessage, outcome error) error {
	return s.audit(ctx, account, outcome, map[string]any{
		"eventSource":       "operator.picket",
		"eventName":         command,
		"sourceIPAddress":   "operator.picket",
		"userIdentity":      map[string]any{"type": "AWSService", "invokedBy": "operator.picket"},
		"requestParameters": request,
	})
}

// ConsoleEvent is OperatorEvent of what somebody did in the console that isn't a call of the API.
func (s *Service) ConsoleEvent(ctx context.Context, in Session, call string, request any, outcome error) error {
	return s.audit(ctx, in.Account, outcome, map[string]any{
		"eventSource":       "console.picket",
		"eventName":         call,
		"sourceIPAddress":   in.SourceIP,
		"userAgent":         in.UserAgent,
		"userIdentity":      in.identity(),
		"requestParameters": request,
	})
}

// signInEvent writes that somebody signed in to the console, or could not, as AWS does.
func (s *Service) signInEvent(ctx context.Context, in SignIn, outcome error) error {
	said, used := "Success", "No"
	if outcome != nil {
		said = "Failure"
		if err := s.KnownAccount(ctx, in.Account); err != nil {
			return unlessMissing(err)
		}
	}
	if in.Code != "" {
		used = "Yes"
	}
	return s.audit(ctx, in.Account, outcome, map[string]any{
		"eventSource":         "signin.amazonaws.com",
		"eventName":           "ConsoleLogin",
		"eventType":           "AwsConsoleSignIn",
		"sourceIPAddress":     in.SourceIP,
		"userAgent":           in.UserAgent,
		"userIdentity":        Session{Account: in.Account, User: in.User}.identity(),
		"responseElements":    map[string]any{"ConsoleLogin": said},
		"additionalEventData": map[string]any{"MFAUsed": used},
	})
}

// identity is a session as CloudTrail names its principal.
func (in Session) identity() map[string]any {
	id := map[string]any{"type": "Root", "accountId": in.Account, "arn": "arn:aws:iam::" + in.Account + ":" + principalResource(in.User)}
	if in.User != "" {
		id["type"], id["userName"] = "IAMUser", in.User
	}
	if in.Principal != "" {
		id["principalId"] = in.Principal
	}
	return id
}

// audit writes an event to the audit log of an account, with what all events have.
func (s *Service) audit(ctx context.Context, account string, outcome error, event map[string]any) error {
	now := s.Now().UTC()
	maps.Copy(event, map[string]any{
		"eventVersion":       "1.11",
		"eventID":            newID(),
		"eventTime":          now.Format(time.RFC3339),
		"awsRegion":          s.Regions()[0],
		"recipientAccountId": account,
	})
	if event["eventType"] == nil {
		event["eventType"] = "AwsApiCall"
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

// LatestAudit returns audit records of an account before the given sequence number, the latest first; 0: from the end.
func (s *Service) LatestAudit(ctx context.Context, account string, before int64, limit int) ([]picket.AuditRecord, error) {
	return view(ctx, s, func(tx picket.Tx) ([]picket.AuditRecord, error) { return tx.Audit().Latest(account, before, limit) })
}
