package service_test

import (
	"context"
	"strings"
	"testing"

	"picket"
	"picket/guardduty"
)

// A client that asks again with the same token, as SDKs do after a lost answer, is answered as before; another request with it is
// refused.
func TestClientTokens(t *testing.T) {
	w, ctx := newWorld(t), context.Background()
	a := w.account("111122223333")
	d := w.enable(a)
	w.CustomRules = []guardduty.RuleDetail{{RuleId: guardduty.Ptr("one")}, {RuleId: guardduty.Ptr("two")}}
	token := guardduty.Ptr("token")
	f := func(operation string, create func(what string) (id *string, err error)) {
		t.Helper()
		first, err := create("one")
		w.ok(err)
		again, err := create("one")
		w.ok(err)
		if *again != *first {
			t.Errorf("%s with the same token made %s and %s", operation, *first, *again)
		}
		_, err = create("two")
		if picket.ErrorCode(err) != picket.CodeBadRequest || !strings.Contains(err.Error(), "clientToken was used for another "+operation+" request") {
			t.Errorf("%s with the token of another: got %v", operation, err)
		}
	}
	location := func(what string) *string { return guardduty.Ptr("s3://lists/" + what) }
	f("CreateIPSet", func(what string) (*string, error) {
		out, err := w.CreateIPSet(ctx, a, &guardduty.CreateIPSetRequest{DetectorId: d, Name: &what, Format: "TXT", Location: location(what), ClientToken: token})
		return idOf(err, func() *string { return out.IpSetId })
	})
	f("CreateThreatIntelSet", func(what string) (*string, error) {
		out, err := w.CreateThreatIntelSet(ctx, a, &guardduty.CreateThreatIntelSetRequest{DetectorId: d, Name: &what, Format: "TXT", Location: location(what), ClientToken: token})
		return idOf(err, func() *string { return out.ThreatIntelSetId })
	})
	f("CreateTrustedEntitySet", func(what string) (*string, error) {
		out, err := w.CreateTrustedEntitySet(ctx, a, &guardduty.CreateTrustedEntitySetRequest{DetectorId: d, Name: &what, Format: "TXT", Location: location(what), ClientToken: token})
		return idOf(err, func() *string { return out.TrustedEntitySetId })
	})
	f("CreateThreatEntitySet", func(what string) (*string, error) {
		out, err := w.CreateThreatEntitySet(ctx, a, &guardduty.CreateThreatEntitySetRequest{DetectorId: d, Name: &what, Format: "TXT", Location: location(what), ClientToken: token})
		return idOf(err, func() *string { return out.ThreatEntitySetId })
	})
	f("CreatePublishingDestination", func(what string) (*string, error) {
		out, err := w.CreatePublishingDestination(ctx, a, &guardduty.CreatePublishingDestinationRequest{
			DetectorId: d, DestinationType: "S3", ClientToken: token, DestinationProperties: &guardduty.DestinationProperties{
				DestinationArn: guardduty.Ptr("arn:aws:s3:::findings-" + what), KmsKeyArn: guardduty.Ptr("arn:aws:kms:us-east-1:111122223333:key/1"),
			},
		})
		return idOf(err, func() *string { return out.DestinationId })
	})
	f("CreateMalwareProtectionPlan", func(what string) (*string, error) {
		out, err := w.CreateMalwareProtectionPlan(ctx, a, &guardduty.CreateMalwareProtectionPlanRequest{
			Role: guardduty.Ptr("arn:aws:iam::111122223333:role/scan"), ClientToken: token,
			ProtectedResource: &guardduty.CreateProtectedResource{S3Bucket: &guardduty.CreateS3BucketResource{BucketName: guardduty.Ptr("uploads-" + what)}},
		})
		return idOf(err, func() *string { return out.MalwareProtectionPlanId })
	})
	f("CreateCustomDetectionRuleAssociation", func(what string) (*string, error) {
		out, err := w.CreateCustomDetectionRuleAssociation(ctx, a, &guardduty.CreateCustomDetectionRuleAssociationRequest{
			RuleId: &what, Mode: guardduty.AssociationModeLive, ClientToken: token,
		})
		return idOf(err, func() *string { return out.RuleAssociation.AssociationId })
	})
}

// idOf returns the id of what was made, or why nothing was.
func idOf(err error, made func() *string) (*string, error) {
	if err != nil {
		return nil, err
	}
	return made(), nil
}
