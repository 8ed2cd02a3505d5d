package s3

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
)

// notice is what a notification says of one object.
type notice struct {
	bucket, key string
	etag        string // without quotes; empty if it isn't said
	size        int64
	time        time.Time
}

// envelope is any message that may tell of objects: an event of S3, one that EventBridge sends, SNS around either, and what
// CloudTrail publishes by itself.
type envelope struct {
	Records []struct {
		EventName string    `json:"eventName"`
		EventTime time.Time `json:"eventTime"`
		S3        struct {
			Bucket struct{ Name string }
			Object struct {
				Key, ETag string
				Size      int64
			}
		} `json:"s3"`
	}
	Event string // of S3's test message

	DetailType string    `json:"detail-type"`
	Time       time.Time `json:"time"`
	Detail     struct {
		Bucket struct{ Name string }
		Object struct {
			Key, ETag string
			Size      int64
		}
	} `json:"detail"`

	Type, Message string // of SNS

	S3Bucket    string   `json:"s3Bucket"`
	S3ObjectKey []string `json:"s3ObjectKey"`
}

const maxEnvelopes = 3

var errNoNotice = errors.New("no notification of S3 objects")

// notices reads the body of a message. What tells of no new object has none.
func notices(body []byte) ([]notice, error) { return unwrap(body, maxEnvelopes) }

func unwrap(body []byte, depth int) ([]notice, error) {
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil {
		return nil, fmt.Errorf("not a notification: %w", err)
	}
	switch {
	case len(e.Records) > 0:
		return e.events()
	case e.Event == "s3:TestEvent":
		return nil, nil
	case e.DetailType == "Object Created":
		o := e.Detail.Object
		return named(notice{e.Detail.Bucket.Name, o.Key, o.ETag, o.Size, e.Time})
	case e.S3Bucket != "" && len(e.S3ObjectKey) > 0:
		var all []notice
		for _, key := range e.S3ObjectKey {
			all = append(all, notice{bucket: e.S3Bucket, key: key})
		}
		return named(all...)
	case e.Type == "Notification" && e.Message != "" && depth > 0:
		return unwrap([]byte(e.Message), depth-1)
	}
	return nil, errNoNotice
}

// events are the objects of an event of S3; their keys are written as in the query of a URL.
func (e *envelope) events() ([]notice, error) {
	var all []notice
	for _, r := range e.Records {
		if !strings.HasPrefix(strings.TrimPrefix(r.EventName, "s3:"), "ObjectCreated:") {
			continue
		}
		key, err := url.QueryUnescape(r.S3.Object.Key)
		if err != nil {
			return nil, fmt.Errorf("key %q: %w", r.S3.Object.Key, err)
		}
		all = append(all, notice{r.S3.Bucket.Name, key, r.S3.Object.ETag, r.S3.Object.Size, r.EventTime})
	}
	return named(all...)
}

// named refuses a notice that names no object.
func named(all ...notice) ([]notice, error) {
	for i, n := range all {
		if n.bucket == "" || n.key == "" {
			return nil, errNoNotice
		}
		all[i].etag = strings.Trim(n.etag, `"`)
	}
	return all, nil
}
