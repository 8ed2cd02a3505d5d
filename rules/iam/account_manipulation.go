package iam

import (
	"strings"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "Persistence:IAM/AccountManipulation",
	Signal:      "IAMAccessKeyCreated",
	Severity:    picket.Low,
	Techniques:  []string{"T1098.001"},
	Title:       "An access key was created.",
	Description: "{user} created an access key by calling {api}. It works until somebody revokes it.",
	Origin:      rule.Custom,
	On:          rule.Calls("iam.amazonaws.com", "CreateAccessKey"),
	Where:       rule.Succeeded,
	Key:         entity.Principal,
	Note:        rule.Affects("AWS::IAM::User", "userName"),
}, &rule.CloudTrail{
	Type:        "Persistence:IAM/AccountManipulation",
	Signal:      "IAMRoleTrustPolicyModified",
	Severity:    picket.Medium,
	Techniques:  []string{"T1098.003"},
	Title:       "A role was opened to others.",
	Description: "{user} let another account, anyone, or the role itself take a role by calling {api}.",
	Origin:      rule.Custom,
	On:          rule.Calls("iam.amazonaws.com", "UpdateAssumeRolePolicy"),
	Where:       loosensTrust,
	Key:         entity.Principal,
	Note:        rule.Affects("AWS::IAM::Role", "roleName"),
}, &rule.CloudTrail{
	Type:        "Persistence:IAM/AccountManipulation",
	Signal:      "IAMUserLoginProfileCreated",
	Severity:    picket.High,
	Techniques:  []string{"T1098.001"},
	Title:       "A user got a password for the console.",
	Description: "{user} gave a user a password for the console by calling {api}.",
	Origin:      rule.Custom,
	On:          rule.Calls("iam.amazonaws.com", "CreateLoginProfile"),
	Where:       rule.Succeeded,
	Key:         entity.Principal,
	Note:        rule.Affects("AWS::IAM::User", "userName"),
}, &rule.CloudTrail{
	Type:        "Persistence:IAM/AccountManipulation",
	Signal:      "IAMUserLoginProfileUpdated",
	Severity:    picket.Medium,
	Techniques:  []string{"T1098.001"},
	Title:       "The console password of a user was changed.",
	Description: "{user} set another password for a user's sign-in to the console by calling {api}.",
	Origin:      rule.Custom,
	On:          rule.Calls("iam.amazonaws.com", "UpdateLoginProfile"),
	Where:       rule.Succeeded,
	Key:         entity.Principal,
	Note:        rule.Affects("AWS::IAM::User", "userName"),
}, &rule.CloudTrail{
	Type:        "PrivilegeEscalation:IAM/AccountManipulation",
	Signal:      "AdminPolicyAttachedToUser",
	Severity:    picket.High,
	Techniques:  []string{"T1098.003"},
	Title:       "Administrator's rights were given to a user.",
	Description: "{user} attached the managed policy AdministratorAccess to a user by calling {api}.",
	Origin:      rule.Custom,
	On:          rule.Calls("iam.amazonaws.com", "AttachUserPolicy"),
	Where:       attaches("AdministratorAccess"),
	Key:         entity.Principal,
	Note:        rule.Affects("AWS::IAM::User", "userName"),
}, &rule.CloudTrail{
	Type:        "PrivilegeEscalation:IAM/AccountManipulation",
	Signal:      "AdminPolicyAttachedToRole",
	Severity:    picket.High,
	Techniques:  []string{"T1098.003"},
	Title:       "Administrator's rights were given to a role.",
	Description: "{user} attached the managed policy AdministratorAccess to a role by calling {api}.",
	Origin:      rule.Custom,
	On:          rule.Calls("iam.amazonaws.com", "AttachRolePolicy"),
	Where:       attaches("AdministratorAccess"),
	Key:         entity.Principal,
	Note:        rule.Affects("AWS::IAM::Role", "roleName"),
}, &rule.CloudTrail{
	Type:        "PrivilegeEscalation:IAM/AccountManipulation",
	Signal:      "SESFullAccessPolicyAttachedToUser",
	Severity:    picket.Medium,
	Techniques:  []string{"T1098.003"},
	Title:       "All rights to send mail were given to a user.",
	Description: "{user} attached the managed policy AmazonSESFullAccess to a user by calling {api}.",
	Origin:      rule.Custom,
	On:          rule.Calls("iam.amazonaws.com", "AttachUserPolicy"),
	Where:       attaches("AmazonSESFullAccess"),
	Key:         entity.Principal,
	Note:        rule.Affects("AWS::IAM::User", "userName"),
}, &rule.CloudTrail{
	Type:        "PrivilegeEscalation:IAM/AccountManipulation",
	Signal:      "SESFullAccessPolicyAttachedToRole",
	Severity:    picket.Medium,
	Techniques:  []string{"T1098.003"},
	Title:       "All rights to send mail were given to a role.",
	Description: "{user} attached the managed policy AmazonSESFullAccess to a role by calling {api}.",
	Origin:      rule.Custom,
	On:          rule.Calls("iam.amazonaws.com", "AttachRolePolicy"),
	Where:       attaches("AmazonSESFullAccess"),
	Key:         entity.Principal,
	Note:        rule.Affects("AWS::IAM::Role", "roleName"),
}, &rule.CloudTrail{
	Type:        "PrivilegeEscalation:IAM/AccountManipulation",
	Signal:      "BedrockServiceCredentialCreated",
	Severity:    picket.Medium,
	Techniques:  []string{"T1098.001"},
	Title:       "A long-lived key for Bedrock was created.",
	Description: "{user} created a long-lived key for Amazon Bedrock by calling {api}. Stolen ones run models at the account's cost.",
	Origin:      rule.Custom,
	On:          rule.Calls("iam.amazonaws.com", "CreateServiceSpecificCredential"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return e.OK() && e.RequestParameters.Get("serviceName").Str() == "bedrock.amazonaws.com"
	},
	Key:  entity.Principal,
	Note: rule.Affects("AWS::IAM::User", "userName"),
})

// attaches accepts calls that attach AWS's own policy of that name, in any partition.
func attaches(policy string) func(*event.CloudTrail, *rule.Env) bool {
	return func(e *event.CloudTrail, _ *rule.Env) bool {
		return e.OK() && strings.HasSuffix(e.RequestParameters.Get("policyArn").Str(), ":iam::aws:policy/"+policy)
	}
}
