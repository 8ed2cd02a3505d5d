package iam

import (
	"strings"

	"picket"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "DefenseEvasion:IAMUser/BedrockLoggingDisabled",
	Severity:    picket.Medium,
	Techniques:  []string{"T1685.002"},
	Title:       "Logging of Amazon Bedrock model invocations was disabled in {region}.",
	Description: "{user} switched off the logging of model invocations in {region} by calling {api}. Prompts and answers are no longer recorded, so that misuse of models can't be investigated later.",
	On: rule.Calls("bedrock.amazonaws.com",
		"DeleteModelInvocationLoggingConfiguration", "PutModelInvocationLoggingConfiguration"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return e.OK() && logsNothing(e.RequestParameters.Get("loggingConfig"))
	},
	Key: func(*event.CloudTrail) string { return "bedrock" },
})

// logsNothing reports whether a logging configuration has no destination, as that of a deletion, or names kinds of data and
// switches off all that it names.
func logsNothing(config event.Value) bool {
	if !config.Get("s3Config").Exists() && !config.Get("cloudWatchConfig").Exists() {
		return true
	}
	named := false
	for key, v := range config.Members() {
		if strings.HasSuffix(key, "DataDeliveryEnabled") {
			if v.Bool() {
				return false
			}
			named = true
		}
	}
	return named
}
