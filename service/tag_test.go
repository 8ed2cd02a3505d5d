package service_test

import (
	"context"
	"testing"

	"picket/guardduty"
)

// Plans and associations have tags, like what belongs to a detector.
func TestTagsBesideDetectors(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	a := w.account("111122223333")
	w.enable(a)
	plan, err := w.CreateMalwareProtectionPlan(ctx, a, &guardduty.CreateMalwareProtectionPlanRequest{
		Role: guardduty.Ptr("arn:aws:iam::111122223333:role/scan"), Tags: map[string]string{"team": "red"},
		ProtectedResource: &guardduty.CreateProtectedResource{S3Bucket: &guardduty.CreateS3BucketResource{BucketName: guardduty.Ptr("uploads")}},
	})
	w.ok(err)
	got, err := w.GetMalwareProtectionPlan(ctx, a, &guardduty.GetMalwareProtectionPlanRequest{MalwareProtectionPlanId: plan.MalwareProtectionPlanId})
	w.ok(err)
	in := &guardduty.ListTagsForResourceRequest{ResourceArn: got.Arn}
	if err := in.Validate(); err != nil {
		t.Fatal(err)
	}
	tags, err := w.ListTagsForResource(ctx, a, in)
	w.ok(err)
	if tags.Tags["team"] != "red" {
		t.Errorf("got %v", tags.Tags)
	}
}
