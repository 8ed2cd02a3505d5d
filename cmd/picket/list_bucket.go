package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// bucketList says which objects accounts may have read with the server's own credentials: whole buckets, folders (lists/common/)
// and single objects. {account} stands for the account that asks.
type bucketList []string

const thisAccount = "{account}"

var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

func (b bucketList) allow(account, bucket, key string) bool {
	if slices.Contains(strings.Split(key, "/"), "..") { // some servers that speak S3 leave the folder there
		return false
	}
	return slices.ContainsFunc(b, func(text string) bool {
		name, at, _ := strings.Cut(strings.ReplaceAll(text, thisAccount, account), "/")
		switch {
		case name != bucket:
			return false
		case at == "" || strings.HasSuffix(at, "/"):
			return strings.HasPrefix(key, at)
		}
		return key == at
	})
}

func (b bucketList) check() []error {
	var wrong []error
	for _, text := range b {
		name, _, _ := strings.Cut(strings.ReplaceAll(text, thisAccount, "111122223333"), "/")
		if !bucketName.MatchString(name) {
			wrong = append(wrong, fmt.Errorf("lists: buckets: %q does not begin with the name of a bucket: write my-lists, or a folder of it like my-lists/%s/", text, thisAccount))
		}
	}
	return wrong
}
