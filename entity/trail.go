package entity

import (
	"strings"

	"picket/event"
)

// Trail is a CloudTrail trail as its last change left it.
type Trail struct {
	ARN          string
	Bucket       string
	MultiRegion  bool
	GlobalEvents bool
	Validated    bool // log file validation is on
}

// TrailKey is one name for the trail that a CloudTrail call names by name or by ARN: "us-east-1/main".
func TrailKey(e *event.CloudTrail) string {
	name := e.RequestParameters.Get("name").Str()
	parts := strings.SplitN(name, ":", 6)
	if len(parts) < 6 {
		return e.Region + "/" + name
	}
	return parts[3] + "/" + strings.TrimPrefix(parts[5], "trail/")
}

// Trail returns the trail that e names, and whether it is known.
func (a *Account) Trail(e *event.CloudTrail) (Trail, bool) { return a.trails.get(TrailKey(e)) }

// LogBucket reports whether a trail's logs are or were delivered to bucket, and the trail's ARN where that is known.
func (a *Account) LogBucket(bucket string) (trail string, ok bool) { return a.buckets.get(bucket) }

// observeTrail learns from the answers to CreateTrail and UpdateTrail, which hold the whole trail. The bucket of a deleted
// trail still holds its logs.
func (a *Account) observeTrail(e *event.CloudTrail) {
	if e.Call == "DeleteTrail" {
		a.trails.drop(TrailKey(e))
		return
	}
	r := e.ResponseElements
	bucket := strings.Clone(r.Get("s3BucketName").Str())
	if bucket == "" || e.Call != "CreateTrail" && e.Call != "UpdateTrail" {
		return
	}
	arn := strings.Clone(r.Get("trailARN").Str())
	a.trails.put(TrailKey(e), e.Time, Trail{
		ARN: arn, Bucket: bucket,
		MultiRegion:  r.Get("isMultiRegionTrail").Bool(),
		GlobalEvents: r.Get("includeGlobalServiceEvents").Bool(),
		Validated:    r.Get("logFileValidationEnabled").Bool(),
	})
	a.buckets.put(bucket, e.Time, arn)
}

// observeDelivery learns from the check that CloudTrail makes before it delivers to a bucket, which also shows where the
// trail belongs to another account.
func (a *Account) observeDelivery(e *event.CloudTrail) {
	const service = "cloudtrail.amazonaws.com"
	if e.Call != "GetBucketAcl" || e.SourceIPAddress != service && e.UserIdentity.Get("invokedBy").Str() != service {
		return
	}
	if bucket := e.RequestParameters.Get("bucketName").Str(); bucket != "" {
		trail, _ := a.buckets.get(bucket)
		a.buckets.put(bucket, e.Time, trail)
	}
}
