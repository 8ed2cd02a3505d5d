package s3

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// The errors of Get that trying again doesn't cure.
var (
	ErrRefused  = errors.New("S3 refuses")
	ErrTooLarge = errors.New("the object is too large")
)

// File is an object of a bucket.
type File struct {
	Bucket, Key string
	Region      string // "": the client's
	Owner       string // the account that must own the bucket; "": any
}

// Get reads a file of at most limit bytes, unless etag is that of what is there now: then there is no body.
func (c *Client) Get(ctx context.Context, f File, etag string, limit int64) (body []byte, now string, err error) {
	in := &s3.GetObjectInput{Bucket: &f.Bucket, Key: &f.Key}
	if f.Owner != "" {
		in.ExpectedBucketOwner = &f.Owner
	}
	if etag != "" {
		in.IfNoneMatch = &etag
	}
	out, err := c.api.GetObject(ctx, in, func(o *s3.Options) {
		if f.Region != "" {
			o.Region = f.Region
		}
	})
	if err != nil {
		return nil, etag, judged(err)
	}
	defer out.Body.Close()
	body, err = io.ReadAll(io.LimitReader(out.Body, limit+1))
	switch {
	case err != nil:
		return nil, "", fmt.Errorf("read object: %w", err)
	case int64(len(body)) > limit:
		return nil, "", fmt.Errorf("%w: over %d bytes", ErrTooLarge, limit)
	}
	return body, aws.ToString(out.ETag), nil
}

// judged says whether trying again may help; an object that is as it was is no error.
func judged(err error) error {
	var answer *smithyhttp.ResponseError
	if !errors.As(err, &answer) {
		return plain(err)
	}
	switch status := answer.HTTPStatusCode(); {
	case status == http.StatusNotModified:
		return nil
	case status == http.StatusRequestTimeout || status == http.StatusTooManyRequests || status >= 500:
		return plain(err)
	}
	return fmt.Errorf("%w: %w", ErrRefused, plain(err))
}
