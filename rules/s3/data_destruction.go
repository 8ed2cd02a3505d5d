package s3

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// rapidDays is the longest life that counts as rapid: too short to notice and stop it over a long weekend.
const rapidDays = 3

var _ = add(&rule.CloudTrail{
	Type:        "Impact:S3/DataDestruction",
	Signal:      "S3LifecycleRapidExpiration",
	Severity:    picket.Medium,
	Techniques:  []string{"T1485"},
	Title:       "A bucket was set to delete all its objects within days.",
	Description: "{user} set a bucket to delete all its objects within days by calling {api}. It is a quiet way to destroy data, or the logs of what was done.",
	Origin:      rule.Custom,
	ID:          "s3-lifecycle-rapid-expiration",
	Expression: "eventSource = 's3.amazonaws.com' AND eventName IN ('PutBucketLifecycle', 'PutBucketLifecycleConfiguration')" +
		" AND errorCode IS NULL AND get_json_object(requestParameters, '$.LifecycleConfiguration.Rule.Status') = 'Enabled' AND get_json_object(requestParameters, '$.LifecycleConfiguration.Rule.Expiration.Days') <= 3 AND get_json_object(requestParameters, '$.LifecycleConfiguration.Rule.Filter.Prefix') IN ('', '*')",
	On:    rule.Calls("s3.amazonaws.com", "PutBucketLifecycle", "PutBucketLifecycleConfiguration"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool { return e.OK() && expiresRapidly(e) },
	Key:   entity.Principal,
	Note:  noteBucket,
})

func expiresRapidly(e *event.CloudTrail) bool {
	for r := range e.RequestParameters.Get("LifecycleConfiguration", "Rule").Items() {
		days, ok := r.Get("Expiration", "Days").Int()
		if ok && days <= rapidDays && r.Get("Status").Str() == "Enabled" && wholeBucket(r) {
			return true
		}
	}
	return false
}

// wholeBucket reports whether a rule is about all objects: it has no filter, or one that people take to mean everything.
// Folders of temporary objects expire within days for good reasons.
func wholeBucket(r event.Value) bool {
	for _, v := range [...]event.Value{r.Get("Prefix"), r.Get("Filter", "Prefix")} {
		if prefix := v.Str(); prefix != "" && prefix != "*" {
			return false
		}
	}
	f := r.Get("Filter")
	return !f.Get("Tag").Exists() && !f.Get("And").Exists()
}
