package s3

import (
	"picket"
	"picket/entity"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Policy:S3/BucketAnonymousAccessGranted",
	Severity:    picket.High,
	Techniques:  []string{"T1537", "T1530"},
	Title:       "The S3 bucket {bucket} was opened to everyone on the internet.",
	Description: "{user} let anyone, without an AWS account, reach the S3 bucket {bucket} by calling {api}.",
	On:          grantCalls,
	Where:       grantsTo(entity.Anyone),
	Key:         bucketName,
	Note:        noteGrants,
})
