package s3

import (
	"picket"
	"picket/entity"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Policy:S3/BucketPublicAccessGranted",
	Severity:    picket.High,
	Techniques:  []string{"T1537", "T1530"},
	Title:       "The S3 bucket {bucket} was opened to every AWS account.",
	Description: "{user} let anyone with an AWS account, whosever it is, reach the S3 bucket {bucket} by calling {api}.",
	On:          grantCalls,
	Where:       grantsTo(entity.AnyAWS),
	Key:         bucketName,
	Note:        noteGrants,
})
