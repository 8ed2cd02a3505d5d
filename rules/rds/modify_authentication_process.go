package rds

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "CredentialAccess:RDS/ModifyAuthenticationProcess",
	Signal:      "RDSMasterPasswordReset",
	Severity:    picket.High,
	Techniques:  []string{"T1556"},
	Title:       "The master password of a database was reset.",
	Description: "{user} set a new master password for a database by calling {api}. Whoever knows it can read everything in it.",
	Origin:      rule.Custom,
	ID:          "rds-master-password-reset",
	Expression: "eventSource = 'rds.amazonaws.com' AND eventName IN ('ModifyDBInstance', 'ModifyDBCluster')" +
		" AND errorCode IS NULL AND get_json_object(requestParameters, '$.masterUserPassword') IS NOT NULL",
	On: rule.Calls("rds.amazonaws.com", "ModifyDBInstance", "ModifyDBCluster"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return e.OK() && e.RequestParameters.Get("masterUserPassword").Exists()
	},
	Key:  entity.Principal,
	Note: noteDatabase,
}, &rule.CloudTrail{
	Type:        "DefenseImpairment:RDS/ModifyAuthenticationProcess",
	Signal:      "RDSIAMAuthDisabled",
	Severity:    picket.Medium,
	Techniques:  []string{"T1556"},
	Title:       "IAM authentication of a database was switched off.",
	Description: "{user} switched off IAM authentication of a database by calling {api}. From then on only passwords, which CloudTrail does not see, open it.",
	Origin:      rule.Custom,
	ID:          "rds-iam-auth-disabled",
	Expression: "eventSource = 'rds.amazonaws.com' AND eventName IN ('ModifyDBInstance', 'ModifyDBCluster')" +
		" AND errorCode IS NULL AND get_json_object(requestParameters, '$.enableIAMDatabaseAuthentication') = 'false'",
	On: rule.Calls("rds.amazonaws.com", "ModifyDBInstance", "ModifyDBCluster"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return e.OK() && e.RequestParameters.Get("enableIAMDatabaseAuthentication").Str() == "false"
	},
	Key:  entity.Principal,
	Note: noteDatabase,
})
