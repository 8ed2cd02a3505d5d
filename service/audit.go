package service

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"time"

	"picket"
	"picket/access"
)

// What an event keeps of what clients send, in bytes: as in CloudTrail, parameters that are larger are left out. Of what was refused
// it keeps less.
const (
	maxParameters = 100 << 10
	maxRefused    = 10 << 10
	maxText       = 1 << 10
)

// Short returns what an event keeps of a text.
func Short(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	return strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\x00", "�")
}

// Bounded returns the parameters of an event as JSON, or what stands for them if they are too large.
func Bounded(v any) any { return bounded(v, maxParameters) }

func bounded(v any, most int) any {
	b, err := json.Marshal(v)
	switch {
	case err != nil:
		panic("BUG: encode a part of an audit event: " + err.Error())
	case string(b) == "{}":
		return nil
	case len(b) > most:
		return map[string]any{"omitted": true, "originalSize": len(b), "reason": fmt.Sprintf("larger than %d KiB", most>>10)}
	}
	return json.RawMessage(b)
}

// Of refusals before a caller is known, or because it calls too often, this many are audited a second and account.
const (
	refusalRate  = 1
	refusalBurst = 20
)

// UnrecordedRefusals is the element of an event's additionalEventData that says how many refusals before it were not audited.
const UnrecordedRefusals = "refusalsNotRecordedBefore"

// Refusals allows an account's refusals to be audited that callers bring about who proved nothing, or who call too often.
func (s *Service) Refusals() *Throttle {
	s.refusalsOnce.Do(func() { s.refusals = NewThrottle(refusalRate, refusalBurst) })
	return s.refusals
}

// auditRefusal is audit of such a refusal.
func (s *Service) auditRefusal(ctx context.Context, account string, outcome error, event map[string]any) error {
	ok, unrecorded := s.Refusals().Take(account, s.Now())
	if !ok {
		return nil
	}
	if unrecorded > 0 {
		more := map[string]any{UnrecordedRefusals: unrecorded}
		if other, ok := event["additionalEventData"].(map[string]any); ok {
			maps.Copy(more, other)
		}
		event["additionalEventData"] = more
	}
	return s.audit(ctx, account, outcome, event)
}

// OperatorEvent writes what the operator did, or tried, to the audit log of the account that it was about, or for an empty account to
// the server's own: in CloudTrail's form, with the request as it was made.
func (s *Service) OperatorEvent(ctx context.Context, account, command string, request json.RawMessage, outcome error) error {
	return s.audit(ctx, account, outcome, map[string]any{
		"eventSource":       "operator.picket",
		"eventName":         command,
		"sourceIPAddress":   "operator.picket",
		"userIdentity":      map[string]any{"type": "AWSService", "invokedBy": "operator.picket"},
		"requestParameters": request,
	})
}

// ConsoleCall is what somebody did in the console, or tried, that isn't a call of the API.
type ConsoleCall struct {
	Session             Session
	SourceIP, UserAgent string // of the call: who holds the session's token may be elsewhere than who signed in
	Region              string // that it is about; empty: all
	Name, Path          string
	Body                any
	ReadOnly            bool // it changes nothing
}

// ConsoleEvent is OperatorEvent of a call of the console. Calls that come too often are written as Refusals allows.
func (s *Service) ConsoleEvent(ctx context.Context, c ConsoleCall, outcome error) error {
	write, most := s.audit, maxParameters
	if outcome != nil {
		most = maxRefused
	}
	if picket.ErrorCode(outcome) == picket.CodeThrottling {
		write = s.auditRefusal
	}
	return write(ctx, c.Session.Account, outcome, map[string]any{
		"eventSource":       "console.picket",
		"eventName":         c.Name,
		"readOnly":          c.ReadOnly,
		"awsRegion":         c.Region,
		"sourceIPAddress":   c.SourceIP,
		"userAgent":         Short(c.UserAgent),
		"userIdentity":      c.Session.identity(),
		"requestParameters": map[string]any{"path": Short(c.Path), "body": bounded(c.Body, most)},
	})
}

// signInEvent writes that somebody signed in to the console, or could not, as AWS does. Who could not proved nothing.
func (s *Service) signInEvent(ctx context.Context, in SignIn, outcome error) error {
	said, used, write := "Success", "No", s.audit
	if outcome != nil {
		said, write = "Failure", s.auditRefusal
		if err := s.KnownAccount(ctx, in.Account); err != nil {
			return unlessMissing(err)
		}
	}
	if in.Code != "" {
		used = "Yes"
	}
	return write(ctx, in.Account, outcome, map[string]any{
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

// auditLimit is how long an event may take to be kept: longer than the store waits for what is in the way.
const auditLimit = 50 * time.Second

// audit writes an event to the audit log of an account, with what all events have; also when who did it waits no longer.
func (s *Service) audit(ctx context.Context, account string, outcome error, event map[string]any) error {
	now := s.Now().UTC()
	maps.Copy(event, map[string]any{
		"eventVersion":       "1.11",
		"eventID":            newID(),
		"eventTime":          now.Format(time.RFC3339),
		"recipientAccountId": account,
	})
	region, _ := event["awsRegion"].(string)
	if region == "" {
		region = s.Regions()[0]
		event["awsRegion"] = region
	}
	if event["eventType"] == nil {
		event["eventType"] = "AwsApiCall"
	}
	if outcome != nil {
		code, message := picket.ErrorCode(outcome), outcome.Error()
		if code == "" { // what an account's people need not know
			code, message = "InternalFailure", "An internal error occurred; the operator's log says more."
		}
		event["errorCode"], event["errorMessage"] = code, Short(message)
	}
	body, err := json.Marshal(event)
	if err != nil {
		return fmt.Errorf("encode audit event: %w", err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), auditLimit)
	defer cancel()
	return s.Store.Update(ctx, func(tx picket.Tx) error {
		return tx.Audit().Append(picket.AuditRecord{Time: now.UnixMilli(), Account: account, Region: region, Event: body})
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
