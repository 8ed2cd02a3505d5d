// Package s3 publishes findings to buckets, in GuardDuty's own layout and form: gzip'd lines of JSON, encrypted by S3 under the
// destination's KMS key. It writes objects of its own and reads, lists and deletes nothing.
package s3

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
	"github.com/klauspost/compress/gzip"

	"picket/finding"
	"picket/publish"
)

// Sender writes to the buckets of destinations, with the credentials of the environment.
type Sender struct {
	Endpoint string   // of what speaks S3; "" for AWS, or what AWS_ENDPOINT_URL says
	Buckets  []string // that it may write to; empty: every one that the credentials may

	mu  sync.Mutex
	api *s3.Client
}

// client finds the credentials at the first use, so that a server without a bucket needs none, and again until there are some.
func (s *Sender) client(ctx context.Context) (*s3.Client, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.api != nil {
		return s.api, nil
	}
	cfg, err := config.LoadDefaultConfig(ctx, config.WithLogger(logging.Nop{}))
	if err == nil {
		_, err = cfg.Credentials.Retrieve(ctx)
	}
	if err != nil {
		return nil, errors.New("this server has no AWS credentials to write to a bucket with")
	}
	s.api = s3.NewFromConfig(cfg, func(o *s3.Options) {
		if s.Endpoint != "" {
			o.BaseEndpoint, o.UsePathStyle = &s.Endpoint, true
		}
	})
	return s.api, nil
}

// Verify implements publish.Sender: it writes an object, as GuardDuty does when a destination is made.
func (s *Sender) Verify(ctx context.Context, d publish.Destination) error {
	return s.put(ctx, d, "AWSLogs/"+d.Account+"/GuardDuty/"+d.Region+"/verification", nil)
}

// Send implements publish.Sender: one object for each account and day.
func (s *Sender) Send(ctx context.Context, d publish.Destination, events []publish.Event) (int, error) {
	folders := map[string][]publish.Event{}
	var order []string
	for _, e := range events {
		if e.Finding == nil {
			continue // GuardDuty's layout has a place for findings only
		}
		day, err := time.Parse(time.RFC3339, e.Time)
		if err != nil {
			return 0, fmt.Errorf("time of event %s: %w", e.ID, err)
		}
		folder := "AWSLogs/" + *e.Finding.AccountId + "/GuardDuty/" + e.Region + "/" + day.Format("2006/01/02") + "/"
		if folders[folder] == nil {
			order = append(order, folder)
		}
		folders[folder] = append(folders[folder], e)
	}
	for _, folder := range order {
		body, name, err := object(folders[folder])
		if err != nil {
			return 0, err
		}
		if err := s.put(ctx, d, folder+name+".jsonl.gz", body); err != nil {
			return 0, err
		}
	}
	return len(events), nil
}

// object is lines of findings, and a name that follows from them, so that what is sent again takes the place of what was.
func object(events []publish.Event) ([]byte, string, error) {
	var b bytes.Buffer
	names := sha256.New()
	zip := gzip.NewWriter(&b)
	for _, e := range events {
		line, err := finding.Export(e.Finding)
		if err != nil {
			return nil, "", err
		}
		io.WriteString(names, e.ID)
		zip.Write(append(line, '\n'))
	}
	if err := zip.Close(); err != nil {
		return nil, "", fmt.Errorf("compress findings: %w", err)
	}
	h := names.Sum(nil)
	return b.Bytes(), fmt.Sprintf("%x-%x-%x-%x-%x", h[:4], h[4:6], h[6:8], h[8:10], h[10:16]), nil
}

func (s *Sender) put(ctx context.Context, d publish.Destination, key string, body []byte) error {
	_, place, _ := strings.Cut(aws.ToString(d.Properties.DestinationArn), ":::")
	bucket, prefix, _ := strings.Cut(place, "/")
	if len(s.Buckets) > 0 && !slices.Contains(s.Buckets, bucket) {
		return fmt.Errorf("this server may not write to bucket %s", bucket)
	}
	api, err := s.client(ctx)
	if err != nil {
		return err
	}
	if prefix = strings.Trim(prefix, "/"); prefix != "" {
		key = prefix + "/" + key
	}
	in := &s3.PutObjectInput{
		Bucket: &bucket, Key: &key, Body: bytes.NewReader(body), ExpectedBucketOwner: d.Properties.ExpectedBucketOwner,
		ServerSideEncryption: types.ServerSideEncryptionAwsKms, SSEKMSKeyId: d.Properties.KmsKeyArn,
	}
	_, err = api.PutObject(ctx, in, func(o *s3.Options) {
		if s.Endpoint == "" && o.BaseEndpoint == nil {
			o.Region = d.Region
		}
	})
	var refused smithy.APIError
	if errors.As(err, &refused) {
		return fmt.Errorf("bucket %s: %s: %s", bucket, refused.ErrorCode(), refused.ErrorMessage())
	}
	if err != nil {
		return fmt.Errorf("bucket %s: %w", bucket, err)
	}
	return nil
}
