package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"

	"picket/fetch"
	"picket/intel"
	"picket/service"
	"picket/source/s3"
)

// listFetcher reads accounts' lists, under the egress policy.
type listFetcher struct {
	policy   fetch.Policy
	client   *http.Client
	buckets  bucketList
	endpoint string
}

func newListFetcher(c listConfig) *listFetcher {
	p := fetch.Policy{MaxBytes: intel.MaxFileBytes}
	for _, text := range c.Allow {
		p.Allow = append(p.Allow, netip.MustParsePrefix(text)) // config.check read it
	}
	return &listFetcher{p, p.Client(), c.Buckets, c.Endpoint}
}

// fetch reads from S3 with the server's credentials what the operator lets the account name. Anything else that has an https
// address may be public, and is read as anybody may.
func (l *listFetcher) fetch(ctx context.Context, place service.ListPlace, owner, etag string) (f service.ListFile, err error) {
	ctx, cancel := context.WithTimeout(ctx, listTime)
	defer cancel()
	if place.Bucket == "" {
		f.Body, f.ETag, err = l.policy.Get(ctx, l.client, place.URL, etag)
		return f, judged(err)
	}
	if !l.buckets.allow(place.Account, place.Bucket, place.Key) {
		return l.anonymously(ctx, place, etag)
	}
	client, err := s3.Open(ctx, s3.Endpoint{URL: l.endpoint, HTTP: l.client})
	switch {
	case err != nil && place.URL != "":
		f.Body, f.ETag, err = l.policy.Get(ctx, l.client, place.URL, etag)
	case err != nil:
		return f, fmt.Errorf("%w%w", service.ErrForGood, err)
	default:
		file := s3.File{Bucket: place.Bucket, Key: place.Key, Region: place.Region, Owner: owner}
		f.Body, f.ETag, err = client.Get(ctx, file, etag, l.policy.MaxBytes)
	}
	return f, judged(err)
}

// anonymously reads an object without the server's credentials.
func (l *listFetcher) anonymously(ctx context.Context, place service.ListPlace, etag string) (f service.ListFile, err error) {
	object := place.Bucket + "/" + place.Key
	advice := fmt.Sprintf(`this server may not read s3://%s for account %s: ask its operator to name %q in "lists: buckets:", then activate the list again`, object, place.Account, object)
	if place.URL == "" {
		return f, fmt.Errorf("%w%s", service.ErrForGood, advice)
	}
	f.Body, f.ETag, err = l.policy.Get(ctx, l.client, place.URL, etag)
	if err = judged(err); errors.Is(err, fetch.ErrRefused) {
		err = fmt.Errorf("%w. It is not public, and %s", err, advice)
	}
	return f, err
}

// judged marks the errors that stay what they are.
func judged(err error) error {
	for _, final := range []error{fetch.ErrRefused, fetch.ErrForbidden, fetch.ErrTooLarge, fetch.ErrRedirects, s3.ErrRefused, s3.ErrTooLarge} {
		if errors.Is(err, final) {
			return fmt.Errorf("%w%w", service.ErrForGood, err)
		}
	}
	return err
}
