package lambda

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Persistence:Lambda/ModifyAuthenticationProcess",
	Signal:      "LambdaFunctionUrlPublicAccess",
	Severity:    picket.High,
	Techniques:  []string{"T1556"},
	Title:       "A function got a URL that anyone can call.",
	Description: "{user} gave a function a URL without sign-in by calling {api}. Anyone on the internet can invoke it.",
	Origin:      rule.Custom,
	ID:          "lambda-function-url-public-access",
	Expression: "eventSource = 'lambda.amazonaws.com' AND eventName IN ('CreateFunctionUrlConfig', 'UpdateFunctionUrlConfig')" +
		" AND errorCode IS NULL AND get_json_object(requestParameters, '$.authType') = 'NONE'",
	On: rule.Calls("lambda.amazonaws.com", "CreateFunctionUrlConfig", "UpdateFunctionUrlConfig"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return e.OK() && e.RequestParameters.Get("authType").Str() == "NONE"
	},
	Key:  entity.Principal,
	Note: rule.Affects("AWS::Lambda::Function", "functionName"),
})
