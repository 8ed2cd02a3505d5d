package iam

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Stealth:IAMUser/CloudTrailLoggingDisabled",
	Severity:    picket.Low,
	Techniques:  []string{"T1685.002"},
	Title:       "AWS CloudTrail {what} was {done}.",
	Description: "{user} called {api}: AWS CloudTrail {what} was {done}. What a trail does not record, or what its bucket no longer holds, can't be investigated later.",
	On: append(rule.Calls("cloudtrail.amazonaws.com", "StopLogging", "DeleteTrail", "UpdateTrail"),
		rule.Calls("s3.amazonaws.com", "DeleteBucket")...),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool { return e.OK() },
	Asks:  func(e *event.CloudTrail) bool { return e.Call == "UpdateTrail" || e.Call == "DeleteBucket" },
	Given: func(e *event.CloudTrail, env *rule.Env) bool {
		if e.Call == "UpdateTrail" {
			return reducesTrail(e, env.Facts)
		}
		_, ok := env.Facts.LogBucket(deletedBucket(e))
		return ok
	},
	Key: func(e *event.CloudTrail) string {
		if e.Call == "DeleteBucket" {
			return "bucket/" + deletedBucket(e)
		}
		return "trail/" + entity.TrailKey(e)
	},
	Note: func(n *rule.Note, e *event.CloudTrail, env *rule.Env) {
		done := map[string]string{"StopLogging": "disabled", "UpdateTrail": "reduced"}[e.Call]
		if done == "" {
			done = "deleted"
		}
		n.Set("done", done)
		if e.Call == "DeleteBucket" {
			bucket := deletedBucket(e)
			n.Set("what", "log bucket "+bucket)
			n.Affect("AWS::S3::Bucket", bucket)
			trail, _ := env.Facts.LogBucket(bucket)
			n.Affect("AWS::CloudTrail::Trail", trail)
			return
		}
		name := e.RequestParameters.Get("name").Str()
		if e.Call == "UpdateTrail" {
			if trail, _ := env.Facts.Trail(e); trail.ARN != "" {
				name = trail.ARN
			}
		}
		n.Set("what", "trail "+name)
		n.Affect("AWS::CloudTrail::Trail", name)
	},
})

func deletedBucket(e *event.CloudTrail) string { return e.RequestParameters.Get("bucketName").Str() }

// reducesTrail reports whether an UpdateTrail makes its trail record less, or write elsewhere. Of a trail that nothing is
// known of, every switch counts as on, and its bucket may be what the call says.
func reducesTrail(e *event.CloudTrail, facts *entity.Account) bool {
	p := e.RequestParameters
	old, known := facts.Trail(e)
	off := func(parameter string, was bool) bool {
		v := p.Get(parameter)
		return v.Exists() && !v.Bool() && (was || !known)
	}
	bucket := p.Get("s3BucketName").Str()
	return off("isMultiRegionTrail", old.MultiRegion) || off("includeGlobalServiceEvents", old.GlobalEvents) ||
		off("enableLogFileValidation", old.Validated) || known && bucket != "" && bucket != old.Bucket
}
