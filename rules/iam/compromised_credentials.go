package iam

import (
	"strings"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// quarantinePolicy begins the names of the managed policies that AWS attaches to a user whose access key it found in public.
const quarantinePolicy = "arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantine"

var _ = add(&rule.CloudTrail{
	Type:        "CredentialAccess:IAMUser/CompromisedCredentials",
	Severity:    picket.High,
	Techniques:  []string{"T1078.004", "T1552"},
	Title:       "Compromised credentials of {owner} were {done}.",
	Description: "{how}. The credentials of {owner} are known to be in the wrong hands: deactivate them before anything else.",
	Where: func(e *event.CloudTrail, env *rule.Env) bool {
		// Most accounts list no keys: then no record needs to be searched for its own.
		return len(env.Keys) > 0 && env.Keys[accessKey(e)] || quarantines(e)
	},
	Key: func(e *event.CloudTrail) string {
		if quarantines(e) {
			return "user/" + quarantined(e)
		}
		return accessKey(e)
	},
	Note: func(n *rule.Note, e *event.CloudTrail, _ *rule.Env) {
		n.CallNames = true
		if quarantines(e) {
			n.Affect("AWS::IAM::User", quarantined(e))
			n.Set("user", quarantined(e))
			n.Set("how", "AWS's quarantine policy was attached to user "+quarantined(e)+": AWS does that when an access key shows up in public")
			n.Set("owner", "user "+quarantined(e))
			n.Set("done", "reported by AWS")
			return
		}
		n.Affect("AWS::IAM::AccessKey", accessKey(e))
		n.Set("how", entity.UserName(e.Identity())+" called "+e.EventName+" from "+e.SourceIPAddress)
		n.Set("owner", "access key "+accessKey(e))
		n.Set("done", "used")
	},
})

func accessKey(e *event.CloudTrail) string { return e.UserIdentity.Get("accessKeyId").Str() }

func quarantined(e *event.CloudTrail) string { return e.RequestParameters.Get("userName").Str() }

// quarantines reports whether e attaches AWS's policy for compromised users.
func quarantines(e *event.CloudTrail) bool {
	return e.Call == "AttachUserPolicy" && e.OK() &&
		strings.HasPrefix(e.RequestParameters.Get("policyArn").Str(), quarantinePolicy)
}
