package ses

import (
	"strings"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "ResourceDevelopment:SES/CompromiseAccounts",
	Signal:      "SESDomainIdentityVerified",
	Severity:    picket.Medium,
	Techniques:  []string{"T1586.002"},
	Title:       "A domain was registered to send mail from.",
	Description: "{user} registered a domain to send mail from by calling {api}. Attackers do so to send mail that looks like somebody else's.",
	Origin:      rule.Custom,
	ID:          "ses-domain-identity-verified",
	Expression: "eventSource = 'ses.amazonaws.com' AND eventName IN ('VerifyDomainIdentity', 'CreateEmailIdentity')" +
		" AND errorCode IS NULL AND (eventName = 'VerifyDomainIdentity' OR get_json_object(responseElements, '$.identityType') = 'DOMAIN' OR get_json_object(requestParameters, '$.emailIdentity') NOT LIKE '%@%')",
	On: rule.Calls("ses.amazonaws.com", "VerifyDomainIdentity", "CreateEmailIdentity"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return e.OK() && (e.Call == "VerifyDomainIdentity" || isDomain(e))
	},
	Key:  entity.Principal,
	Note: noteDomain,
})

// isDomain reports whether a call registers a whole domain, not one address. The identity itself may be redacted; then
// the answer tells.
func isDomain(e *event.CloudTrail) bool {
	identity := e.RequestParameters.Get("emailIdentity").Str()
	return e.ResponseElements.Get("identityType").Str() == "DOMAIN" || strings.Contains(identity, ".") && !strings.Contains(identity, "@")
}

func noteDomain(n *rule.Note, e *event.CloudTrail, env *rule.Env) {
	rule.Affects("AWS::SES::EmailIdentity", "domain")(n, e, env)
	rule.Affects("AWS::SES::EmailIdentity", "emailIdentity")(n, e, env)
}
