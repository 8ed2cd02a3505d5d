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
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"

	"picket/event"
	"picket/scan"
)

// Client lists and reads buckets.
type Client struct{ api *s3.Client }

// Endpoint says where a bucket is served, where that is not AWS.
type Endpoint struct {
	URL       string // "" for AWS, or what AWS_ENDPOINT_URL says
	PathStyle bool   // bucket names in paths; implied by URL
}

// Open returns a client with the credentials and region of the environment, as every AWS tool finds them. Without
// credentials there is none. The SDK's own log is silent: what fails comes back as an error.
func Open(ctx context.Context, e Endpoint) (*Client, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithLogger(logging.Nop{}))
	if err == nil {
		_, err = cfg.Credentials.Retrieve(ctx)
	}
	var last *smithy.OperationError
	switch {
	case errors.As(err, &last) && last.ServiceID == "ec2imds": // where the SDK looks when nothing names credentials
		return nil, errors.New("no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role gives them")
	case err != nil:
		return nil, fmt.Errorf("find AWS credentials: %w", err)
	}
	if cfg.Region == "" {
		cfg.Region = "us-east-1"
	}
	return &Client{s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.DisableLogOutputChecksumValidationSkipped = true
		o.UsePathStyle = e.PathStyle || e.URL != ""
		if e.URL != "" {
			o.BaseEndpoint = aws.String(e.URL)
		}
	})}, nil
}

// maxFailures is how many folders may fail before the rest of a listing is given up.
const maxFailures = 10

// List returns the objects under a URL like s3://bucket/prefix. A folder that can't be listed is a problem of its own; the
// others are listed all the same.
func (c *Client) List(ctx context.Context, address string, f *scan.Filter) ([]scan.Object, []scan.Problem) {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "s3" || u.Host == "" {
		return nil, []scan.Problem{{Object: address, Reason: "want s3://BUCKET/PREFIX"}}
	}
	l := &lister{Client: c, ctx: ctx, bucket: u.Host, filter: f}
	l.folder(strings.TrimPrefix(u.Path, "/"))
	return l.objects, l.problems
}

type lister struct {
	*Client
	ctx      context.Context
	bucket   string
	filter   *scan.Filter
	objects  []scan.Object
	problems []scan.Problem
}

// folder lists prefix: folder by folder where the layout tells accounts, regions and days apart, else all below it at once.
func (l *lister) folder(prefix string) {
	below, prune := descend(prefix)
	pages := s3.NewListObjectsV2Paginator(l.api, &s3.ListObjectsV2Input{
		Bucket: &l.bucket, Prefix: &prefix, Delimiter: delimiter(prune),
	})
	for pages.HasMorePages() && len(l.problems) < maxFailures {
		page, err := pages.NextPage(l.ctx)
		if err != nil {
			l.fail(prefix, err)
			return
		}
		for _, o := range page.Contents {
			l.object(*o.Key, aws.ToInt64(o.Size), aws.ToString(o.ETag))
		}
		for _, p := range page.CommonPrefixes {
			if l.wants(below, *p.Prefix) {
				l.folder(*p.Prefix)
			}
		}
	}
}

func (l *lister) fail(prefix string, err error) {
	reason := "list: " + plain(err).Error()
	if len(l.problems) == maxFailures-1 || l.ctx.Err() != nil {
		reason += "; what is not listed yet is given up"
	}
	l.problems = append(l.problems, scan.Problem{Object: "s3://" + l.bucket + "/" + prefix, Reason: reason})
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
	service
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
	if place.Skip != "" || !l.filter.Account(place.Account) || !l.filter.Region(place.Region) {
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

func (l *lister) object(key string, size int64, etag string) {
	place := event.ParsePath(key)
	if size == 0 || strings.HasSuffix(key, "/") || !l.filter.Wants(place) {
		return
	}
	bucket := l.bucket
	l.objects = append(l.objects, scan.Object{
		Name: "s3://" + bucket + "/" + key, Size: size, Place: place, Version: etag, Content: content(etag),
		Open: func(ctx context.Context) (io.ReadCloser, error) {
			out, err := l.api.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key, IfMatch: aws.String(etag)})
			if err != nil {
				return nil, plain(err)
			}
			return out.Body, nil
		},
	})
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
