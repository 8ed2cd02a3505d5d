package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"picket/s3test"
)

// bucketLatency measures from an object of a member that is in a bucket, and the notification of it that is in the queue, to its
// finding in the administrator's list. How long S3 takes to notify is AWS's, and not in it.
func (b *liveBench) bucketLatency() (err error) {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "picket-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	endpoint, stop, err := s3test.Run(ctx, dir)
	if err != nil {
		return err
	}
	defer stop()
	for k, v := range s3test.Environment { // the server has them from here
		if err := os.Setenv(k, v); err != nil {
			return err
		}
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	bucket := aws.String("logs")
	api := s3.NewFromConfig(cfg, func(o *s3.Options) { o.BaseEndpoint, o.UsePathStyle = &endpoint, true })
	if _, err := api.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: bucket}); err != nil {
		return fmt.Errorf("make bucket: %w", err)
	}
	queue := &s3test.Queue{}
	sqs := httptest.NewServer(queue)
	defer sqs.Close()

	s, err := b.serve([]string{storeRegion})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }() // before the queue, which it waits for
	took, err := b.arrivals(s, []string{"s3://logs", "--endpoint", endpoint, "--queue", sqs.URL + s3test.QueuePath}, func(n int) error {
		name, packed, err := arrival(n)
		if err != nil {
			return err
		}
		key := "AWSLogs/" + name
		out, err := api.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: &key, Body: bytes.NewReader(packed)})
		if err != nil {
			return fmt.Errorf("put object: %w", err)
		}
		queue.Send(fmt.Sprintf(`{"Records":[{"eventName":"ObjectCreated:Put","eventTime":%q,"s3":{"bucket":{"name":"logs"},"object":{"key":%q,"size":%d,"eTag":%s}}}]}`,
			time.Now().UTC().Format(time.RFC3339Nano), key, len(packed), *out.ETag))
		return nil
	})
	if err != nil {
		return err
	}
	told("From an object in a bucket and its notification in a queue", took)
	return nil
}
