package ec2

import (
	"picket"
	"picket/intel"
	"picket/rule"
)

var _ = add(&rule.DNS{
	Type:        "Trojan:EC2/DriveBySourceTraffic!DNS",
	Severity:    picket.High,
	Techniques:  []string{"T1189"},
	Title:       "The EC2 instance {instance} asked for {suffix}, which infects its visitors.",
	Description: "The EC2 instance {instance} looked up {domain}. A threat list says that software is downloaded from there without being asked for.",
	Needs:       []intel.Category{intel.DriveBy},
	Where:       asksFor(intel.DriveBy),
	Key:         registered,
	Note:        noteName(intel.DriveBy),
})
