package service

import (
	"context"
	"fmt"
	"regexp"
	"strings"

	"picket"
	"picket/guardduty"
)

// FindingDetail is a finding as an account sees it, and what of it the contract has no place for.
type FindingDetail struct {
	Finding    guardduty.Finding `json:"finding"`
	Techniques []string          `json:"techniques,omitempty"` // ATT&CK
	Signals    []string          `json:"signals,omitempty"`
	Comments   string            `json:"comments,omitempty"` // that the account gave with its feedback
	Latency    int64             `json:"latency,omitempty"`  // milliseconds from the event that raised it until it was stored
	FrozenAt   int64             `json:"frozenAt,omitempty"` // of a member's: when the relation ended, in milliseconds since the epoch
	Evidence   picket.Evidence   `json:"evidence"`
}

// beginnings are what people may write of an id.
var beginnings = regexp.MustCompile(`^[0-9a-f]{4,32}$`)

// FindingsByID returns the findings that the caller sees whose ids begin so, at most two of them: none, the one, or a sign
// that there are several.
func (s *Service) FindingsByID(ctx context.Context, c picket.Caller, beginning string) ([]FindingDetail, error) {
	id := strings.ToLower(beginning)
	if !beginnings.MatchString(id) {
		return nil, &picket.Error{
			Code:    picket.CodeBadRequest,
			Message: fmt.Sprintf("%.60q is no id of a finding, which has 32 hex digits; its first 4 or more will do.", beginning),
		}
	}
	return view(ctx, s, func(tx picket.Tx) ([]FindingDetail, error) {
		ids, err := idsThatBegin(tx, c, id)
		if err != nil {
			return nil, err
		}
		found, err := tx.Findings().Get(c.Account, c.Region, ids)
		details := []FindingDetail{}
		for i := range found {
			f := &found[i]
			details = append(details, FindingDetail{
				Finding: seenBy(f, c.Account), Techniques: f.Techniques, Signals: f.Signals, Latency: f.Latency,
				Comments: sideOf(f, c.Account).Comments, FrozenAt: f.FrozenAt, Evidence: f.Evidence,
			})
		}
		return details, err
	})
}

// idsThatBegin returns up to two ids of findings that the caller sees.
func idsThatBegin(tx picket.Tx, c picket.Caller, beginning string) (ids []string, err error) {
	if len(beginning) == 32 {
		return []string{beginning}, nil
	}
	q := picket.FindingQuery{Criteria: picket.Criteria{{Attribute: "id", Matches: []string{beginning + "*"}}}, Limit: 2}
	for len(ids) < 2 {
		page, err := tx.Findings().List(c.Account, c.Region, q)
		if err != nil {
			return nil, err
		}
		ids = append(ids, page.IDs...)
		if q.After = page.Next; q.After == "" {
			break
		}
	}
	return ids[:min(len(ids), 2)], nil
}
