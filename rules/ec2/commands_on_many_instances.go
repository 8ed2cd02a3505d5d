package ec2

import (
	"strings"
	"time"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// Whoever mends an instance by hand sends commands to it, or compares it with another. Those who run fleets like that do so
// regularly, and stay quiet after the first time.
const (
	manyCommanded = 3
	commandsHabit = 14 * 24 * time.Hour
)

var _ = add(&rule.CloudTrail{
	Type:        "Execution:EC2/CommandsOnManyInstances",
	Severity:    picket.Low,
	Techniques:  []string{"T1651"},
	Title:       "{user} ran commands of their own on several EC2 instances.",
	Description: "{user}, who had not done so lately, ran commands of their own on several EC2 instances in a short time through AWS Systems Manager, by calling {api}. The agent runs them as root.",
	Origin:      rule.Picket,
	On:          rule.Calls("ssm.amazonaws.com", "SendCommand"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return e.OK() && shell(e.RequestParameters.Get("documentName").Str()) && entity.Direct(e)
	},
	Key: entity.Principal,
	When: rule.Distinct[*event.CloudTrail]{
		Of: func(e *event.CloudTrail) uint64 {
			p := e.RequestParameters
			return rule.Hash(string(p.Get("instanceIds")) + string(p.Get("targets")))
		},
		N:      1,
		Within: 10 * time.Minute,
		Fresh:  commandsHabit,
		Add:    func(e *event.CloudTrail, t *rule.Tally) { t.Sum[0] += commanded(e.RequestParameters) },
		// Several commands to one instance count once: the size of an average call times the number of different targets.
		Decide: func(t *rule.Tally) bool { return t.Sum[0]*t.Distinct >= manyCommanded*t.Records },
	},
})

// shell reports whether a Systems Manager document runs whatever commands the caller gives: AWS's own for shells, by name or
// ARN.
func shell(document string) bool {
	switch document[strings.LastIndexByte(document, '/')+1:] {
	case "AWS-RunShellScript", "AWS-RunPowerShellScript":
		return true
	}
	return false
}

// commanded is how many instances a command goes to. One that goes to whatever has a tag or is in a group goes to many.
func commanded(p event.Value) (n uint64) {
	for range p.Get("instanceIds").Items() {
		n++
	}
	for target := range p.Get("targets").Items() {
		if target.Get("key").Str() != "InstanceIds" {
			return manyCommanded
		}
		for range target.Get("values").Items() {
			n++
		}
	}
	return n
}
