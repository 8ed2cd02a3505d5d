package main

import "testing"

func TestBucketsOfLists(t *testing.T) {
	b := bucketList{"shared", "common/feeds/", "common/one.txt", "each/{account}/", "own-{account}"}
	f := func(want bool, bucket, key string) {
		t.Helper()
		if got := b.allow("111122223333", bucket, key); got != want {
			t.Errorf("s3://%s/%s: %v, want %v", bucket, key, got, want)
		}
		if (bucketList{}).allow("111122223333", bucket, key) {
			t.Errorf("s3://%s/%s is read though the operator names no bucket", bucket, key)
		}
	}
	f(true, "shared", "a/b")
	f(false, "shared2", "a")
	f(true, "common", "feeds/a")
	f(true, "common", "feeds/a/b")
	f(false, "common", "feeds2/a")
	f(false, "common", "feeds/../logs/a")
	f(true, "common", "one.txt")
	f(false, "common", "one.txt.secret")
	f(false, "common", "two.txt")
	f(true, "each", "111122223333/a")
	f(false, "each", "444455556666/a") // another account's
	f(true, "own-111122223333", "a")
	f(false, "own-444455556666", "a")
	f(false, "other", "a")
}
