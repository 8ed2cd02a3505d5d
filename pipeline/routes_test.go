package pipeline

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"picket"
	"picket/event"
	"picket/service"
)

func TestRoutes(t *testing.T) {
	r := Routes{}
	for _, region := range []string{"eu-west-1", "us-east-1"} {
		r.Set(picket.Route{Account: "1", Region: region, Enabled: true, Features: []string{s3DataEvents}})
	}
	r.Set(picket.Route{Account: "2", Region: "eu-west-1", Enabled: true})
	r.Set(picket.Route{Account: "2", Region: "ap-south-1", Enabled: true})
	f := func(account, region, source, category, wantRegion, wantWhy string) {
		t.Helper()
		got, why := r.Trail(&event.CloudTrail{Account: account, Region: region, EventSource: source, EventCategory: category})
		if got != wantRegion && wantWhy == "" || why != wantWhy {
			t.Errorf("%s %s %s: got %q, %q, want %q, %q", account, region, source, got, why, wantRegion, wantWhy)
		}
	}
	f("1", "eu-west-1", "ec2.amazonaws.com", "", "eu-west-1", "")
	f("1", "ap-south-1", "ec2.amazonaws.com", "", "", notEnabled)
	f("1", "ap-south-1", "iam.amazonaws.com", "", "us-east-1", "") // home
	f("2", "us-east-1", "iam.amazonaws.com", "", "ap-south-1", "") // the first by name
	f("2", "eu-west-1", "sts.amazonaws.com", "", "eu-west-1", "")
	f("3", "us-east-1", "iam.amazonaws.com", "", "", nobodys)
	f("1", "us-east-1", "s3.amazonaws.com", "Data", "us-east-1", "")
	f("2", "eu-west-1", "s3.amazonaws.com", "Data", "", featureOff+s3DataEvents)
	f("2", "eu-west-1", "s3.amazonaws.com", "Management", "eu-west-1", "")
	r.Set(picket.Route{Account: "2", Region: "eu-west-1"})
	f("2", "eu-west-1", "ec2.amazonaws.com", "", "", notEnabled)
	r.Set(picket.Route{Account: "2", Region: "ap-south-1"})
	f("2", "eu-west-1", "iam.amazonaws.com", "", "", nobodys)
}

// TestPauses: a record is not analysed if its detector, or its feature, was off at any time that it is about, so far as the log
// says when that was; an event of a global service goes where one was on.
func TestPauses(t *testing.T) {
	r := Routes{}
	set := func(at int64, region string, enabled bool, features ...string) {
		r.Set(picket.Route{Account: "1", Region: region, Enabled: enabled, Features: features, At: at})
	}
	trail := func(at int64, source, category, wantRegion, wantWhy string) {
		t.Helper()
		got, why := r.Trail(&event.CloudTrail{Account: "1", Region: "eu-west-1", EventSource: source, EventCategory: category, Time: at})
		if got != wantRegion || why != wantWhy {
			t.Errorf("%s at %d: got %q, %q, want %q, %q", source, at, got, why, wantRegion, wantWhy)
		}
	}
	flow := func(first, last int64, want string) {
		t.Helper()
		if got := r.Other("1", "eu-west-1", first, last); got != want {
			t.Errorf("from %d to %d: got %q, want %q", first, last, got, want)
		}
	}
	const ec2, iam, s3 = "ec2.amazonaws.com", "iam.amazonaws.com", "s3.amazonaws.com"
	set(0, "eu-west-1", false) // of an earlier release
	set(100, "eu-west-1", true, s3DataEvents)
	set(150, "ap-south-1", true)
	set(200, "eu-west-1", false, s3DataEvents)
	set(250, "eu-west-1", false) // says nothing new of the detector
	flow(100, 199, notEnabled)
	set(300, "eu-west-1", true)
	set(400, "eu-west-1", true, s3DataEvents)
	flow(50, 199, "")
	flow(150, 200, offThen)
	flow(299, 350, offThen)
	flow(150, 350, offThen)
	flow(300, 350, "")
	trail(199, ec2, "", "eu-west-1", "")
	trail(200, ec2, "", "eu-west-1", offThen)
	trail(299, ec2, "", "eu-west-1", offThen)
	trail(300, ec2, "", "eu-west-1", "")
	trail(250, iam, "", "ap-south-1", "")
	trail(350, iam, "", "eu-west-1", "")
	trail(199, s3, "Data", "eu-west-1", "")
	trail(399, s3, "Data", "eu-west-1", featureOff+s3DataEvents)
	trail(400, s3, "Data", "eu-west-1", "")
	set(250, "ap-south-1", false)
	trail(250, iam, "", "eu-west-1", offThen)

	set(500, "eu-west-1", false)
	set(500, "eu-west-1", true)
	trail(500, ec2, "", "eu-west-1", "")
	for i := range int64(2 * maxPauses) {
		set(1000+2*i, "eu-west-1", false)
		set(1001+2*i, "eu-west-1", true)
	}
	if n := len(r.off["1"]["eu-west-1"]); n != maxPauses {
		t.Errorf("%d pauses are kept, want %d", n, maxPauses)
	}
	flow(1000, 1000, "")
	flow(1000+4*maxPauses-2, 1000+4*maxPauses-2, offThen)
	trail(5000, s3, "Data", "eu-west-1", featureOff+s3DataEvents)
	set(6000, "eu-west-1", true, s3DataEvents)
	trail(5000, s3, "Data", "eu-west-1", featureOff+s3DataEvents)

	// The clock is set back, by 1000, and the server says once more what holds.
	again := func(at int64, enabled bool) {
		r.Set(picket.Route{Account: "1", Region: "eu-west-1", Enabled: enabled, Features: []string{s3DataEvents}, At: at, Again: true})
	}
	set(8000, "eu-west-1", false, s3DataEvents)
	again(7010, false)
	set(7020, "eu-west-1", true, s3DataEvents)
	flow(7009, 7009, "")
	flow(7010, 7019, offThen)
	flow(7020, 8000, "")
	set(7100, "eu-west-1", false)
	set(8200, "eu-west-1", true, s3DataEvents)
	flow(7500, 7500, offThen)
	again(7210, true)
	flow(7209, 7209, offThen)
	flow(7500, 7500, "")
}

// Accounts that only logs know fill no table.
func TestInventedAccountsAreCountedTogether(t *testing.T) {
	var b batch
	cloudTrail := event.KindCloudTrail.String()
	for _, account := range []string{"111111111111", "222222222222", "333333333333"} {
		b.count(cloudTrail, account, "us-east-1", "", 1, 10, nobodys)
	}
	b.count(cloudTrail, "444444444444", "us-east-1", "", 1, 10, notEnabled)
	b.count(cloudTrail, "444444444444", "us-east-1", "", 1, 10, "")
	if len(b.intake) != 2 || b.intake[intakeKey{"", unknown, cloudTrail}].Skipped[nobodys] != 3 ||
		b.intake[intakeKey{"444444444444", "us-east-1", cloudTrail}].Records != 1 {
		t.Errorf("got %+v", b.intake)
	}
}

// The records' strings are gone when the next object is read.
func TestResourcesAreCounted(t *testing.T) {
	var b batch
	name := []byte("i-1")
	flow := func(size int, why string) {
		b.count("VPC flow", "444444444444", "us-east-1", unsafe.String(&name[0], len(name)), 1, size, why)
	}
	flow(10, "")
	flow(5, "")
	flow(99, notEnabled)
	name[2] = '2'
	flow(1, "")
	b.count("VPC flow", "444444444444", "us-east-1", strings.Repeat("i", 300), 1, 1, "")
	for i := range 2 * maxResources {
		b.count("VPC flow", "444444444444", "us-east-1", fmt.Sprint("eni-", i), 1, 1, "")
	}
	in := b.intake[intakeKey{"444444444444", "us-east-1", "VPC flow"}]
	if *in.Resources["i-1"] != (service.Amount{Records: 2, Bytes: 15}) || *in.Resources["i-2"] != (service.Amount{Records: 1, Bytes: 1}) ||
		len(in.Resources) != maxResources || in.Records != 4+2*maxResources {
		t.Errorf("got %d resources, %v, %v of %d records", len(in.Resources), in.Resources["i-1"], in.Resources["i-2"], in.Records)
	}
}

// TestRoutesShareLists holds that routes of equal features and rules take the room of one, as they come and as they are kept; and that a
// change that an earlier release told of takes no rules away.
func TestRoutesShareLists(t *testing.T) {
	var r Routes
	for _, account := range []string{"1", "2"} {
		r.Set(picket.Route{Account: account, Region: "eu-west-1", Enabled: true, Features: []string{s3DataEvents}, Rules: []string{"a", "b"}})
	}
	f := func(when string, r Routes) {
		t.Helper()
		one, two := r.on["1"]["eu-west-1"], r.on["2"]["eu-west-1"]
		if strings.Join(one.Rules, " ") != "a b" || &one.Rules[0] != &two.Rules[0] || &one.Features[0] != &two.Features[0] {
			t.Errorf("%s: %+v and %+v share nothing", when, one, two)
		}
	}
	f("told", r)
	r.Set(picket.Route{Account: "1", Region: "eu-west-1", Enabled: true, Features: []string{s3DataEvents}})
	f("told by an earlier release", r)
	text, err := json.Marshal(r.on)
	if err != nil {
		t.Fatal(err)
	}
	var kept map[string]map[string]picket.Route
	if err := json.Unmarshal(text, &kept); err != nil {
		t.Fatal(err)
	}
	f("kept", newRoutes(kept, nil))
}
