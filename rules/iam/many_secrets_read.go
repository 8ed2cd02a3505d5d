package iam

import (
	"time"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// A task or function reads its own secrets when it starts, seldom a dozen. A batch is up to twenty secrets, so that three
// hold more than any one service needs.
const (
	manySecrets       = 15
	manySecretBatches = 3
	secretsWithin     = 10 * time.Minute
)

var _ = add(&rule.CloudTrail{
	Type:        "CredentialAccess:IAMUser/ManySecretsRead",
	Signal:      "OneByOne",
	Severity:    picket.Medium,
	Techniques:  []string{"T1555.006"},
	Title:       "{user} read many secrets in a short time.",
	Description: "{user} asked AWS Secrets Manager for the values of many different secrets in a short time. Attackers empty it like that.",
	Origin:      rule.Picket,
	On:          rule.Calls("secretsmanager.amazonaws.com", "GetSecretValue"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return entity.Direct(e) && e.RequestParameters.Get("secretId").Exists()
	},
	Key: entity.Principal,
	When: rule.Distinct[*event.CloudTrail]{
		Of:     func(e *event.CloudTrail) uint64 { return rule.Hash(e.RequestParameters.Get("secretId").Str()) },
		N:      manySecrets,
		Within: secretsWithin,
	},
	Note: rule.Affects("AWS::SecretsManager::Secret", "secretId"),
}, &rule.CloudTrail{
	Type:        "CredentialAccess:IAMUser/ManySecretsRead",
	Signal:      "InBatches",
	Severity:    picket.Medium,
	Techniques:  []string{"T1555.006"},
	Title:       "{user} read many secrets in batches.",
	Description: "{user} asked AWS Secrets Manager for the values of batch after batch of secrets by calling {api}. Attackers empty it like that.",
	Origin:      rule.Picket,
	On:          rule.Calls("secretsmanager.amazonaws.com", "BatchGetSecretValue"),
	Where:       func(e *event.CloudTrail, _ *rule.Env) bool { return entity.Direct(e) },
	Key:         entity.Principal,
	When: rule.Distinct[*event.CloudTrail]{
		Per:    session,
		Of:     secretBatch,
		N:      manySecretBatches,
		Within: secretsWithin,
	},
})

// session tells the credentials of a principal apart: each task and instance has its own, and reads the same as the others.
func session(e *event.CloudTrail) string {
	id := e.Identity()
	return entity.PrincipalKey(id) + "|" + id.AccessKeyID
}

// secretBatch tells batches apart. One that names its secrets is the same when it is read again; of one by filter the record
// does not say which page of the answer it asked for.
func secretBatch(e *event.CloudTrail) uint64 {
	if ids := e.RequestParameters.Get("secretIdList"); ids.Exists() {
		return rule.Hash(string(ids))
	}
	return rule.Hash(e.EventID)
}
