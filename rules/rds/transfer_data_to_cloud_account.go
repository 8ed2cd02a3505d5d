package rds

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Exfiltration:RDS/TransferDataToCloudAccount",
	Signal:      "RDSSnapshotPubliclyShared",
	Severity:    picket.High,
	Techniques:  []string{"T1537"},
	Title:       "A database snapshot was shared outside the organization.",
	Description: "{user} shared a database snapshot with another account or with everybody by calling {api}. Whoever it is shared with can restore it and read the data.",
	Origin:      rule.Custom,
	ID:          "rds-snapshot-publicly-shared",
	Expression: "eventSource = 'rds.amazonaws.com' AND eventName IN ('ModifyDBSnapshotAttribute', 'ModifyDBClusterSnapshotAttribute')" +
		" AND errorCode IS NULL AND get_json_object(requestParameters, '$.attributeName') = 'restore' AND json_collect_values(requestParameters, '$.valuesToAdd') NOT IN (organizationAccounts)",
	On:    rule.Calls("rds.amazonaws.com", "ModifyDBSnapshotAttribute", "ModifyDBClusterSnapshotAttribute"),
	Where: sharesOutside,
	Key:   entity.Principal,
	Note:  noteSnapshot,
})

// sharesOutside reports whether a call lets everybody, or an account that is not of the organization, restore a snapshot.
func sharesOutside(e *event.CloudTrail, env *rule.Env) bool {
	if !e.OK() || e.RequestParameters.Get("attributeName").Str() != "restore" {
		return false
	}
	for v := range e.RequestParameters.Get("valuesToAdd").Items() {
		if !env.Own(e.Account, v.Str()) {
			return true
		}
	}
	return false
}

func noteSnapshot(n *rule.Note, e *event.CloudTrail, env *rule.Env) {
	rule.Affects("AWS::RDS::DBSnapshot", "dBSnapshotIdentifier")(n, e, env)
	rule.Affects("AWS::RDS::DBClusterSnapshot", "dBClusterSnapshotIdentifier")(n, e, env)
}
