package service

import (
	"net/url"
	"regexp"
	"strings"
)

// ListPlace is where a list's file is: in a bucket, or at an address, or at both.
type ListPlace struct {
	Account             string // that named it
	Bucket, Key, Region string // Region is empty where the location names none
	URL                 string // https
}

// s3Host is a host of S3, with the bucket before it or in the path, and the region or none.
var s3Host = regexp.MustCompile(`^(?:(.+)\.)?s3(?:[.-]([a-z0-9-]+))?\.amazonaws\.com(\.cn)?$`)

// placeOf reads a location: s3://bucket/key, an address of S3 in one of its forms, or any https address. Plain http is
// taken for S3's own hosts only, as people write them, and never spoken.
func placeOf(location string) (ListPlace, error) {
	u, err := url.Parse(location)
	if err != nil || u.Host == "" || strings.Trim(u.Path, "/") == "" || u.User != nil {
		return ListPlace{}, badLocation(location)
	}
	path := strings.TrimPrefix(u.Path, "/")
	of := s3Host.FindStringSubmatch(u.Host)
	switch {
	case u.Scheme == "s3":
		return ListPlace{Bucket: u.Host, Key: path}, nil
	case of == nil && u.Scheme == "https" || of != nil && u.Scheme == "https" && u.RawQuery != "": // it is signed already
		return ListPlace{URL: location}, nil
	case of == nil || u.Scheme != "https" && u.Scheme != "http":
		return ListPlace{}, badLocation(location)
	}
	u.Scheme = "https"
	place := ListPlace{Bucket: of[1], Key: path, Region: of[2], URL: u.String()}
	if place.Bucket == "" {
		place.Bucket, place.Key, _ = strings.Cut(path, "/")
	}
	if place.Key == "" {
		return ListPlace{}, badLocation(location)
	}
	return place, nil
}

func badLocation(location string) error {
	return refuse(invalidValue, "location %q is neither s3://bucket/key, nor an address of an object in S3, nor another https:// URL.", location)
}
