package lambda

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Persistence:Lambda/AccountManipulation",
	Signal:      "LambdaFunctionPublicAccess",
	Severity:    picket.High,
	Techniques:  []string{"T1098"},
	Title:       "A function was opened to every AWS account.",
	Description: "{user} let anyone with an AWS account invoke a function by calling {api}.",
	Origin:      rule.Custom,
	ID:          "lambda-function-public-access",
	Expression: "eventSource = 'lambda.amazonaws.com' AND eventName = 'AddPermission20150331v2'" +
		" AND errorCode IS NULL AND get_json_object(requestParameters, '$.principal') = '*' AND get_json_object(requestParameters, '$.functionUrlAuthType') IS NULL AND get_json_object(requestParameters, '$.sourceAccount') IS NULL AND get_json_object(requestParameters, '$.sourceArn') IS NULL AND get_json_object(requestParameters, '$.principalOrgID') IS NULL",
	On:    rule.Calls("lambda.amazonaws.com", "AddPermission"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool { return e.OK() && letsAnyoneInvoke(e.RequestParameters) },
	Key:   entity.Principal,
	Note:  rule.Affects("AWS::Lambda::Function", "functionName"),
})

// letsAnyoneInvoke reports whether a permission is for everybody, with nothing that narrows it. Permissions for function
// URLs are judged by the URL's own type of sign-in.
func letsAnyoneInvoke(p event.Value) bool {
	if p.Get("principal").Str() != "*" || p.Get("functionUrlAuthType").Exists() {
		return false
	}
	return !p.Get("sourceAccount").Exists() && !p.Get("sourceArn").Exists() && !p.Get("principalOrgID").Exists()
}
