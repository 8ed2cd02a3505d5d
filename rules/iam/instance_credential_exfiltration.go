package iam

import (
	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS",
	Severity:    picket.High,
	Techniques:  []string{"T1552.005", "T1078.004"},
	Title:       "Credentials of the EC2 instance {instance} were used from the external IP address {ip}.",
	Description: "AWS issued these credentials of role {user} to the EC2 instance {instance} alone, yet {api} was called with them from {ip}, which is not an address of AWS.",
	By:          strayWorkloads,
	Where: func(e *event.CloudTrail, env *rule.Env) bool {
		return onInstance(e) && made(e) && outsideAWS(e, env)
	},
	Given: unusualPlace,
	Key:   workload,
	Note:  func(n *rule.Note, _ *event.CloudTrail, _ *rule.Env) { n.Resource = "Instance" },
}, &rule.CloudTrail{
	Type:        "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS",
	Severity:    picket.High,
	Techniques:  []string{"T1552.005", "T1078.004"},
	Title:       "Credentials of the EC2 instance {instance} were used from the AWS account {remoteAccount}.",
	Description: "AWS issued these credentials of role {user} to the EC2 instance {instance} alone, yet {api} was called with them through a VPC endpoint of account {remoteAccount}.",
	By:          strayWorkloads,
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return throughOtherAccount(e) && onInstance(e) && e.UserIdentity.Get("accountId").Str() == e.Account
	},
	Given: unusualPlace,
	Key:   workloadAndAccount,
	Note: func(n *rule.Note, e *event.CloudTrail, env *rule.Env) {
		n.Resource = "Instance"
		noteRemoteAccount(n, e, env)
	},
})

func onInstance(e *event.CloudTrail) bool {
	w, ok := entity.WorkloadOf(e)
	return ok && w.Type == "AWS::EC2::Instance"
}
