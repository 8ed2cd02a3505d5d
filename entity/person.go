package entity

import (
	"strings"

	"picket/event"
)

// Direct reports whether whoever the record names made the call themselves, and not a service on their behalf.
func Direct(e *event.CloudTrail) bool {
	return e.EventType != "AwsServiceEvent" && !e.UserIdentity.Get("invokedBy").Exists()
}

// Person reports whether somebody called directly with an identity of a kind that people have: root, an IAM user, a
// federated user, IAM Identity Center. Roles of services, instances and pipelines are none; an IAM user that a pipeline
// uses is taken for a person.
func Person(e *event.CloudTrail) bool {
	if !Direct(e) {
		return false
	}
	id := e.Identity()
	switch id.Type {
	case "Root", "IAMUser", "FederatedUser", "SAMLUser", "IdentityCenterUser":
		return true
	}
	return strings.HasPrefix(id.IssuerUserName, "AWSReservedSSO_")
}
