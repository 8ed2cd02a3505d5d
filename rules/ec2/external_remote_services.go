package ec2

import (
	"strings"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

const sshPort = 22

var _ = add(&rule.CloudTrail{
	Type:        "Persistence:EC2/ExternalRemoteServices",
	Signal:      "EC2SecurityGroupPublicSSH",
	Severity:    picket.Medium,
	Techniques:  []string{"T1133"},
	Title:       "SSH was opened to the whole internet.",
	Description: "{user} let the whole internet reach the SSH port of a security group's instances by calling {api}.",
	Origin:      rule.Custom,
	ID:          "ec2-security-group-public-ssh",
	Expression: "eventSource = 'ec2.amazonaws.com' AND eventName = 'AuthorizeSecurityGroupIngress'" +
		" AND errorCode IS NULL AND (get_json_object(requestParameters, '$.ipPermissions.items[*].ipProtocol') = '-1' OR 22 BETWEEN get_json_object(requestParameters, '$.ipPermissions.items[*].fromPort') AND get_json_object(requestParameters, '$.ipPermissions.items[*].toPort')) AND (get_json_object(requestParameters, '$.ipPermissions.items[*].ipRanges.items[*].cidrIp') LIKE '%/0' OR get_json_object(requestParameters, '$.ipPermissions.items[*].ipv6Ranges.items[*].cidrIpv6') LIKE '%/0')",
	On:    rule.Calls("ec2.amazonaws.com", "AuthorizeSecurityGroupIngress"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool { return e.OK() && opensSSH(e.RequestParameters) },
	Key:   entity.Principal,
	Note:  rule.Affects("AWS::EC2::SecurityGroup", "groupId"),
})

// opensSSH reports whether one of the permissions in p lets everybody reach the SSH port. A call gives one permission by
// its own parameters, or a list.
func opensSSH(p event.Value) bool {
	if coversSSH(p) && everywhere(p.Get("cidrIp")) {
		return true
	}
	for permission := range p.Get("ipPermissions").Items() {
		if !coversSSH(permission) {
			continue
		}
		for r := range permission.Get("ipRanges").Items() {
			if everywhere(r.Get("cidrIp")) {
				return true
			}
		}
		for r := range permission.Get("ipv6Ranges").Items() {
			if everywhere(r.Get("cidrIpv6")) {
				return true
			}
		}
	}
	return false
}

// coversSSH reports whether a permission is for the SSH port: by a range of TCP ports, or for all protocols.
func coversSSH(permission event.Value) bool {
	switch permission.Get("ipProtocol").Str() {
	case "-1":
		return true
	case "tcp", "6":
		from, _ := permission.Get("fromPort").Int()
		to, _ := permission.Get("toPort").Int()
		return from <= sshPort && sshPort <= to
	}
	return false
}

// everywhere reports whether a range holds every address of its family.
func everywhere(cidr event.Value) bool { return strings.HasSuffix(cidr.Str(), "/0") }
