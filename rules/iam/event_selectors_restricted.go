package iam

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Stealth:IAMUser/EventSelectorsRestricted",
	Severity:    picket.Low,
	Techniques:  []string{"T1685.002"},
	Title:       "The trail {trail} no longer records what is changed.",
	Description: "{user} called {api}: no event selector of the trail {trail} takes in management events that write. The trail still counts as on, but what is changed in the account leaves no trace in it.",
	Origin:      rule.Picket,
	On:          rule.Calls("cloudtrail.amazonaws.com", "PutEventSelectors"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return e.OK() && blind(e.RequestParameters)
	},
	Key: func(e *event.CloudTrail) string { return entity.Principal(e) + "|" + selectedTrail(e) },
	Note: func(n *rule.Note, e *event.CloudTrail, _ *rule.Env) {
		n.Set("trail", selectedTrail(e))
		n.Affect("AWS::CloudTrail::Trail", selectedTrail(e))
	},
})

func selectedTrail(e *event.CloudTrail) string { return e.RequestParameters.Get("trailName").Str() }

// blind reports whether p gives selectors and none of them takes in management events that write. Those that leave out
// only single services are usual, to save the cost of AWS KMS.
func blind(p event.Value) bool {
	given := false
	for s := range p.Get("eventSelectors").Items() {
		given = true
		if management := s.Get("includeManagementEvents"); management.Exists() && !management.Bool() {
			continue
		}
		if s.Get("readWriteType").Str() != "ReadOnly" {
			return false
		}
	}
	for s := range p.Get("advancedEventSelectors").Items() {
		given = true
		if selects(s, "eventCategory", "Management") && !selects(s, "readOnly", "true") {
			return false
		}
	}
	return given
}

// selects reports whether an advanced selector asks that field equal value.
func selects(selector event.Value, field, value string) bool {
	for f := range selector.Get("fieldSelectors").Items() {
		if f.Get("field").Str() != field {
			continue
		}
		for v := range f.Get("equals").Items() {
			if v.Str() == value {
				return true
			}
		}
	}
	return false
}
