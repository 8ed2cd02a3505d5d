package s3

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"picket/service"
)

// Queue is an SQS queue that is told of new objects.
type Queue struct {
	api *sqs.Client
	url string
}

const longPoll = 20 * time.Second // as long as SQS waits

var queueRegion = regexp.MustCompile(`^sqs\.([a-z0-9-]+)\.`)

// Queue returns a queue by its URL, which is also where it is served.
func (c *Client) Queue(address string) (*Queue, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || len(u.Path) < 2 {
		return nil, fmt.Errorf("queue %q: want https://sqs.REGION.amazonaws.com/ACCOUNT/NAME", address)
	}
	return &Queue{url: address, api: sqs.NewFromConfig(c.cfg, func(o *sqs.Options) {
		o.BaseEndpoint = aws.String(u.Scheme + "://" + u.Host)
		if m := queueRegion.FindStringSubmatch(u.Host); m != nil {
			o.Region = m[1]
		}
	})}, nil
}

// Waiting returns about how many messages wait in the queue.
func (q *Queue) Waiting(ctx context.Context) (int, error) {
	const name = types.QueueAttributeNameApproximateNumberOfMessages
	out, err := q.api.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &q.url, AttributeNames: []types.QueueAttributeName{name}})
	if err != nil {
		return 0, fmt.Errorf("ask for %s: %w", q.url, plain(err))
	}
	n, err := strconv.Atoi(out.Attributes[string(name)])
	return n, err
}

// queued shows the objects that the queue names, waiting for the first of them. Messages are deleted when their objects are
// in the log; what can't be understood is shown as unread.
func (l *look) queued(wait time.Duration) error {
	q := l.Queue
	out, err := q.api.ReceiveMessage(l.ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &q.url, MaxNumberOfMessages: 10, WaitTimeSeconds: int32(wait / time.Second),
	})
	if err != nil {
		return fmt.Errorf("receive from %s: %w", q.url, plain(err))
	}
	var problems []error
	var read []types.DeleteMessageBatchRequestEntry
	for i, m := range out.Messages {
		if err := l.message(aws.ToString(m.Body)); err != nil {
			problems = append(problems, err)
			continue
		}
		read = append(read, types.DeleteMessageBatchRequestEntry{Id: aws.String(strconv.Itoa(i)), ReceiptHandle: m.ReceiptHandle})
	}
	if len(read) > 0 {
		l.Done = func(ctx context.Context) error { return q.delete(ctx, read) }
	}
	return errors.Join(problems...)
}

func (q *Queue) delete(ctx context.Context, read []types.DeleteMessageBatchRequestEntry) error {
	out, err := q.api.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &q.url, Entries: read})
	if err != nil {
		return fmt.Errorf("delete from %s: %w", q.url, plain(err))
	}
	if len(out.Failed) > 0 {
		return fmt.Errorf("delete from %s: %d messages stay: %s", q.url, len(out.Failed), aws.ToString(out.Failed[0].Message))
	}
	return nil
}

// message shows what a message names. An error means that it is to come again.
func (l *look) message(body string) error {
	all, err := notices([]byte(body))
	if err != nil {
		l.unread(l.Queue.url, err.Error(), body)
		return nil
	}
	for _, n := range all {
		if n.bucket != l.Name || !strings.HasPrefix(n.key, l.Prefix) {
			l.unread("s3://"+n.bucket+"/"+n.key, "a notification of the queue names it, and the source is s3://"+l.Name+"/"+l.Prefix, "")
			continue
		}
		if n.etag != "" && !n.time.IsZero() {
			l.show(n.key, `"`+n.etag+`"`, n.size, n.time)
			continue
		}
		is, err := l.Client.api.HeadObject(l.ctx, &s3.HeadObjectInput{Bucket: &l.Name, Key: &n.key})
		if err = gone(err); errors.Is(err, fs.ErrNotExist) {
			l.unread("s3://"+n.bucket+"/"+n.key, "a notification names it: "+err.Error(), "")
			continue
		}
		if err != nil {
			return fmt.Errorf("s3://%s/%s: %w", n.bucket, n.key, err)
		}
		l.show(n.key, aws.ToString(is.ETag), aws.ToInt64(is.ContentLength), aws.ToTime(is.LastModified))
	}
	return nil
}

const maxSample = 200

func (l *look) unread(object, reason, sample string) {
	l.Unread = append(l.Unread, service.Unread{
		Object: object, Reason: reason, Sample: strings.ToValidUTF8(sample[:min(len(sample), maxSample)], ""), Count: 1,
	})
}
