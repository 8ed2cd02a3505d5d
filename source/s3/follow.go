package s3

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"picket"
	"picket/event"
	"picket/pipeline"
	"picket/scan"
)

// Bucket is a bucket, or what is under a prefix of it, that logs are delivered to. It implements pipeline.Source.
//
// Between notifications, which a queue may bring, it lists: after the last key of today's folders, about a request a second;
// the folders of the last days once an hour, for keys that came out of order and for new accounts and regions; and those of
// the last month once a day, because AWS goes on trying to deliver for so long. Where no key is in AWS's layouts, it lists
// after the last of all keys instead of today's folders.
type Bucket struct {
	Client          *Client
	Queue           *Queue // may be nil
	Name, Prefix    string
	Account, Region string        // of objects whose key names none
	Since           time.Time     // what was written before is left out
	Pause           time.Duration // a request's share of time; 0: a second
	Now             func() time.Time

	began, walked, tried, next time.Time
	through                    int64
	bases                      map[string]bool   // day folders are below them; true: in Hive's form
	last                       map[string]string // the greatest key of a day's folder, and of what is in none
}

// How often is listed, and how far back.
const (
	hourly   = time.Hour
	daily    = 24 * time.Hour
	late     = 31 * daily  // what was delivered may be of days that long ago
	remember = 7 * daily   // what was written longer before the last full listing is in the log
	lag      = time.Hour   // how long a bucket that can't be listed holds back the windows of all
	untilTwo = 2 * hourly  // of a day, the folder of the day before is listed too
	unlisted = time.Minute // before a listing that failed is tried again
)

// Look implements pipeline.Source.
func (b *Bucket) Look(ctx context.Context, full int64) (pipeline.Look, error) {
	now := b.Now()
	if b.began.IsZero() {
		b.began, b.bases, b.last = now, map[string]bool{}, map[string]string{}
	}
	l := &look{Bucket: b, ctx: ctx, oldest: b.oldest(full)}
	var err error
	switch everything := now.Sub(time.Unix(full, 0)) >= daily && now.Sub(b.tried) >= hourly; {
	case everything || now.Sub(b.walked) >= hourly:
		b.walked = now
		if everything {
			b.tried = now
		}
		if err = l.walk(now, full, everything); err != nil {
			b.walked = now.Add(unlisted - hourly)
		} else if everything {
			l.Full, l.Forget = now.Unix(), b.oldest(now.Unix()).Add(-hourly).Unix()
		}
	case b.through > 0 && !now.Before(b.next):
		err = l.tails(now)
	case b.Queue != nil:
		err = l.queued(min(b.next.Sub(now), longPoll))
	}
	if l.requests > 0 && err == nil {
		b.through = now.Unix()
	}
	if l.requests > 0 {
		cost := time.Duration(l.requests)
		if b.walked.Equal(now) { // once an hour at most, so that nothing need wait for it
			cost = 1
		}
		b.next = b.Now().Add(max(cost*cmp.Or(b.Pause, time.Second), b.patience()))
	}
	l.Through = b.through
	if tolerated := now.Add(-lag); tolerated.After(b.began) {
		l.Through = max(l.Through, tolerated.Unix())
	}
	return l.Look, err
}

// patience is how long a queue is trusted to name everything.
func (b *Bucket) patience() time.Duration {
	if b.Queue == nil {
		return 0
	}
	return 300 * cmp.Or(b.Pause, time.Second)
}

// oldest is the time of writing from which objects are shown.
func (b *Bucket) oldest(full int64) time.Time {
	if t := time.Unix(full, 0).Add(-remember); full > 0 && t.After(b.Since) {
		return t
	}
	return b.Since
}

// look is a look under way.
type look struct {
	*Bucket
	pipeline.Look
	ctx      context.Context
	oldest   time.Time
	requests int
}

// walk lists what is in the folders of the last days, or of the last month.
func (l *look) walk(now time.Time, full int64, everything bool) error {
	since := now.Add(-daily)
	if everything {
		since = l.oldest.Add(-late)
	} else if known := time.Unix(full, 0).Add(-daily); known.Before(since) {
		since = known
	}
	var problems []error
	walk := &lister{
		Client: l.Client, ctx: l.ctx, bucket: l.Name, digests: true, filter: &scan.Filter{Since: since.UTC().Truncate(daily)}, each: l.object,
		fail: func(prefix string, err error) bool {
			problems = append(problems, fmt.Errorf("list s3://%s/%s: %w", l.Name, prefix, err))
			return len(problems) < maxFailures
		},
	}
	walk.folder(l.Prefix)
	l.requests += walk.requests
	return errors.Join(problems...)
}

// tails lists what comes after the last keys: in the folders of today, and what is in no day's folder.
func (l *look) tails(now time.Time) error {
	days := []time.Time{now.UTC()}
	if before := now.UTC().Add(-untilTwo); before.Day() != now.UTC().Day() {
		days = append(days, before)
	}
	var problems []error
	for base, hive := range l.bases {
		layout := "2006/01/02/"
		if hive {
			layout = "year=2006/month=01/day=02/"
		}
		for _, day := range days {
			folder := base + day.Format(layout)
			problems = append(problems, l.tail(folder, l.last[folder]))
		}
	}
	if len(l.bases) == 0 {
		problems = append(problems, l.tail(l.Prefix, l.last[""]))
	}
	for folder := range l.last {
		if m := dayFolder.FindStringSubmatch(folder); m != nil && dateOf(m).Before(now.Add(-3*daily)) {
			delete(l.last, folder)
		}
	}
	return errors.Join(problems...)
}

// tail lists what comes after a key.
func (l *look) tail(prefix, after string) error {
	pages := s3.NewListObjectsV2Paginator(l.Client.api, &s3.ListObjectsV2Input{Bucket: &l.Name, Prefix: &prefix, StartAfter: optional(after)})
	for pages.HasMorePages() {
		l.requests++
		page, err := pages.NextPage(l.ctx)
		if err != nil {
			return fmt.Errorf("list s3://%s/%s: %w", l.Name, prefix, plain(err))
		}
		for _, o := range page.Contents {
			l.object(o)
		}
	}
	return nil
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// dayFolder is the part of a key in AWS's layouts that names a day.
var dayFolder = regexp.MustCompile(`^((?:.*/)?AWSLogs/.*?/)(year=)?([0-9]{4})/(?:month=)?([0-9]{2})/(?:day=)?([0-9]{2})/`)

func dateOf(match []string) time.Time {
	t, _ := time.Parse("20060102", match[3]+match[4]+match[5]) // of what is no date, the beginning of time
	return t
}

// object shows an object, and notes where more will be.
func (l *look) object(o types.Object) {
	key, folder := *o.Key, ""
	if place := event.ParsePath(key); place.Skip != "" && !place.Digest {
		return
	}
	if m := dayFolder.FindStringSubmatch(key); m != nil {
		folder = m[0]
		l.bases[m[1]] = m[2] != ""
	}
	l.last[folder] = max(l.last[folder], key)
	l.show(key, aws.ToString(o.ETag), aws.ToInt64(o.Size), aws.ToTime(o.LastModified))
}

// show shows an object if it is of those that are wanted.
func (l *look) show(key, etag string, size int64, written time.Time) {
	place := event.ParsePath(key)
	if size == 0 || strings.HasSuffix(key, "/") || place.Skip != "" && !place.Digest || written.Before(l.oldest) {
		return
	}
	if place.Time.IsZero() {
		place.Time = written
	}
	l.Objects = append(l.Objects, pipeline.Object{Size: size, Whole: true, Digest: place.Digest, LogObject: picket.LogObject{
		Name: "s3://" + l.Name + "/" + key, Version: etag, To: size, Delivered: place.Time.Unix(),
		Account: cmp.Or(place.Account, l.Account), Region: cmp.Or(place.Region, l.Region),
	}})
}
