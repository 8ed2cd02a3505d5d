package rules

import (
	"cmp"
	"slices"
	"time"

	"picket/guardduty"
)

// CustomDetectionRules returns GuardDuty's Custom Detection Rules as its catalogue describes them, by id and without ARNs,
// which an account's region makes.
func CustomDetectionRules() []guardduty.RuleDetail {
	since := guardduty.Timestamp{Time: time.Date(2026, time.November, 25, 0, 0, 0, 0, time.UTC)} // when the catalogue was made
	var all []guardduty.RuleDetail
	for _, r := range All() {
		if d, ok := r.Info().Catalogued(); ok {
			d.CreatedAt = &since
			all = append(all, d)
		}
	}
	slices.SortFunc(all, func(a, b guardduty.RuleDetail) int { return cmp.Compare(*a.RuleId, *b.RuleId) })
	return all
}
