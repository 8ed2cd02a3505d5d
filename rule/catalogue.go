package rule

import (
	"strings"
	"unicode"

	"picket/guardduty"
)

// Catalogued describes a custom detection rule as GuardDuty's catalogue does, but for what an account and a region add (the
// ARN) and for when it was first there. ok is false for rules of other origin.
func (i *Info) Catalogued() (d guardduty.RuleDetail, ok bool) {
	if i.Origin != Custom || len(i.Techniques) == 0 {
		return d, false
	}
	return guardduty.RuleDetail{
		RuleId:      &i.ID,
		Name:        &i.Signal,
		Description: &i.Title,
		Severity:    guardduty.DetectionRuleSeverity(strings.ToUpper(i.Severity.Label())),
		DataSource:  guardduty.DetectionRuleDataSourceCloudtrailManagementEvent,
		Tactic:      guardduty.Ptr(words(i.Type.Purpose())),
		Technique:   guardduty.Ptr(techniqueTitle(i.Techniques[0])),
		Service:     guardduty.Ptr(strings.ToLower(i.Type.Family())),
		Definition:  &guardduty.RuleDefinition{Expression: &i.Expression},
		Language:    guardduty.RuleLanguageSql,
		Schema:      guardduty.RuleSchemaCloudTrail,
	}, true
}

// words separates the words of a name: "CredentialAccess" is "Credential Access".
func words(name string) string {
	var b strings.Builder
	for i, c := range name {
		if i > 0 && unicode.IsUpper(c) {
			b.WriteByte(' ')
		}
		b.WriteRune(c)
	}
	return b.String()
}
