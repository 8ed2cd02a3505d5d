package iam

import (
	"slices"
	"strings"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "UnauthorizedAccess:IAMUser/ResourceCredentialExfiltration.OutsideAWS",
	Severity:    picket.High,
	Techniques:  []string{"T1552", "T1078.004"},
	Title:       "Credentials of {resource} were used from the external IP address {ip}.",
	Description: "AWS issued these credentials of role {user} to {resource} alone, yet {api} was called with them from {ip}, which is not an address of AWS.",
	By:          strayWorkloads,
	Where: func(e *event.CloudTrail, env *rule.Env) bool {
		return onService(e, "AWS::Lambda::", "AWS::ECS::") && made(e) && outsideAWS(e, env)
	},
	Given: unusualPlace,
	Key:   workload,
	Note:  noteWorkload,
}, &rule.CloudTrail{
	Type:        "UnauthorizedAccess:IAMUser/ResourceCredentialExfiltration.InsideAWS",
	Severity:    picket.High,
	Techniques:  []string{"T1552", "T1078.004"},
	Title:       "Credentials of {resource} were used from the AWS account {remoteAccount}.",
	Description: "AWS issued these credentials of role {user} to {resource} alone, yet {api} was called with them through a VPC endpoint of account {remoteAccount}.",
	By:          strayWorkloads,
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return throughOtherAccount(e) && onService(e, "AWS::ECS::") && e.UserIdentity.Get("accountId").Str() == e.Account
	},
	Given: unusualPlace,
	Key:   workloadAndAccount,
	Note: func(n *rule.Note, e *event.CloudTrail, env *rule.Env) {
		noteWorkload(n, e, env)
		noteRemoteAccount(n, e, env)
	},
})

func onService(e *event.CloudTrail, services ...string) bool {
	w, ok := entity.WorkloadOf(e)
	return ok && slices.ContainsFunc(services, func(s string) bool { return strings.HasPrefix(w.Type, s) })
}

func noteWorkload(n *rule.Note, e *event.CloudTrail, _ *rule.Env) {
	w, _ := entity.WorkloadOf(e)
	n.Affect(w.Type, w.ID)
	n.Set("resource", w.ID)
}
