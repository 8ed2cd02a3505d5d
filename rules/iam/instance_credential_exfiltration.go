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
	Title:       "Credentials of the EC2 instance {instance} were used from {where}.",
	Description: "AWS issued these credentials of role {user} to the EC2 instance {instance} alone, yet {api} was called with them {how}.",
	By:          strayWorkloads,
	Where: func(e *event.CloudTrail, env *rule.Env) bool {
		if throughOtherAccount(e) {
			return onInstance(e) && e.UserIdentity.Get("accountId").Str() == e.Account
		}
		return fromOtherRegion(e, env) && onInstance(e) && made(e)
	},
	Given: func(e *event.CloudTrail, env *rule.Env) bool {
		return unusualPlace(e, env) && (throughOtherAccount(e) || launchedElsewhere(e, env))
	},
	Key: workloadAndAccount,
	Note: func(n *rule.Note, e *event.CloudTrail, env *rule.Env) {
		n.Resource = "Instance"
		if region := env.Caller(e).EC2Region; !throughOtherAccount(e) {
			n.Set("where", "AWS's region "+region)
			n.Set("how", "from "+e.SourceIPAddress+", an address of EC2 in region "+region+", where the instance is not")
			return
		}
		noteRemoteAccount(n, e, env)
		n.Set("where", "the AWS account "+e.VPCEndpointAccountID)
		n.Set("how", "through a VPC endpoint of account "+e.VPCEndpointAccountID)
	},
})

// launchedElsewhere reports whether the instance is known to be in another region than the call's address: services whose
// calls are logged in one region for all are called from everywhere.
func launchedElsewhere(e *event.CloudTrail, env *rule.Env) bool {
	i, ok := env.Facts.Instance(workload(e))
	return ok && i.Region != env.Caller(e).EC2Region
}

func onInstance(e *event.CloudTrail) bool {
	w, ok := entity.WorkloadOf(e)
	return ok && w.Type == "AWS::EC2::Instance"
}
