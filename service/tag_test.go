package service_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"picket"
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

// What the server notes of a detector for itself is no resource.
func TestTagsOfResourcesOnly(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	a := w.account("111122223333")
	detector := w.enable(a)
	f := func(kind string, doc any) error {
		t.Helper()
		w.put(picket.DocumentKey{Kind: "detector/" + kind, Account: a.Account, Region: a.Region, ID: "some"}, doc)
		arn := "arn:aws:guardduty:" + a.Region + ":" + a.Account + ":detector/" + *detector + "/" + kind + "/some"
		_, err := w.TagResource(ctx, a, &guardduty.TagResourceRequest{ResourceArn: &arn, Tags: map[string]string{"team": "red"}})
		return err
	}
	for _, kind := range []string{"filter", "ipset", "threatintelset", "trustedentityset", "threatentityset", "publishingDestination"} {
		w.ok(f(kind, struct{}{}))
	}
	for _, kind := range []string{"tags", "idempotency", "organization", "silence", "idle-filter", "list-hits", "malware-scan-settings", "custom-detection-rule"} {
		w.refused(f(kind, struct{}{}), "The request is rejected because an invalid or out-of-range value is specified as an input parameter.")
	}
	w.refused(f("resource-usage", []int{1}), "The request is rejected because an invalid or out-of-range value is specified as an input parameter.")
}

// An association's ARN names its rule, and is the only one it has.
func TestTagsOfAssociationsByTheirARN(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	a := w.account("111122223333")
	w.CustomRules = []guardduty.RuleDetail{{RuleId: guardduty.Ptr("one")}, {RuleId: guardduty.Ptr("two")}}
	made, err := w.CreateCustomDetectionRuleAssociation(ctx, a, &guardduty.CreateCustomDetectionRuleAssociationRequest{
		RuleId: guardduty.Ptr("one"), Mode: guardduty.AssociationModeLive,
	})
	w.ok(err)
	f := func(rule string) error {
		arn := "arn:aws:guardduty:" + a.Region + ":" + a.Account + ":custom-detection-rule/" + rule + "/association/" + *made.RuleAssociation.AssociationId
		_, err := w.TagResource(ctx, a, &guardduty.TagResourceRequest{ResourceArn: &arn, Tags: map[string]string{"team": "red"}})
		return err
	}
	w.ok(f("rule/one"))
	for _, rule := range []string{"rule/two", "rules/one", "rule/none"} {
		if err := f(rule); picket.ErrorCode(err) != picket.CodeBadRequest {
			t.Errorf("%s: got %v", rule, err)
		}
	}
	got, err := w.GetCustomDetectionRuleAssociation(ctx, a, &guardduty.GetCustomDetectionRuleAssociationRequest{
		RuleId: guardduty.Ptr("one"), AssociationId: made.RuleAssociation.AssociationId,
	})
	w.ok(err)
	if got.Tags["team"] != "red" {
		t.Errorf("got %v", got.Tags)
	}
}

// What is in a region of another partition of AWS is named by its partition everywhere.
func TestNamesInOtherPartitions(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	w.Settings.Regions = []string{region, "us-gov-west-1"}
	w.account("111122223333")
	a := in(as("111122223333"), "us-gov-west-1")
	id := w.enable(a)
	f := func(partition string) error {
		arn := "arn:" + partition + ":guardduty:us-gov-west-1:111122223333:detector/" + *id
		_, err := w.TagResource(ctx, a, &guardduty.TagResourceRequest{ResourceArn: &arn, Tags: map[string]string{"team": "red"}})
		return err
	}
	w.ok(f("aws-us-gov"))
	w.refused(f("aws"), outOfRange)

	d, err := w.GetDetector(ctx, a, &guardduty.GetDetectorRequest{DetectorId: id})
	w.ok(err)
	if got := *d.ServiceRole; !strings.HasPrefix(got, "arn:aws-us-gov:iam::111122223333:role/") {
		t.Errorf("the role is %s", got)
	}
	w.sample(a, "UnauthorizedAccess:EC2/SSHBruteForce", "Policy:S3/BucketAnonymousAccessGranted")
	for title, found := range w.sees(a, `{}`) {
		text, err := json.Marshal(found)
		w.ok(err)
		if *found.Partition != "aws-us-gov" || !strings.HasPrefix(*found.Arn, "arn:aws-us-gov:guardduty:us-gov-west-1:") || strings.Contains(string(text), "arn:aws:") {
			t.Errorf("%s is %s", title, text)
		}
	}
}
