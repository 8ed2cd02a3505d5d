package ec2

import (
	"strconv"
	"strings"
	"time"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// Sizes from here on are for few purposes, mining among them: 64 virtual processors and more.
const hugeSize = 16

// What an account uses, it launches at least once a month.
const launchHabit = 30 * 24 * time.Hour

// accelerated is the families of instances with GPUs and other accelerators, without their generation. Those of the family
// dl are very large, all of them.
var accelerated = map[string]bool{"p": true, "g": true, "gr": true, "trn": true, "inf": true, "vt": true, "f": true}

var _ = add(&rule.CloudTrail{
	Type:        "Impact:EC2/UnusualInstancesLaunched",
	Severity:    picket.Medium,
	Techniques:  []string{"T1496.001", "T1578.002"},
	Title:       "{user} launched an unusually powerful EC2 instance: {type}.",
	Description: "{user} tried to launch instances of the type {type} by calling {api}. It has accelerators or is very large, and the account had not used it in this Region lately. Attackers mine with such instances.",
	Origin:      rule.Picket,
	On:          rule.Calls("ec2.amazonaws.com", "RunInstances"),
	Where:       func(e *event.CloudTrail, _ *rule.Env) bool { return powerful(launchedType(e)) },
	Key:         entity.Principal,
	When: rule.FirstSeen[*event.CloudTrail]{
		Per:    func(*event.CloudTrail) string { return "" },
		Of:     func(e *event.CloudTrail, _ *rule.Env) string { return launchedType(e) },
		Within: launchHabit,
	},
	Note: func(n *rule.Note, e *event.CloudTrail, _ *rule.Env) {
		n.Set("type", launchedType(e))
		for i := range e.ResponseElements.Get("instancesSet").Items() {
			n.Affect("AWS::EC2::Instance", i.Get("instanceId").Str())
			break
		}
	},
})

// launchedType is the type of instance that a call asks for, or got: a launch template may have chosen it.
func launchedType(e *event.CloudTrail) string {
	v := e.RequestParameters.Get("instanceType")
	if s := v.Str(); s != "" {
		return s
	}
	if s := v.Get("value").Str(); s != "" {
		return s
	}
	for i := range e.ResponseElements.Get("instancesSet").Items() {
		return i.Get("instanceType").Str()
	}
	return ""
}

// powerful reports whether instances of a type ("p4d.24xlarge") have accelerators or are huge.
func powerful(typ string) bool {
	family, size, _ := strings.Cut(typ, ".")
	if generation := strings.IndexAny(family, "0123456789"); generation > 0 && accelerated[family[:generation]] {
		return true
	}
	times, _ := strconv.Atoi(strings.TrimSuffix(size, "xlarge"))
	return strings.HasPrefix(size, "metal") || times >= hugeSize
}
