package s3

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
)

// Probe finds out whether the bucket, and the queue if there is one, can be read: it lists one object and asks for its head. It
// returns the object's key; "" if there is none.
func (b *Bucket) Probe(ctx context.Context) (key string, err error) {
	if b.Queue != nil {
		if err := b.Queue.probe(ctx); err != nil {
			return "", err
		}
	}
	page, err := b.Client.api.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &b.Name, Prefix: &b.Prefix, MaxKeys: aws.Int32(1)})
	if err != nil {
		return "", fmt.Errorf("list: %w", plain(err))
	}
	if len(page.Contents) == 0 {
		return "", nil
	}
	key = aws.ToString(page.Contents[0].Key)
	if _, err := b.Client.api.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &b.Name, Key: &key}); err != nil {
		return "", fmt.Errorf("read %s: %w", key, plain(err))
	}
	return key, nil
}

// probe asks who a queue is. Who may only receive from it is refused, which is an answer.
func (q *Queue) probe(ctx context.Context) error {
	_, err := q.api.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &q.url})
	var refused smithy.APIError
	if err == nil || errors.As(err, &refused) && (refused.ErrorCode() == "AccessDenied" || refused.ErrorCode() == "AccessDeniedException") {
		return nil
	}
	return fmt.Errorf("queue %s: %w", q.url, plain(err))
}
