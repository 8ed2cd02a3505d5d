package s3

import (
	"strings"

	"picket/entity"
	"picket/event"
	"picket/rule"
)

// source is where S3's events come from.
const source = "s3.amazonaws.com"

// isData reports whether e is a data event of S3: about the objects in a bucket.
func isData(e *event.CloudTrail) bool { return e.EventCategory == "Data" && e.EventSource == source }

// discovers, reads and writes divide the data events of S3 by what they are for: to learn what there is, to take what is
// in objects, to change objects. RestoreObject only brings archived objects within reach, so it belongs to taking.
func discovers(e *event.CloudTrail) bool {
	return isData(e) && !contents(e.Call) &&
		(strings.HasPrefix(e.Call, "List") || strings.HasPrefix(e.Call, "Head") || strings.HasPrefix(e.Call, "Get"))
}

func reads(e *event.CloudTrail) bool { return isData(e) && contents(e.Call) }

func writes(e *event.CloudTrail) bool { return touches(e) && !contents(e.Call) }

// touches reports whether e reads or writes.
func touches(e *event.CloudTrail) bool { return isData(e) && !discovers(e) }

func contents(call string) bool {
	switch call {
	case "GetObject", "CopyObject", "SelectObjectContent", "RestoreObject":
		return true
	}
	return false
}

// bucketName is the bucket that e is about.
func bucketName(e *event.CloudTrail) string { return e.RequestParameters.Get("bucketName").Str() }

// principalAndBucket tells findings about data events apart.
func principalAndBucket(e *event.CloudTrail) string { return entity.Principal(e) + "|" + bucketName(e) }

// noteBucket says which bucket the finding is about.
func noteBucket(n *rule.Note, e *event.CloudTrail, _ *rule.Env) {
	n.Bucket = &rule.Bucket{Name: bucketName(e)}
	n.Affect("AWS::S3::Bucket", bucketName(e))
}
