// Package s3 finds log objects in S3 and in whatever speaks its protocol. It lists only the folders that can hold what a scan
// is about: in AWS's own layouts it walks accounts, regions and days instead of the whole bucket. It reads an object when it
// is opened and writes nothing.
package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"picket/event"
	"picket/scan"
)

// maxFailures is how many folders may fail before the rest of a listing is given up.
const maxFailures = 10

// List returns the objects under a URL like s3://bucket/prefix. A folder that can't be listed is a problem of its own; the
// others are listed all the same.
func (c *Client) List(ctx context.Context, address string, f *scan.Filter) (objects []scan.Object, problems []scan.Problem) {
	bucket, prefix, err := Parse(address)
	if err != nil {
		return nil, []scan.Problem{{Object: address, Reason: err.Error()}}
	}
	l := &lister{Client: c, ctx: ctx, bucket: bucket, filter: f}
	l.each = func(o types.Object) {
		if o, ok := l.object(*o.Key, aws.ToInt64(o.Size), aws.ToString(o.ETag)); ok {
			objects = append(objects, o)
		}
	}
	l.fail = func(prefix string, err error) bool {
		reason := "list: " + err.Error()
		if len(problems) == maxFailures-1 || ctx.Err() != nil {
			reason += "; what is not listed yet is given up"
		}
		problems = append(problems, scan.Problem{Object: "s3://" + bucket + "/" + prefix, Reason: reason})
		return len(problems) < maxFailures
	}
	l.folder(prefix)
	return objects, problems
}

// Parse takes a URL like s3://bucket/prefix apart.
func Parse(address string) (bucket, prefix string, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" {
		return "", "", errors.New("want s3://BUCKET/PREFIX")
	}
	return u.Host, strings.TrimPrefix(u.Path, "/"), nil
}

type lister struct {
	*Client
	ctx      context.Context
	bucket   string
	filter   *scan.Filter
	digests  bool // list CloudTrail's hashes too
	each     func(types.Object)
	fail     func(prefix string, err error) bool // reports whether to go on
	requests int
	stopped  bool
}

// folder lists prefix: folder by folder where the layout tells accounts, regions and days apart, else all below it at once.
func (l *lister) folder(prefix string) {
	below, prune := descend(prefix)
	pages := s3.NewListObjectsV2Paginator(l.api, &s3.ListObjectsV2Input{
		Bucket: &l.bucket, Prefix: &prefix, Delimiter: delimiter(prune),
	})
	for pages.HasMorePages() && !l.stopped {
		l.requests++
		page, err := pages.NextPage(l.ctx)
		if err != nil {
			l.stopped = !l.fail(prefix, plain(err))
			return
		}
		for _, o := range page.Contents {
			l.each(o)
		}
		for _, p := range page.CommonPrefixes {
			if l.wants(below, *p.Prefix) {
				l.folder(*p.Prefix)
			}
		}
	}
}

func delimiter(prune bool) *string {
	if prune {
		return aws.String("/")
	}
	return nil
}

// level is what the folders of a prefix are named for.
type level int

const (
	anything level = iota
	account
	kind
	region
	year
	month
	day
)

// descend tells what the folders below prefix are named for in AWS's layouts, and whether to look at them one by one.
func descend(prefix string) (level, bool) {
	_, logs, found := strings.Cut("/"+prefix, "/AWSLogs/")
	if !found {
		// The layout may begin further down; a prefix without a slash at its end may be the beginning of a folder's name.
		return anything, true
	}
	parts := strings.Split(strings.TrimSuffix(logs, "/"), "/")
	if logs == "" {
		return account, true
	}
	if strings.HasPrefix(parts[0], "o-") {
		parts = parts[1:]
	}
	at := account + level(len(parts))
	return at, at <= day
}

// wants reports whether the folder p, named for what level says, can hold what the scan is about: whether its objects can
// pass the filter. Above AWSLogs any folder can.
func (l *lister) wants(at level, p string) bool {
	if at == anything {
		return true
	}
	place := event.ParsePath(p + "x")
	if place.Skip != "" && !(l.digests && place.Digest) || !l.filter.Account(place.Account) || !l.filter.Region(place.Region) {
		return false
	}
	return at < year || l.wantsDate(at, strings.Split(strings.TrimSuffix(p, "/"), "/"))
}

// wantsDate reports whether the folder's year, month or day touches the days that are wanted. What is no date may.
func (l *lister) wantsDate(at level, parts []string) bool {
	n := int(at-year) + 1
	words := make([]string, n)
	for i, p := range parts[len(parts)-n:] {
		words[i] = p[strings.IndexByte(p, '=')+1:]
	}
	begin, err := time.Parse("2006/01/02"[:len("2006")+3*(n-1)], strings.Join(words, "/"))
	if err != nil {
		return true
	}
	end := map[level]time.Time{year: begin.AddDate(1, 0, 0), month: begin.AddDate(0, 1, 0), day: begin.AddDate(0, 0, 1)}[at]
	first, last := l.filter.Days()
	return (first.IsZero() || end.After(first)) && (last.IsZero() || !begin.After(last))
}

// object makes an object that a scan reads of what was listed, unless it wants none.
func (l *lister) object(key string, size int64, etag string) (scan.Object, bool) {
	place := event.ParsePath(key)
	if size == 0 || strings.HasSuffix(key, "/") || !l.filter.Wants(place) {
		return scan.Object{}, false
	}
	bucket := l.bucket
	return scan.Object{
		Name: "s3://" + bucket + "/" + key, Size: size, Place: place, Version: etag, Content: content(etag),
		Open: func(ctx context.Context) (io.ReadCloser, error) {
			out, err := l.api.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key, IfMatch: aws.String(etag)})
			if err != nil {
				return nil, plain(err)
			}
			return out.Body, nil
		},
	}, true
}

// digest is the form of an ETag that AWS derives from the bytes or makes unique. What other servers write may follow from
// size and time alone, and says nothing of the bytes.
var digest = regexp.MustCompile(`^"[0-9a-f]{32}(-[0-9]+)?"$`)

func content(etag string) string {
	if !digest.MatchString(etag) {
		return ""
	}
	return etag
}

// plain keeps of an SDK error what people need: the code and message, or the cause.
func plain(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) {
		return fmt.Errorf("%s: %s", api.ErrorCode(), api.ErrorMessage())
	}
	return err
}
