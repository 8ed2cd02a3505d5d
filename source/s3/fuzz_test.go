package s3

import (
	"strings"
	"testing"
	"time"

	"picket/event"
	"picket/scan"
)

// FuzzWants holds that no folder is left out that holds an object which the filter wants, wherever the object lies.
func FuzzWants(f *testing.F) {
	f.Add("org/AWSLogs/o-abcde12345/111122223333/CloudTrail/eu-west-1/2026/01/02/", "111122223333", "eu-west-1", uint16(20454), uint16(20455))
	f.Add("AWSLogs/aws-account-id=111122223333/aws-service=vpcflowlogs/aws-region=eu-west-1/year=2026/month=01/day=02/hour=03/", "", "us-east-1", uint16(20455), uint16(0))
	f.Add("999988887777/AWSLogs/111122223333/vpcdnsquerylogs/vpc-0a1b/2026/01/02/", "111122223333", "", uint16(0), uint16(20453))
	f.Add("AWSLogs/own/folder/2026x/2/30/", "111122223333", "eu-west-1", uint16(20454), uint16(1))
	f.Fuzz(func(t *testing.T, folders, account, region string, since, until uint16) {
		filter := scan.Filter{Since: dayOf(since), Until: dayOf(until)}
		if account != "" {
			filter.Accounts = []string{account}
		}
		if region != "" {
			filter.Regions = []string{region}
		}
		place := event.ParsePath(folders + "/x")
		if place.Skip != "" || !filter.Wants(place) {
			return
		}
		for name := range strings.SplitSeq(folders, "/") {
			if t, err := time.Parse("2006", name[strings.IndexByte(name, '=')+1:]); err == nil && (place.Time.IsZero() || t.Year() != place.Time.Year()) {
				return // a year alone is enough for a folder, but says nothing of an object
			}
		}
		l := &lister{filter: &filter}
		for i, c := range folders {
			if c != '/' || contradicts(folders[:i+1], place) {
				continue
			}
			below, prune := descend(folders[:strings.LastIndexByte(folders[:i], '/')+1])
			if prune && !l.wants(below, folders[:i+1]) {
				t.Errorf("%q is left out, but %+v of %q is wanted by %+v", folders[:i+1], place, folders, filter)
			}
		}
	})
}

func dayOf(n uint16) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(int64(n)*86400, 0).UTC()
}

// contradicts reports whether a folder says other than the whole path does: a second account below the first, for one.
func contradicts(folder string, whole event.Place) bool {
	p := event.ParsePath(folder + "x")
	return p.Account != "" && p.Account != whole.Account || p.Region != "" && p.Region != whole.Region ||
		p.Skip != "" || !p.Time.IsZero() && p.Time.Truncate(24*time.Hour) != whole.Time.Truncate(24*time.Hour)
}

// FuzzNotices holds that no message is taken for more than it is: it names objects in full, or it is refused or of none.
func FuzzNotices(f *testing.F) {
	f.Add([]byte(`{"Records":[{"eventName":"ObjectCreated:Put","eventTime":"2026-01-01T00:00:00.000Z","s3":{"bucket":{"name":"b"},"object":{"key":"a+b%2F","size":1,"eTag":"x"}}}]}`))
	f.Add([]byte(`{"detail-type":"Object Created","time":"2026-01-01T00:00:00Z","detail":{"bucket":{"name":"b"},"object":{"key":"a b","size":1,"etag":"x"}}}`))
	f.Add([]byte(`{"Type":"Notification","Message":"{\"s3Bucket\":\"b\",\"s3ObjectKey\":[\"k\"]}"}`))
	f.Add([]byte(`{"Event":"s3:TestEvent"}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		all, err := notices(body)
		for _, n := range all {
			if err != nil || n.bucket == "" || n.key == "" || strings.Contains(n.etag, `"`) && strings.Trim(n.etag, `"`) != n.etag {
				t.Errorf("got %+v, %v", n, err)
			}
		}
	})
}
