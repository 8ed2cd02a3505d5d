package s3

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Exfiltration:S3/TransferDataToCloudAccount",
	Signal:      "S3BucketPolicyExternalAccess",
	Severity:    picket.High,
	Techniques:  []string{"T1537"},
	Title:       "A bucket was opened to an account outside the organization.",
	Description: "{user} gave an account outside the organization access to a bucket by calling {api}.",
	Origin:      rule.Custom,
	ID:          "s3-bucket-policy-external-access",
	Expression: "eventSource = 's3.amazonaws.com' AND eventName = 'PutBucketPolicy'" +
		" AND errorCode IS NULL AND get_aws_principal(get_json_object(requestParameters, '$.bucketPolicy'), 'Allow') NOT IN (organizationAccounts)",
	On:    rule.Calls("s3.amazonaws.com", "PutBucketPolicy"),
	Where: func(e *event.CloudTrail, env *rule.Env) bool { return e.OK() && letsOutsidersIn(e, env) },
	Key:   entity.Principal,
	Note:  noteBucket,
})

// letsOutsidersIn reports whether the policy allows something to an account that is not of the organization.
func letsOutsidersIn(e *event.CloudTrail, env *rule.Env) bool {
	for s := range entity.Statements(e.RequestParameters.Get("bucketPolicy")) {
		if !s.Allows() {
			continue
		}
		for account := range s.Accounts() {
			if !env.Own(e.Account, account) {
				return true
			}
		}
	}
	return false
}
