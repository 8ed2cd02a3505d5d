package iam

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "InitialAccess:IAM/ValidAccounts",
	Signal:      "ConsoleLoginWithoutMFA",
	Severity:    picket.Medium,
	Techniques:  []string{"T1078.004"},
	Title:       "Somebody signed in to the console without a second factor.",
	Description: "{user} signed in to the AWS console from {ip} without multi-factor authentication.",
	Origin:      rule.Custom,
	ID:          "console-login-without-mfa",
	Expression: "eventSource = 'signin.amazonaws.com' AND eventName = 'ConsoleLogin'" +
		" AND get_json_object(responseElements, '$.ConsoleLogin') = 'Success' AND get_json_object(additionalEventData, '$.MFAUsed') = 'No' AND get_json_object(additionalEventData, '$.SamlProviderArn') IS NULL AND userIdentity.type IN ('IAMUser', 'Root')",
	On:    rule.Calls("signin.amazonaws.com", "ConsoleLogin"),
	Where: signedInWithoutMFA,
	Key:   entity.Principal,
})

// signedInWithoutMFA reports whether a user or root signed in with a password alone. Those who come from an identity
// provider show their second factor there.
func signedInWithoutMFA(e *event.CloudTrail, _ *rule.Env) bool {
	if e.ResponseElements.Get("ConsoleLogin").Str() != "Success" || e.AdditionalEventData.Get("MFAUsed").Str() != "No" {
		return false
	}
	if e.AdditionalEventData.Get("SamlProviderArn").Str() != "" {
		return false
	}
	who := e.Identity().Type
	return who == "IAMUser" || who == "Root"
}
