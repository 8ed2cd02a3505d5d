package ec2

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Exfiltration:EC2/TransferDataToCloudAccount",
	Signal:      "AMIExternalAccess",
	Severity:    picket.High,
	Techniques:  []string{"T1537"},
	Title:       "A machine image was shared outside the organization.",
	Description: "{user} shared a machine image with another account or with everybody by calling {api}. Whoever it is shared with can copy what is on its disks.",
	Origin:      rule.Custom,
	ID:          "ami-external-access",
	Expression: "eventSource = 'ec2.amazonaws.com' AND eventName = 'ModifyImageAttribute'" +
		" AND errorCode IS NULL AND (get_json_object(requestParameters, '$.launchPermission.add.items[*].group') = 'all' OR get_json_object(requestParameters, '$.launchPermission.add.items[*].userId') NOT IN (organizationAccounts))",
	On: rule.Calls("ec2.amazonaws.com", "ModifyImageAttribute"),
	Where: func(e *event.CloudTrail, env *rule.Env) bool {
		return e.OK() && sharesOutside(e.RequestParameters.Get("launchPermission", "add"), e, env)
	},
	Key:  entity.Principal,
	Note: rule.Affects("AWS::EC2::Image", "imageId"),
}, &rule.CloudTrail{
	Type:        "Exfiltration:EC2/TransferDataToCloudAccount",
	Signal:      "EBSSnapshotExternalAccess",
	Severity:    picket.High,
	Techniques:  []string{"T1537"},
	Title:       "A disk snapshot was shared outside the organization.",
	Description: "{user} shared a disk snapshot with another account or with everybody by calling {api}. Whoever it is shared with can copy what is on the disk.",
	Origin:      rule.Custom,
	ID:          "ebs-snapshot-external-access",
	Expression: "eventSource = 'ec2.amazonaws.com' AND eventName = 'ModifySnapshotAttribute'" +
		" AND errorCode IS NULL AND (get_json_object(requestParameters, '$.createVolumePermission.add.items[*].group') = 'all' OR get_json_object(requestParameters, '$.createVolumePermission.add.items[*].userId') NOT IN (organizationAccounts))",
	On: rule.Calls("ec2.amazonaws.com", "ModifySnapshotAttribute"),
	Where: func(e *event.CloudTrail, env *rule.Env) bool {
		return e.OK() && sharesOutside(e.RequestParameters.Get("createVolumePermission", "add"), e, env)
	},
	Key:  entity.Principal,
	Note: rule.Affects("AWS::EC2::Snapshot", "snapshotId"),
})
