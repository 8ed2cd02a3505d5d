package entity_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/entity"
	"picket/event"
)

func TestInstance(t *testing.T) {
	a := entity.NewAccount()
	observe := func(name, request, response string) {
		t.Helper()
		e, err := event.ParseCloudTrail(fmt.Appendf(nil, `{"eventVersion":"1.09","eventTime":"2026-01-05T10:00:00Z","eventSource":"ec2.amazonaws.com","eventName":%q,"requestParameters":%s,"responseElements":%s}`, name, request, response))
		if err != nil {
			t.Fatal(err)
		}
		a.Observe(e)
	}
	observe("RunInstances",
		`{"tagSpecificationSet":{"items":[{"resourceType":"volume","tags":[{"key":"no","value":"no"}]},{"resourceType":"instance","tags":[{"key":"Name","value":"web"}]}]}}`,
		`{"instancesSet":{"items":[{"instanceId":"i-1","imageId":"ami-1","instanceType":"t3.micro","instanceState":{"code":0,"name":"pending"},"privateIpAddress":"10.0.0.5","privateDnsName":"ip-10-0-0-5.ec2.internal","launchTime":1767607200000,"placement":{"availabilityZone":"us-east-1a"},"subnetId":"subnet-1","vpcId":"vpc-1","iamInstanceProfile":{"arn":"arn:aws:iam::111122223333:instance-profile/web","id":"AIPAEXAMPLE"},"groupSet":{"items":[{"groupId":"sg-1","groupName":"web"}]},"networkInterfaceSet":{"items":[{"networkInterfaceId":"eni-1"}]}}]}}`)
	observe("TerminateInstances", `{}`, `{"instancesSet":{"items":[{"instanceId":"i-1","currentState":{"code":32,"name":"shutting-down"}}]}}`)
	want := entity.Instance{
		ID: "i-1", Type: "t3.micro", Image: "ami-1", State: "shutting-down", Launched: "2026-01-05T10:00:00.000Z", Zone: "us-east-1a",
		Subnet: "subnet-1", VPC: "vpc-1", PrivateIP: "10.0.0.5", PrivateDNS: "ip-10-0-0-5.ec2.internal", Interface: "eni-1",
		ProfileARN: "arn:aws:iam::111122223333:instance-profile/web", ProfileID: "AIPAEXAMPLE",
		SecurityGroups: []entity.Pair{{"sg-1", "web"}}, Tags: []entity.Pair{{"Name", "web"}},
	}
	got, _ := a.Instance("i-1")
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if _, ok := a.Instance("i-2"); ok {
		t.Error("an instance nobody launched is known")
	}
}
