package iam

import (
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
	ID:          "iam-access-key-created",
	Expression: "eventSource = 'iam.amazonaws.com' AND eventName = 'CreateAccessKey'" +
		" AND errorCode IS NULL",
	On:    rule.Calls("iam.amazonaws.com", "CreateAccessKey"),
	Where: rule.Succeeded,
	Key:   entity.Principal,
	Note:  rule.Affects("AWS::IAM::User", "userName"),
}, &rule.CloudTrail{
	Type:        "Persistence:IAM/AccountManipulation",
	Signal:      "IAMRoleTrustPolicyModified",
	Severity:    picket.Medium,
	Techniques:  []string{"T1098"},
	Title:       "A role was opened to others.",
	Description: "{user} let another account, anyone, or the role itself take a role by calling {api}.",
	Origin:      rule.Custom,
	ID:          "iam-role-trust-policy-modified",
	Expression: "eventSource = 'iam.amazonaws.com' AND eventName = 'UpdateAssumeRolePolicy'" +
		" AND errorCode IS NULL AND (policy_has_public_principal(get_json_object(requestParameters, '$.policyDocument'), 'Allow') OR get_aws_principal(get_json_object(requestParameters, '$.policyDocument'), 'Allow') NOT IN (organizationAccounts) OR get_aws_principal(get_json_object(requestParameters, '$.policyDocument'), 'Allow') LIKE CONCAT('%:role/%', get_json_object(requestParameters, '$.roleName')))",
	On:    rule.Calls("iam.amazonaws.com", "UpdateAssumeRolePolicy"),
	Where: loosensTrust,
	Key:   entity.Principal,
	Note:  rule.Affects("AWS::IAM::Role", "roleName"),
}, &rule.CloudTrail{
	Type:        "Persistence:IAM/AccountManipulation",
	Signal:      "IAMUserLoginProfileCreated",
	Severity:    picket.High,
	Techniques:  []string{"T1098.001"},
	Title:       "A user got a password for the console.",
	Description: "{user} gave a user a password for the console by calling {api}.",
	Origin:      rule.Custom,
	ID:          "iam-user-login-profile-created",
	Expression: "eventSource = 'iam.amazonaws.com' AND eventName = 'CreateLoginProfile'" +
		" AND errorCode IS NULL",
	On:    rule.Calls("iam.amazonaws.com", "CreateLoginProfile"),
	Where: rule.Succeeded,
	Key:   entity.Principal,
	Note:  rule.Affects("AWS::IAM::User", "userName"),
}, &rule.CloudTrail{
	Type:        "Persistence:IAM/AccountManipulation",
	Signal:      "IAMUserLoginProfileUpdated",
	Severity:    picket.Medium,
	Techniques:  []string{"T1098.001"},
	Title:       "The console password of a user was changed.",
	Description: "{user} set another password for a user's sign-in to the console by calling {api}.",
	Origin:      rule.Custom,
	ID:          "iam-user-login-profile-updated",
	Expression: "eventSource = 'iam.amazonaws.com' AND eventName = 'UpdateLoginProfile'" +
		" AND errorCode IS NULL",
	On:    rule.Calls("iam.amazonaws.com", "UpdateLoginProfile"),
	Where: rule.Succeeded,
	Key:   entity.Principal,
	Note:  rule.Affects("AWS::IAM::User", "userName"),
}, &rule.CloudTrail{
	Type:        "PrivilegeEscalation:IAM/AccountManipulation",
	Signal:      "AdminPolicyAttachedToUser",
	Severity:    picket.High,
	Techniques:  []string{"T1098.003"},
	Title:       "Administrator's rights were given to a user.",
	Description: "{user} attached the managed policy AdministratorAccess to a user by calling {api}.",
	Origin:      rule.Custom,
	ID:          "admin-policy-attached-to-user",
	Expression: "eventSource = 'iam.amazonaws.com' AND eventName = 'AttachUserPolicy'" +
		" AND errorCode IS NULL AND get_json_object(requestParameters, '$.policyArn') LIKE '%:iam::aws:policy/AdministratorAccess'",
	On:    rule.Calls("iam.amazonaws.com", "AttachUserPolicy"),
	Where: attaches("AdministratorAccess"),
	Key:   entity.Principal,
	Note:  rule.Affects("AWS::IAM::User", "userName"),
}, &rule.CloudTrail{
	Type:        "PrivilegeEscalation:IAM/AccountManipulation",
	Signal:      "AdminPolicyAttachedToRole",
	Severity:    picket.High,
	Techniques:  []string{"T1098.001"}, // as in GuardDuty's catalogue, though that of a user is T1098.003
	Title:       "Administrator's rights were given to a role.",
	Description: "{user} attached the managed policy AdministratorAccess to a role by calling {api}.",
	Origin:      rule.Custom,
	ID:          "admin-policy-attached-to-role",
	Expression: "eventSource = 'iam.amazonaws.com' AND eventName = 'AttachRolePolicy'" +
		" AND errorCode IS NULL AND get_json_object(requestParameters, '$.policyArn') LIKE '%:iam::aws:policy/AdministratorAccess'",
	On:    rule.Calls("iam.amazonaws.com", "AttachRolePolicy"),
	Where: attaches("AdministratorAccess"),
	Key:   entity.Principal,
	Note:  rule.Affects("AWS::IAM::Role", "roleName"),
}, &rule.CloudTrail{
	Type:        "PrivilegeEscalation:IAM/AccountManipulation",
	Signal:      "SESFullAccessPolicyAttachedToUser",
	Severity:    picket.Medium,
	Techniques:  []string{"T1098.001"},
	Title:       "All rights to send mail were given to a user.",
	Description: "{user} attached the managed policy AmazonSESFullAccess to a user by calling {api}.",
	Origin:      rule.Custom,
	ID:          "ses-full-access-policy-attached-to-user",
	Expression: "eventSource = 'iam.amazonaws.com' AND eventName = 'AttachUserPolicy'" +
		" AND errorCode IS NULL AND get_json_object(requestParameters, '$.policyArn') LIKE '%:iam::aws:policy/AmazonSESFullAccess'",
	On:    rule.Calls("iam.amazonaws.com", "AttachUserPolicy"),
	Where: attaches("AmazonSESFullAccess"),
	Key:   entity.Principal,
	Note:  rule.Affects("AWS::IAM::User", "userName"),
}, &rule.CloudTrail{
	Type:        "PrivilegeEscalation:IAM/AccountManipulation",
	Signal:      "SESFullAccessPolicyAttachedToRole",
	Severity:    picket.Medium,
	Techniques:  []string{"T1098.001"},
	Title:       "All rights to send mail were given to a role.",
	Description: "{user} attached the managed policy AmazonSESFullAccess to a role by calling {api}.",
	Origin:      rule.Custom,
	ID:          "ses-full-access-policy-attached-to-role",
	Expression: "eventSource = 'iam.amazonaws.com' AND eventName = 'AttachRolePolicy'" +
		" AND errorCode IS NULL AND get_json_object(requestParameters, '$.policyArn') LIKE '%:iam::aws:policy/AmazonSESFullAccess'",
	On:    rule.Calls("iam.amazonaws.com", "AttachRolePolicy"),
	Where: attaches("AmazonSESFullAccess"),
	Key:   entity.Principal,
	Note:  rule.Affects("AWS::IAM::Role", "roleName"),
}, &rule.CloudTrail{
	Type:        "PrivilegeEscalation:IAM/AccountManipulation",
	Signal:      "BedrockServiceCredentialCreated",
	Severity:    picket.Medium,
	Techniques:  []string{"T1098.001"},
	Title:       "A long-lived key for Bedrock was created.",
	Description: "{user} created a long-lived key for Amazon Bedrock by calling {api}. Stolen ones run models at the account's cost.",
	Origin:      rule.Custom,
	ID:          "bedrock-service-credential-created",
	Expression: "eventSource = 'iam.amazonaws.com' AND eventName = 'CreateServiceSpecificCredential'" +
		" AND errorCode IS NULL AND get_json_object(requestParameters, '$.serviceName') = 'bedrock.amazonaws.com'",
	On: rule.Calls("iam.amazonaws.com", "CreateServiceSpecificCredential"),
	Where: func(e *event.CloudTrail, _ *rule.Env) bool {
		return e.OK() && e.RequestParameters.Get("serviceName").Str() == "bedrock.amazonaws.com"
	},
	Key:  entity.Principal,
	Note: rule.Affects("AWS::IAM::User", "userName"),
})
