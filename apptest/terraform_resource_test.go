package apptest

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go/middleware"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"picket/s3test"
)

// noMetadata stands for how an answer came: it differs from one to the next.
var noMetadata middleware.Metadata

// sameCriteria fails unless criteria come back as they were sent.
func sameCriteria(t testing.TB, got, sent *types.FindingCriteria) {
	t.Helper()
	if diff := cmp.Diff(sent, got, cmpopts.IgnoreUnexported(types.FindingCriteria{}, types.Condition{})); diff != "" {
		t.Errorf("the criteria don't come back as sent (-sent +got):\n%s", diff)
	}
}

func TestTerraformFilter(t *testing.T) {
	c := start(t).account("111122223333")
	id := c.enable()
	since := time.Date(2020, 2, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	criteria := &types.FindingCriteria{Criterion: map[string]types.Condition{
		"region":                                {Equals: []string{"us-west-2", "eu-west-1"}},
		"service.additionalInfo.threatListName": {NotEquals: []string{"some-threat", "another-threat"}},
		"updatedAt":                             {GreaterThan: aws.Int64(since), LessThan: aws.Int64(since + 24*3600*1000)},
		"severity":                              {GreaterThanOrEqual: aws.Int64(4), LessThanOrEqual: aws.Int64(8)},
		"service.archived":                      {Equals: []string{"false"}},
	}}
	name := aws.String("test-filter")
	must(c.CreateFilter(ctx, &guardduty.CreateFilterInput{
		DetectorId: id, Name: name, Action: "ARCHIVE", Rank: aws.Int32(7), Description: aws.String(""), FindingCriteria: criteria, Tags: map[string]string{"k": "v"},
	}))(t)
	read := func() *guardduty.GetFilterOutput {
		t.Helper()
		return tfNoDiff(t, func() *guardduty.GetFilterOutput {
			out := must(c.GetFilter(ctx, &guardduty.GetFilterInput{DetectorId: id, FilterName: name}))(t)
			out.ResultMetadata = noMetadata
			return out
		})
	}
	f := read()
	sameCriteria(t, f.FindingCriteria, criteria)
	if *f.Rank != 7 || f.Action != "ARCHIVE" || aws.ToString(f.Description) != "" || f.Tags["k"] != "v" {
		t.Errorf("created, the filter is %s", text(t, f))
	}
	changed := &types.FindingCriteria{Criterion: map[string]types.Condition{"region": {Equals: []string{"us-west-2"}}}}
	must(c.UpdateFilter(ctx, &guardduty.UpdateFilterInput{
		DetectorId: id, FilterName: name, Action: "NOOP", Rank: aws.Int32(1), Description: aws.String("d"), FindingCriteria: changed,
	}))(t)
	f = read()
	sameCriteria(t, f.FindingCriteria, changed)
	if *f.Rank != 1 || f.Action != "NOOP" || aws.ToString(f.Description) != "d" {
		t.Errorf("updated, the filter is %s", text(t, f))
	}
	must(c.DeleteFilter(ctx, &guardduty.DeleteFilterInput{DetectorId: id, FilterName: name}))(t)
	_, err := c.GetFilter(ctx, &guardduty.GetFilterInput{DetectorId: id, FilterName: name})
	badRequest(t, err, tfNoResource)
}

// tfSet is what the provider's resources for the two kinds of lists have in common.
type tfSet struct {
	create func(activate bool) string
	read   func(id string) (name, location, status, tag string, err error)
	update func(id, name, location string, activate bool)
	delete func(id string)
}

func ipSetResource(t *testing.T, c *account, detector *string) tfSet {
	return tfSet{
		create: func(activate bool) string {
			return *must(c.CreateIPSet(ctx, &guardduty.CreateIPSetInput{
				DetectorId: detector, Name: aws.String("first"), Format: "TXT", Location: aws.String("https://s3.amazonaws.com/bucket/one"), Activate: &activate, Tags: map[string]string{"k": "v"},
			}))(t).IpSetId
		},
		read: func(id string) (string, string, string, string, error) {
			out, err := c.GetIPSet(ctx, &guardduty.GetIPSetInput{DetectorId: detector, IpSetId: &id})
			if err != nil {
				return "", "", "", "", err
			}
			return *out.Name, *out.Location, string(out.Status), out.Tags["k"], nil
		},
		update: func(id, name, location string, activate bool) {
			must(c.UpdateIPSet(ctx, &guardduty.UpdateIPSetInput{DetectorId: detector, IpSetId: &id, Name: &name, Location: &location, Activate: &activate}))(t)
		},
		delete: func(id string) {
			must(c.DeleteIPSet(ctx, &guardduty.DeleteIPSetInput{DetectorId: detector, IpSetId: &id}))(t)
		},
	}
}

func threatIntelSetResource(t *testing.T, c *account, detector *string) tfSet {
	return tfSet{
		create: func(activate bool) string {
			return *must(c.CreateThreatIntelSet(ctx, &guardduty.CreateThreatIntelSetInput{
				DetectorId: detector, Name: aws.String("first"), Format: "TXT", Location: aws.String("https://s3.amazonaws.com/bucket/one"), Activate: &activate, Tags: map[string]string{"k": "v"},
			}))(t).ThreatIntelSetId
		},
		read: func(id string) (string, string, string, string, error) {
			out, err := c.GetThreatIntelSet(ctx, &guardduty.GetThreatIntelSetInput{DetectorId: detector, ThreatIntelSetId: &id})
			if err != nil {
				return "", "", "", "", err
			}
			return *out.Name, *out.Location, string(out.Status), out.Tags["k"], nil
		},
		update: func(id, name, location string, activate bool) {
			must(c.UpdateThreatIntelSet(ctx, &guardduty.UpdateThreatIntelSetInput{DetectorId: detector, ThreatIntelSetId: &id, Name: &name, Location: &location, Activate: &activate}))(t)
		},
		delete: func(id string) {
			must(c.DeleteThreatIntelSet(ctx, &guardduty.DeleteThreatIntelSetInput{DetectorId: detector, ThreatIntelSetId: &id}))(t)
		},
	}
}

func TestTerraformSets(t *testing.T) {
	f := func(name string, resource func(*testing.T, *account, *string) tfSet) {
		t.Run(name, func(t *testing.T) {
			b, lists := withLists(t)
			b.put("/bucket/one", "198.51.100.7\n")
			c := start(t, lists).account("111122223333")
			r := resource(t, c, c.enable())
			id := r.create(true)
			state := func() (string, error) {
				_, _, status, _, err := r.read(id)
				return status, err
			}
			wantRead := func(wantName, wantLocation, wantStatus string) {
				t.Helper()
				for range 2 {
					name, location, status, tag, err := r.read(id)
					if err != nil || name != wantName || location != wantLocation || status != wantStatus || tag != "v" {
						t.Errorf("the list reads %s, %s, %s, tag %s, %v", name, location, status, tag, err)
					}
				}
			}
			live := []string{"ACTIVE", "INACTIVE"}
			tfWait(t, state, []string{"ACTIVATING", "DEACTIVATING"}, live)
			wantRead("first", "https://s3.amazonaws.com/bucket/one", "ACTIVE")
			r.update(id, "second", "https://s3.amazonaws.com/bucket/two", false)
			tfWait(t, state, []string{"ACTIVATING", "DEACTIVATING"}, live)
			wantRead("second", "https://s3.amazonaws.com/bucket/two", "INACTIVE")
			r.delete(id)
			tfWait(t, state, append(live, "ACTIVATING", "DEACTIVATING", "DELETE_PENDING"), []string{"DELETED"})
			again := r.create(false)
			if _, _, status, _, err := r.read(again); err != nil || status != "INACTIVE" || again == id {
				t.Errorf("created again, list %s is %s, %v", again, status, err)
			}
		})
	}
	f("IPSet", ipSetResource)
	f("ThreatIntelSet", threatIntelSetResource)
}

func TestTerraformPublishingDestination(t *testing.T) {
	bucketsAt := s3test.Start(t)
	cfg := must(config.LoadDefaultConfig(ctx))(t)
	buckets := s3.NewFromConfig(cfg, func(o *s3.Options) { o.BaseEndpoint, o.UsePathStyle = &bucketsAt, true })
	for _, name := range []string{"one", "two"} {
		must(buckets.CreateBucket(ctx, &s3.CreateBucketInput{Bucket: &name}))(t)
	}
	c := start(t, func(c map[string]any) { c["publish"] = map[string]any{"s3-endpoint": bucketsAt} }).account("111122223333")
	id := c.enable()
	properties := func(bucket string) *types.DestinationProperties {
		return &types.DestinationProperties{DestinationArn: aws.String("arn:aws:s3:::" + bucket), KmsKeyArn: aws.String("arn:aws:kms:us-east-1:111122223333:key/1")}
	}
	made := must(c.CreatePublishingDestination(ctx, &guardduty.CreatePublishingDestinationInput{
		DetectorId: id, DestinationType: "S3", DestinationProperties: properties("one"),
	}))(t).DestinationId
	read := func() (*guardduty.DescribePublishingDestinationOutput, error) {
		return c.DescribePublishingDestination(ctx, &guardduty.DescribePublishingDestinationInput{DetectorId: id, DestinationId: made})
	}
	state := func() (string, error) {
		out, err := read()
		if err != nil {
			return "", err
		}
		return string(out.Status), nil
	}
	for _, bucket := range []string{"one", "two"} {
		if bucket == "two" {
			must(c.UpdatePublishingDestination(ctx, &guardduty.UpdatePublishingDestinationInput{DetectorId: id, DestinationId: made, DestinationProperties: properties(bucket)}))(t)
		}
		tfWait(t, state, []string{"PENDING_VERIFICATION"}, []string{"PUBLISHING"})
		out := must(read())(t)
		if *out.DestinationProperties.DestinationArn != "arn:aws:s3:::"+bucket || *out.DestinationProperties.KmsKeyArn != "arn:aws:kms:us-east-1:111122223333:key/1" || out.DestinationType != "S3" {
			t.Errorf("the destination reads %s", text(t, out))
		}
	}
	must(c.DeletePublishingDestination(ctx, &guardduty.DeletePublishingDestinationInput{DetectorId: id, DestinationId: made}))(t)
	_, err := read()
	badRequest(t, err, tfNoDestination)
}

func TestTerraformMalwareProtectionPlan(t *testing.T) {
	c := start(t).account("111122223333")
	made := must(c.CreateMalwareProtectionPlan(ctx, &guardduty.CreateMalwareProtectionPlanInput{
		Role: aws.String("arn:aws:iam::111122223333:role/scan"), Tags: map[string]string{"k": "v"},
		ProtectedResource: &types.CreateProtectedResource{S3Bucket: &types.CreateS3BucketResource{BucketName: aws.String("uploads"), ObjectPrefixes: []string{"b/", "a/"}}},
	}))(t).MalwareProtectionPlanId
	read := func() (*guardduty.GetMalwareProtectionPlanOutput, error) {
		return c.GetMalwareProtectionPlan(ctx, &guardduty.GetMalwareProtectionPlanInput{MalwareProtectionPlanId: made})
	}
	p := must(read())(t)
	if *p.Arn != "arn:aws:guardduty:us-east-1:111122223333:malware-protection-plan/"+*made || p.Tags["k"] != "v" || p.CreatedAt == nil {
		t.Errorf("the plan reads %s", text(t, p))
	}
	want(t, "prefixes", p.ProtectedResource.S3Bucket.ObjectPrefixes, []string{"b/", "a/"})
	must(c.DeleteMalwareProtectionPlan(ctx, &guardduty.DeleteMalwareProtectionPlanInput{MalwareProtectionPlanId: made}))(t)
	_, err := read()
	if missing := new(types.ResourceNotFoundException); !errors.As(err, &missing) {
		t.Errorf("deleted, the plan: %v", err)
	}
}

// TestTerraformTags changes tags by ARN, as the provider computes it, and reads them with the resource.
func TestTerraformTags(t *testing.T) {
	c := start(t).account("111122223333")
	id := c.enable()
	must(c.CreateFilter(ctx, &guardduty.CreateFilterInput{
		DetectorId: id, Name: aws.String("quiet"), FindingCriteria: &types.FindingCriteria{Criterion: map[string]types.Condition{"region": {Equals: []string{"us-west-2"}}}},
	}))(t)
	detector := "arn:aws:guardduty:us-east-1:111122223333:detector/" + *id
	f := func(arn string, read func() map[string]string) {
		t.Helper()
		must(c.TagResource(ctx, &guardduty.TagResourceInput{ResourceArn: &arn, Tags: map[string]string{"a": "1", "b": ""}}))(t)
		want(t, "tags of "+arn, read(), map[string]string{"a": "1", "b": ""})
		must(c.UntagResource(ctx, &guardduty.UntagResourceInput{ResourceArn: &arn, TagKeys: []string{"a"}}))(t)
		want(t, "tags of "+arn, read(), map[string]string{"b": ""})
		want(t, "tags listed of "+arn, must(c.ListTagsForResource(ctx, &guardduty.ListTagsForResourceInput{ResourceArn: &arn}))(t).Tags, map[string]string{"b": ""})
	}
	f(detector, func() map[string]string {
		return must(c.GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: id}))(t).Tags
	})
	f(detector+"/filter/quiet", func() map[string]string {
		return must(c.GetFilter(ctx, &guardduty.GetFilterInput{DetectorId: id, FilterName: aws.String("quiet")}))(t).Tags
	})
	for path, resource := range map[string]tfSet{"/ipset/": ipSetResource(t, c, id), "/threatintelset/": threatIntelSetResource(t, c, id)} {
		set := resource.create(false)
		must(c.UntagResource(ctx, &guardduty.UntagResourceInput{ResourceArn: aws.String(detector + path + set), TagKeys: []string{"k"}}))(t)
		f(detector+path+set, func() map[string]string {
			return must(c.ListTagsForResource(ctx, &guardduty.ListTagsForResourceInput{ResourceArn: aws.String(detector + path + set)}))(t).Tags
		})
	}
}
