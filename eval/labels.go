package main

// one is the labels of a case that deserves one type, or one of several.
func one(types ...string) []label { return []label{types} }

// stratusLabels are the types that say what a technique of Stratus Red Team does.
var stratusLabels = map[string][]label{
	"aws.credential-access.ec2-get-password-data": one("CredentialAccess:IAMUser/ManyPasswordDataReads", "CredentialAccess:EC2/UnsecuredCredentials"),
	"aws.credential-access.ec2-steal-instance-credentials": one("CredentialAccess:IAMUser/InstanceCredentialsTaken",
		"UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS"),
	"aws.credential-access.secretsmanager-batch-retrieve-secrets": one("CredentialAccess:IAMUser/ManySecretsRead"),
	"aws.credential-access.secretsmanager-retrieve-secrets":       one("CredentialAccess:IAMUser/ManySecretsRead"),
	"aws.credential-access.ssm-retrieve-securestring-parameters":  one("CredentialAccess:IAMUser/ManyParametersRead"),
	"aws.defense-evasion.cloudtrail-delete":                       one("Stealth:IAMUser/CloudTrailLoggingDisabled"),
	"aws.defense-evasion.cloudtrail-event-selectors":              one("Stealth:IAMUser/EventSelectorsRestricted"),
	"aws.defense-evasion.cloudtrail-stop":                         one("Stealth:IAMUser/CloudTrailLoggingDisabled"),
	"aws.defense-evasion.dns-delete-logs":                         one("DefenseImpairment:Route53Resolver/DisableOrModifyTools"),
	"aws.defense-evasion.organizations-leave":                     one("DefenseImpairment:Organizations/ModifyCloudResourceHierarchy"),
	"aws.defense-evasion.vpc-remove-flow-logs":                    one("DefenseImpairment:EC2/DisableOrModifyTools"),
	"aws.discovery.ec2-download-user-data":                        one("Discovery:IAMUser/ManyUserDataReads"),
	"aws.execution.ec2-launch-unusual-instances":                  one("Impact:EC2/UnusualInstancesLaunched"),
	"aws.execution.ec2-user-data":                                 one("Persistence:EC2/BootOrLogonInitializationScripts"),
	"aws.execution.ssm-send-command":                              one("Execution:EC2/CommandsOnManyInstances"),
	"aws.execution.ssm-start-session":                             one("LateralMovement:EC2/SessionsOnManyInstances"),
	"aws.exfiltration.ec2-security-group-open-port-22-ingress":    one("Persistence:EC2/ExternalRemoteServices"),
	"aws.exfiltration.ec2-share-ami":                              one("Exfiltration:EC2/TransferDataToCloudAccount"),
	"aws.exfiltration.ec2-share-ebs-snapshot":                     one("Exfiltration:EC2/TransferDataToCloudAccount"),
	"aws.exfiltration.rds-share-snapshot":                         one("Exfiltration:RDS/TransferDataToCloudAccount"),
	"aws.impact.bedrock-invoke-model":                             one("Impact:Bedrock/ModelAccessEnabled"),
	"aws.initial-access.console-login-without-mfa":                one("InitialAccess:IAM/ValidAccounts"),
	"aws.lateral-movement.ec2-instance-connect":                   one("LateralMovement:EC2/RemoteServices"),
	"aws.lateral-movement.ec2-serial-console-send-ssh-public-key": one("LateralMovement:EC2/RemoteServices"),
	"aws.persistence.iam-backdoor-role":                           one("Persistence:IAM/AccountManipulation"),
	"aws.persistence.iam-backdoor-user":                           one("Persistence:IAM/AccountManipulation"),
	"aws.persistence.iam-create-admin-user":                       {{"Persistence:IAM/AccountManipulation"}, {"PrivilegeEscalation:IAM/AccountManipulation"}},
	"aws.persistence.iam-create-backdoor-role":                    one("PrivilegeEscalation:IAM/AccountManipulation"),
	"aws.persistence.iam-create-user-login-profile":               one("Persistence:IAM/AccountManipulation"),
	"aws.persistence.lambda-backdoor-function":                    one("Persistence:Lambda/AccountManipulation"),
	"aws.persistence.lambda-layer-extension":                      one("Persistence:Lambda/LayerAdded"),
	"aws.persistence.lambda-overwrite-code":                       one("Persistence:Lambda/CodeOverwritten"),
	"aws.persistence.rolesanywhere-create-trust-anchor":           one("Persistence:RolesAnywhere/AccountManipulation"),
	"aws.persistence.sts-federation-token":                        one("Persistence:IAMUser/FederationTokenIssued"),
	"aws.privilege-escalation.iam-update-user-login-profile":      one("Persistence:IAM/AccountManipulation"),
}

// pantherLabels are the types that say what a rule of Panther's looks for, where one does: on the events that the rule should
// fire on they are due. The other rules look for what GuardDuty has no type for, or what only a baseline or a list could tell.
var pantherLabels = map[string]label{
	"AWS.Bedrock.DeleteModelInvocationLoggingConfiguration": {"DefenseEvasion:IAMUser/BedrockLoggingDisabled"},
	"AWS.CloudTrail.AMIModifiedForPublicAccess":             {"Exfiltration:EC2/TransferDataToCloudAccount"},
	"AWS.CloudTrail.AttemptToLeaveOrg":                      {"DefenseImpairment:Organizations/ModifyCloudResourceHierarchy"},
	"AWS.CloudTrail.EventSelectorsDisabled":                 {"Stealth:IAMUser/EventSelectorsRestricted"},
	"AWS.CloudTrail.IMDSCredentialExfiltration":             {"UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS", "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS"},
	"AWS.CloudTrail.RootAccessKeyCreated":                   {"Persistence:IAM/AccountManipulation"},
	"AWS.CloudTrail.SnapshotMadePublic":                     {"Exfiltration:EC2/TransferDataToCloudAccount"},
	"AWS.CloudTrail.Stopped":                                {"Stealth:IAMUser/CloudTrailLoggingDisabled"},
	"AWS.CloudTrail.VPCE.SensitiveAPICalls":                 {"Stealth:IAMUser/CloudTrailLoggingDisabled"}, // its event is an UpdateTrail
	"AWS.Console.LoginWithoutMFA":                           {"InitialAccess:IAM/ValidAccounts"},
	"AWS.EC2.LaunchUnusualEC2Instances":                     {"Impact:EC2/UnusualInstancesLaunched"},
	"AWS.EC2.MultiInstanceConnect":                          {"LateralMovement:EC2/RemoteServices"},
	"AWS.IAM.AttachAdminUserPolicy":                         {"PrivilegeEscalation:IAM/AccountManipulation"},
	"AWS.IAM.BackdoorRole":                                  {"Persistence:IAM/AccountManipulation"},
	"AWS.Lambda.UpdateFunctionCode":                         {"Persistence:Lambda/CodeOverwritten"},
	"AWS.Lambda.UpdateFunctionConfiguration":                {"Persistence:Lambda/LayerAdded"},
	"AWS.Potential.Backdoor.Lambda":                         {"Persistence:Lambda/AccountManipulation"},
	"AWS.RDS.InstanceMadePublic":                            {"InitialAccess:RDS/ExploitPublicFacingApplication"},
	"AWS.RDS.SnapshotShared":                                {"Exfiltration:RDS/TransferDataToCloudAccount"},
	"AWS.Root.Activity":                                     {"Policy:IAMUser/RootCredentialUsage"},
	"AWS.S3.DisableBucketLogging":                           {"Stealth:S3/ServerAccessLoggingDisabled"},
	"AWS.SecretsManager.BatchRetrieveSecrets":               {"CredentialAccess:IAMUser/ManySecretsRead"},
	"AWS.User.Login.Profile.Modified":                       {"Persistence:IAM/AccountManipulation"},
	"AWS.VPCFlow.LogsDeleted":                               {"DefenseImpairment:EC2/DisableOrModifyTools"},
}
