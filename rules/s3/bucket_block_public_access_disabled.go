package s3

import (
	"picket"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Policy:S3/BucketBlockPublicAccessDisabled",
	Severity:    picket.Low,
	Techniques:  []string{"T1685"},
	Title:       "S3 Block Public Access was disabled for the bucket {bucket}.",
	Description: "{user} switched off all or part of S3 Block Public Access for the bucket {bucket} by calling {api}. Its policy and access control lists can now open it to the public.",
	On:          rule.Calls(source, "PutBucketPublicAccessBlock", "DeleteBucketPublicAccessBlock"),
	Where:       opensAccess,
	Key:         bucketName,
	Note: func(n *rule.Note, e *event.CloudTrail, env *rule.Env) {
		noteBucket(n, e, env)
		n.Bucket.BlockPublicAccess, n.Bucket.Permission = blockPublicAccess(e), "UNKNOWN"
	},
})
