package simulate

import "picket/event"

// signalAttacks are the types of Custom Detection Rules: one call each, named by its signal.
func signalAttacks() []scenario {
	var all []scenario
	for _, s := range signals() {
		all = append(all, scenario{s.finding, s.signal, event.KindCloudTrail, by("", s.spec)})
	}
	return all
}

// signal is a Custom Detection Rule and the call that it is for.
type signal struct {
	finding, signal string
	spec            spec
}

// outsider is an account that is nobody's of the company.
const outsider = "999988887777"

func signals() []signal {
	const adminPolicy, mailPolicy = "arn:aws:iam::aws:policy/AdministratorAccess", "arn:aws:iam::aws:policy/AmazonSESFullAccess"
	ok := `{"requestId":"$uuid","_return":true}`
	db := func(change string) spec {
		return spec{service: "rds", name: "ModifyDBInstance", params: `{"dBInstanceIdentifier":"$db","applyImmediately":true,` + change + `}`, response: `{"dBInstanceIdentifier":"$db","dBInstanceStatus":"available","engine":"postgres","pendingModifiedValues":{"masterUserPassword":"****"}}`}
	}
	attach := func(to, policy string) spec {
		if to == "User" {
			return spec{service: "iam", name: "AttachUserPolicy", flags: "g", params: `{"userName":"$user","policyArn":"` + policy + `"}`}
		}
		return spec{service: "iam", name: "AttachRolePolicy", flags: "g", params: `{"roleName":"$env-$word-role","policyArn":"` + policy + `"}`}
	}
	profile := func(name string) spec {
		return spec{service: "iam", name: name, flags: "g", params: `{"userName":"$user","passwordResetRequired":false}`}
	}
	return []signal{
		{"CredentialAccess:EC2/UnsecuredCredentials", "EC2PasswordDataRetrieved", spec{service: "ec2", name: "GetPasswordData", flags: "r", params: `{"instanceId":"$instance"}`}},
		{"CredentialAccess:RDS/ModifyAuthenticationProcess", "RDSMasterPasswordReset", db(`"masterUserPassword":"****"`)},
		{"DefenseImpairment:EC2/DisableOrModifyTools", "EC2TerminationProtectionEnabled", spec{service: "ec2", name: "ModifyInstanceAttribute", params: `{"instanceId":"$instance","disableApiTermination":{"value":true}}`, response: ok}},
		{"DefenseImpairment:EC2/DisableOrModifyTools", "VPCFlowLogsDeleted", spec{service: "ec2", name: "DeleteFlowLogs", params: `{"DeleteFlowLogsRequest":{"FlowLogId":{"tag":1,"content":"fl-0$hex"}}}`, response: `{"DeleteFlowLogsResponse":{"xmlns":"http://ec2.amazonaws.com/doc/2016-11-15/","unsuccessful":"","requestId":"$uuid"}}`}},
		{"DefenseImpairment:Organizations/ModifyCloudResourceHierarchy", "OrganizationLeaveAttempt", spec{service: "organizations", name: "LeaveOrganization", flags: "g"}},
		{"DefenseImpairment:Organizations/DisableOrModifyTools", "OrganizationPolicyDisabled", spec{service: "organizations", name: "DetachPolicy", flags: "g", params: `{"policyId":"p-$hex8","targetId":"$account"}`}},
		{"DefenseImpairment:RDS/ModifyAuthenticationProcess", "RDSIAMAuthDisabled", db(`"enableIAMDatabaseAuthentication":false`)},
		{"DefenseImpairment:Route53Resolver/DisableOrModifyTools", "DNSQueryLogsDeleted", spec{service: "route53resolver", name: "DeleteResolverQueryLogConfig", params: `{"resolverQueryLogConfigId":"rqlc-$hex"}`, response: `{"resolverQueryLogConfig":{"id":"rqlc-$hex","ownerId":"$account","status":"DELETING","shareStatus":"NOT_SHARED","associationCount":0,"arn":"arn:aws:route53resolver:$region:$account:resolver-query-log-config/rqlc-$hex","name":"$word","destinationArn":"arn:aws:s3:::$trailbucket"}}`}},
		{"DefenseImpairment:S3/DisableOrModifyTools", "S3CustomerProvidedKeysEnabled", spec{service: "s3", name: "PutBucketEncryption", params: `{"encryption":"","bucketName":"$bucket","ServerSideEncryptionConfiguration":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","Rule":{"ApplyServerSideEncryptionByDefault":{"SSEAlgorithm":"AES256"},"BucketKeyEnabled":false,"BlockedEncryptionTypes":{"EncryptionType":"NONE"}}},"Host":"$bucket.s3.$region.amazonaws.com"}`, extra: s3Extra, resource: s3Bucket}},
		{"Execution:SageMaker/CommandAndScriptingInterpreter", "SageMakerLifecycleConfigModified", spec{service: "sagemaker", name: "UpdateNotebookInstanceLifecycleConfig", params: `{"notebookInstanceLifecycleConfigName":"$word","onStart":[{"content":"HIDDEN_DUE_TO_SECURITY_REASONS"}]}`}},
		{"Exfiltration:EC2/TransferDataToCloudAccount", "AMIExternalAccess", spec{service: "ec2", name: "ModifyImageAttribute", params: `{"imageId":"$ami","launchPermission":{"add":{"items":[{"userId":"` + outsider + `"}]}},"attributeType":"launchPermission"}`, response: ok}},
		{"Exfiltration:EC2/TransferDataToCloudAccount", "EBSSnapshotExternalAccess", spec{service: "ec2", name: "ModifySnapshotAttribute", params: `{"snapshotId":"snap-0$hex","createVolumePermission":{"add":{"items":[{"userId":"` + outsider + `"}]}},"attributeType":"CREATE_VOLUME_PERMISSION"}`, response: ok}},
		{"Exfiltration:RDS/TransferDataToCloudAccount", "RDSSnapshotPubliclyShared", spec{service: "rds", name: "ModifyDBSnapshotAttribute", params: `{"dBSnapshotIdentifier":"$db-final","attributeName":"restore","valuesToAdd":["all"]}`, response: `{"dBSnapshotIdentifier":"$db-final","dBSnapshotAttributes":[{"attributeName":"restore","attributeValues":["all"]}]}`}},
		{"Exfiltration:S3/TransferDataToCloudAccount", "S3BucketPolicyExternalAccess", spec{service: "s3", name: "PutBucketPolicy", params: `{"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::` + outsider + `:root"},"Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::$bucket","arn:aws:s3:::$bucket/*"]}]},"bucketName":"$bucket","Host":"$bucket.s3.$region.amazonaws.com","policy":""}`, extra: s3Extra, resource: s3Bucket}},
		{"Impact:S3/DataDestruction", "S3LifecycleRapidExpiration", spec{service: "s3", name: "PutBucketLifecycle", params: `{"bucketName":"$bucket","lifecycle":"","LifecycleConfiguration":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","Rule":{"ID":"cleanup","Status":"Enabled","Filter":{"Prefix":""},"Expiration":{"Days":1}}},"Host":"$bucket.s3.$region.amazonaws.com"}`, extra: s3Extra, resource: s3Bucket}},
		{"Impact:SES/ResourceHijacking", "SESAccountSendingEnabled", spec{service: "ses", name: "UpdateAccountSendingEnabled", params: `{"enabled":true}`}},
		{"Impact:SES/ResourceHijacking", "SESProductionAccessEnabled", spec{service: "ses", name: "PutAccountDetails", params: `{"mailType":"MARKETING","websiteURL":"HIDDEN_DUE_TO_SECURITY_REASONS","contactLanguage":"EN","useCaseDescription":"HIDDEN_DUE_TO_SECURITY_REASONS","productionAccessEnabled":true}`}},
		{"InitialAccess:IAM/ValidAccounts", "ConsoleLoginWithoutMFA", spec{service: "signin", name: "ConsoleLogin", flags: "ig", response: `{"ConsoleLogin":"Success"}`, extra: `{"LoginTo":"https://console.aws.amazon.com/console/home","MobileVersion":"No","MFAUsed":"No"}`}},
		{"InitialAccess:RDS/ExploitPublicFacingApplication", "RDSPubliclyAccessible", db(`"publiclyAccessible":true`)},
		{"LateralMovement:EC2/RemoteServices", "EC2InstanceSSHKeyPushed", spec{service: "ec2-instance-connect", name: "SendSSHPublicKey", params: `{"instanceId":"$instance","instanceOSUser":"ec2-user","sSHPublicKey":"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI$key"}`, response: `{"requestId":"$uuid","success":true}`}},
		{"Persistence:EC2/BootOrLogonInitializationScripts", "EC2UserDataModified", spec{service: "ec2", name: "ModifyInstanceAttribute", params: `{"instanceId":"$instance","userData":"<sensitiveDataRemoved>"}`, response: ok}},
		{"Persistence:EC2/ExternalRemoteServices", "EC2SecurityGroupPublicSSH", spec{service: "ec2", name: "AuthorizeSecurityGroupIngress", params: `{"groupId":"$group","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":22,"toPort":22,"groups":{},"ipRanges":{"items":[{"cidrIp":"0.0.0.0/0"}]},"ipv6Ranges":{},"prefixListIds":{}}]}}`, response: `{"requestId":"$uuid","_return":true,"securityGroupRuleSet":{"items":[{"groupOwnerId":"$account","groupId":"$group","securityGroupRuleId":"sgr-0$hex","isEgress":false,"ipProtocol":"tcp","fromPort":22,"toPort":22,"cidrIpv4":"0.0.0.0/0"}]}}`}},
		{"Persistence:IAM/AccountManipulation", "IAMAccessKeyCreated", spec{service: "iam", name: "CreateAccessKey", flags: "g", params: `{"userName":"$user"}`, response: `{"accessKey":{"userName":"$user","accessKeyId":"AKIA$key","status":"Active","createDate":"$date"}}`}},
		{"Persistence:IAM/AccountManipulation", "IAMRoleTrustPolicyModified", spec{service: "iam", name: "UpdateAssumeRolePolicy", flags: "g", params: `{"roleName":"$env-$word-role","policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"arn:aws:iam::` + outsider + `:root\"},\"Action\":\"sts:AssumeRole\"}]}"}`}},
		{"Persistence:IAM/AccountManipulation", "IAMUserLoginProfileCreated", profile("CreateLoginProfile")},
		{"Persistence:IAM/AccountManipulation", "IAMUserLoginProfileUpdated", profile("UpdateLoginProfile")},
		{"Persistence:Lambda/AccountManipulation", "LambdaFunctionPublicAccess", spec{service: "lambda", name: "AddPermission20150331v2", params: `{"functionName":"$function","statementId":"$word","action":"lambda:InvokeFunction","principal":"*"}`, response: `{"statement":"{\"Sid\":\"$word\",\"Effect\":\"Allow\",\"Principal\":\"*\",\"Action\":\"lambda:InvokeFunction\",\"Resource\":\"arn:aws:lambda:$region:$account:function:$function\"}"}`}},
		{"Persistence:Lambda/ModifyAuthenticationProcess", "LambdaFunctionUrlPublicAccess", spec{service: "lambda", name: "CreateFunctionUrlConfig", params: `{"functionName":"$function","authType":"NONE"}`, response: `{"functionUrl":"https://$hex32.lambda-url.$region.on.aws/","functionArn":"arn:aws:lambda:$region:$account:function:$function","authType":"NONE","creationTime":"$time"}`}},
		{"Persistence:RolesAnywhere/AccountManipulation", "RolesAnywhereTrustAnchorCreated", spec{service: "rolesanywhere", name: "CreateTrustAnchor", params: `{"name":"$word","enabled":true,"source":{"sourceType":"CERTIFICATE_BUNDLE","sourceData":{"x509CertificateData":"-----BEGIN CERTIFICATE-----\n$token\n-----END CERTIFICATE-----"}}}`, response: `{"trustAnchor":{"trustAnchorId":"$uuid","trustAnchorArn":"arn:aws:rolesanywhere:$region:$account:trust-anchor/$uuid","name":"$word","enabled":true,"createdAt":"$time"}}`}},
		{"PrivilegeEscalation:IAM/AccountManipulation", "AdminPolicyAttachedToRole", attach("Role", adminPolicy)},
		{"PrivilegeEscalation:IAM/AccountManipulation", "AdminPolicyAttachedToUser", attach("User", adminPolicy)},
		{"PrivilegeEscalation:IAM/AccountManipulation", "SESFullAccessPolicyAttachedToRole", attach("Role", mailPolicy)},
		{"PrivilegeEscalation:IAM/AccountManipulation", "SESFullAccessPolicyAttachedToUser", attach("User", mailPolicy)},
		{"PrivilegeEscalation:IAM/AccountManipulation", "BedrockServiceCredentialCreated", spec{service: "iam", name: "CreateServiceSpecificCredential", flags: "g", params: `{"userName":"$user","serviceName":"bedrock.amazonaws.com"}`, response: `{"serviceSpecificCredential":{"createDate":"$date","serviceName":"bedrock.amazonaws.com","serviceSpecificCredentialId":"ACCA$key","userName":"$user","status":"Active"}}`}},
		{"ResourceDevelopment:SES/CompromiseAccounts", "SESDomainIdentityVerified", spec{service: "ses", name: "VerifyDomainIdentity", params: `{"domain":"$word-$noun.example"}`, response: `{"verificationToken":"$b64"}`}},
	}
}
