package s3

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "DefenseImpairment:S3/DisableOrModifyTools",
	Signal:      "S3CustomerProvidedKeysEnabled",
	Severity:    picket.High,
	Techniques:  []string{"T1685"},
	Title:       "Encryption with keys from outside was allowed in a bucket.",
	Description: "{user} let objects of a bucket be encrypted with keys that the caller brings (SSE-C), by calling {api}. Extortionists do so before they encrypt objects with a key of their own.",
	Origin:      rule.Custom,
	ID:          "s3-customer-provided-keys-enabled",
	Expression: "eventSource = 's3.amazonaws.com' AND eventName = 'PutBucketEncryption'" +
		" AND errorCode IS NULL AND get_json_object(requestParameters, '$.ServerSideEncryptionConfiguration.Rule.BlockedEncryptionTypes') IS NOT NULL AND NOT array_contains(json_collect_values(requestParameters, '$.ServerSideEncryptionConfiguration.Rule.BlockedEncryptionTypes.EncryptionType'), 'SSE-C')",
	On:    rule.Calls("s3.amazonaws.com", "PutBucketEncryption"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool { return e.OK() && allowsCustomerKeys(e) },
	Key:   entity.Principal,
	Note:  noteBucket,
})

// allowsCustomerKeys reports whether a call lists the kinds of encryption that the bucket blocks, and SSE-C is not one of
// them. A call without such a list says nothing of SSE-C.
func allowsCustomerKeys(e *event.CloudTrail) bool {
	for r := range e.RequestParameters.Get("ServerSideEncryptionConfiguration", "Rule").Items() {
		blocked := r.Get("BlockedEncryptionTypes", "EncryptionType")
		blocks := false
		for kind := range blocked.Items() {
			blocks = blocks || kind.Str() == "SSE-C"
		}
		if blocked.Exists() && !blocks {
			return true
		}
	}
	return false
}
