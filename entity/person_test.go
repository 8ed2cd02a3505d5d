package entity_test

import (
	"testing"

	"picket/entity"
	"picket/event"
)

func TestPerson(t *testing.T) {
	f := func(identity, eventType string, direct, person bool) {
		t.Helper()
		e := &event.CloudTrail{UserIdentity: event.Value(identity), EventType: eventType}
		if got := entity.Direct(e); got != direct {
			t.Errorf("Direct(%s) = %v", identity, got)
		}
		if got := entity.Person(e); got != person {
			t.Errorf("Person(%s) = %v", identity, got)
		}
	}
	f(`{"type":"Root"}`, "AwsApiCall", true, true)
	f(`{"type":"IAMUser","userName":"dana"}`, "AwsApiCall", true, true)
	f(`{"type":"FederatedUser"}`, "AwsApiCall", true, true)
	f(`{"type":"SAMLUser"}`, "AwsApiCall", true, true)
	f(`{"type":"IdentityCenterUser"}`, "AwsApiCall", true, true)
	f(`{"type":"AssumedRole","sessionContext":{"sessionIssuer":{"userName":"AWSReservedSSO_Dev_0123456789abcdef"}}}`, "AwsApiCall", true, true)
	f(`{"type":"AssumedRole","sessionContext":{"sessionIssuer":{"userName":"deploy"}}}`, "AwsApiCall", true, false)
	f(`{"type":"IAMUser","userName":"dana","invokedBy":"cloudformation.amazonaws.com"}`, "AwsApiCall", false, false)
	f(`{"type":"Root"}`, "AwsServiceEvent", false, false)
}
