package s3

import (
	"picket"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Stealth:S3/ServerAccessLoggingDisabled",
	Severity:    picket.Low,
	Techniques:  []string{"T1685.002"},
	Title:       "Server access logging of the S3 bucket {bucket} was disabled.",
	Description: "{user} stopped the server access log of the S3 bucket {bucket} by calling {api}. Who reads its objects may no longer be recorded.",
	On:          rule.Calls(source, "PutBucketLogging"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		status := e.RequestParameters.Get("BucketLoggingStatus")
		return e.OK() && status.Exists() && !status.Get("LoggingEnabled").Exists()
	},
	Key:  bucketName,
	Note: noteBucket,
})
