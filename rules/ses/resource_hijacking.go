package ses

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Impact:SES/ResourceHijacking",
	Signal:      "SESAccountSendingEnabled",
	Severity:    picket.Low,
	Techniques:  []string{"T1496"},
	Title:       "Sending of mail was switched on for the account.",
	Description: "{user} let the account send mail by calling {api}.",
	Origin:      rule.Custom,
	ID:          "ses-account-sending-enabled",
	Expression: "eventSource = 'ses.amazonaws.com' AND eventName IN ('UpdateAccountSendingEnabled', 'PutAccountSendingAttributes')" +
		" AND errorCode IS NULL AND (get_json_object(requestParameters, '$.enabled') = 'true' OR get_json_object(requestParameters, '$.sendingEnabled') = 'true')",
	On: rule.Calls("ses.amazonaws.com", "UpdateAccountSendingEnabled", "PutAccountSendingAttributes"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return e.OK() && (e.RequestParameters.Get("enabled").Bool() || e.RequestParameters.Get("sendingEnabled").Bool())
	},
	Key: entity.Principal,
}, &rule.CloudTrail{
	Type:        "Impact:SES/ResourceHijacking",
	Signal:      "SESProductionAccessEnabled",
	Severity:    picket.Medium,
	Techniques:  []string{"T1496"},
	Title:       "Leave to send mail to anyone was asked for.",
	Description: "{user} asked to lift the limits of the mail sandbox by calling {api}. Attackers do so to send spam and phishing in the account's name.",
	Origin:      rule.Custom,
	ID:          "ses-production-access-enabled",
	Expression: "eventSource = 'ses.amazonaws.com' AND eventName = 'PutAccountDetails'" +
		" AND errorCode IS NULL AND (get_json_object(requestParameters, '$.productionAccessEnabled') IS NULL OR get_json_object(requestParameters, '$.productionAccessEnabled') = 'true')",
	On:    rule.Calls("ses.amazonaws.com", "PutAccountDetails"),
	Where: asksForProduction,
	Key:   entity.Principal,
})

// asksForProduction reports whether a call asks for production access. Logs leave the parameter out of calls that do, so
// only an explicit no counts as none.
func asksForProduction(e *event.CloudTrail, _ *rule.Env) bool {
	asked := e.RequestParameters.Get("productionAccessEnabled")
	return e.OK() && (!asked.Exists() || asked.Bool())
}
