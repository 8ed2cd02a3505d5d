package simulate

import "strings"

// call is one API call: what its records hold beside who called, when and from where.
type call struct {
	service, name string
	prefix        string // of permissions: "s3" of s3:GetObject
	weight        float64
	read          bool
	data          bool // an S3 data event
	global        bool // logged in us-east-1 alone
	signIn        bool
	caller        string // the only AWS service that makes it
	problem       string // errorMessage of a call that always fails

	params, response, extra, resources, tail template
	host                                     template
	api                                      string
}

// spec is a call as the tables below write it. flags: r read-only, d data event, g global, i sign-in.
type spec struct {
	trades   string // who makes it
	weight   float64
	service  string // "ec2", or "ec2@invoker" where only that AWS service calls
	name     string
	flags    string
	params   string
	response string
	extra    string // additionalEventData
	resource string
}

// book is all calls that are made without bad intent.
type book struct {
	calls                []call
	trades               map[string][]int
	signIn, signInFailed call
}

const everyone = "admin develop analyse secure operate "

// Fields of S3 calls.
const (
	s3Extra  = `{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":0,"AuthenticationMethod":"AuthHeader","x-amz-id-2":"$b64=","bytesTransferredOut":$bytes}`
	s3Write  = `{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":$bytes,"SSEApplied":"Default_SSE_S3","AuthenticationMethod":"AuthHeader","x-amz-id-2":"$b64=","bytesTransferredOut":0}`
	s3Object = `[{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::$bucket/$object"},{"accountId":"$account","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::$bucket"}]`
	s3List   = `[{"type":"AWS::S3::Object","ARNPrefix":"arn:aws:s3:::$bucket/"},{"accountId":"$account","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::$bucket"}]`
	s3Bucket = `[{"accountId":"$account","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::$bucket"}]`
	s3Get    = `{"bucketName":"$bucket","Host":"$bucket.s3.$region.amazonaws.com","key":"$object"}`
)

func specs() []spec {
	return []spec{
		// What people look at.
		{everyone + "deploy measure describe", 9, "ec2", "DescribeInstances", "r", `{"maxResults":50,"instancesSet":{},"filterSet":{"items":[{"name":"instance-state-name","valueSet":{"items":[{"value":"running"}]}}]}}`, "", "", ""},
		{everyone, 4, "ec2", "DescribeInstances", "r", `{"instancesSet":{"items":[{"instanceId":"$instance"}]},"filterSet":{}}`, "", "", ""},
		{everyone + "deploy describe", 4, "ec2", "DescribeSecurityGroups", "r", `{"securityGroupSet":{},"securityGroupIdSet":{"items":[{"groupId":"$group"}]},"filterSet":{}}`, "", "", ""},
		{everyone + "deploy describe", 4, "ec2", "DescribeVpcs", "r", `{"vpcSet":{"items":[{"vpcId":"$vpc"}]},"filterSet":{}}`, "", "", ""},
		{"admin develop operate deploy describe", 4, "ec2", "DescribeSubnets", "r", `{"subnetSet":{"items":[{"subnetId":"$subnet"}]},"filterSet":{"items":[{"name":"vpc-id","valueSet":{"items":[{"value":"$vpc"}]}}]}}`, "", "", ""},
		{"admin operate describe", 2, "ec2", "DescribeVolumes", "r", `{"volumeSet":{"items":[{"volumeId":"vol-0$hex8"}]},"filterSet":{}}`, "", "", ""},
		{"admin secure describe", 2, "ec2", "DescribeNetworkInterfaces", "r", `{"networkInterfaceIdSet":{},"filterSet":{"items":[{"name":"private-ip-address","valueSet":{"items":[{"value":"$ip"}]}}]}}`, "", "", ""},
		{"operate measure describe", 3, "ec2", "DescribeInstanceStatus", "r", `{"instancesSet":{"items":[{"instanceId":"$instance"}]},"filterSet":{},"includeAllInstances":false}`, "", "", ""},
		{everyone, 3, "s3", "ListBuckets", "rg", `{"Host":"s3.amazonaws.com"}`, "", s3Extra, ""},
		{everyone + "describe", 2, "s3", "GetBucketLocation", "r", `{"bucketName":"$bucket","location":"","Host":"s3.$region.amazonaws.com"}`, "", s3Extra, s3Bucket},
		{"admin secure describe", 2, "s3", "GetBucketPolicy", "r", `{"bucketName":"$bucket","Host":"$bucket.s3.$region.amazonaws.com","policy":""}`, "", s3Extra, s3Bucket},
		{"admin secure describe", 2, "s3", "GetBucketPublicAccessBlock", "r", `{"publicAccessBlock":"","bucketName":"$bucket","Host":"$bucket.s3.$region.amazonaws.com"}`, "", s3Extra, s3Bucket},
		{"admin secure describe", 2, "s3", "GetBucketEncryption", "r", `{"encryption":"","bucketName":"$bucket","Host":"$bucket.s3.$region.amazonaws.com"}`, "", s3Extra, s3Bucket},
		{"admin secure deploy describe", 3, "iam", "GetRole", "rg", `{"roleName":"$env-$word-role"}`, "", "", ""},
		{"admin secure", 2, "iam", "ListUsers", "rg", `{"maxItems":100}`, "", "", ""},
		{"admin secure", 2, "iam", "ListRoles", "rg", `{"maxItems":1000}`, "", "", ""},
		{"admin secure", 2, "iam", "ListAccessKeys", "rg", `{"userName":"$user"}`, "", "", ""},
		{"admin secure", 1, "iam", "GetAccountPasswordPolicy", "rg", "", "", "", ""},
		{"admin secure deploy describe", 2, "iam", "ListAttachedRolePolicies", "rg", `{"roleName":"$env-$word-role"}`, "", "", ""},
		{"admin develop operate", 5, "monitoring", "DescribeAlarms", "r", `{"maxRecords":100,"alarmTypes":["MetricAlarm","CompositeAlarm"]}`, "", "", ""},
		{"develop operate measure", 6, "monitoring", "GetMetricData", "r", `{"metricDataQueries":[{"id":"m1","returnData":true,"metricStat":{"metric":{"namespace":"AWS/Lambda","metricName":"Errors","dimensions":[{"name":"FunctionName","value":"$function"}]},"period":60,"stat":"Sum"}},{"id":"m2","returnData":true,"metricStat":{"metric":{"namespace":"AWS/EC2","metricName":"CPUUtilization","dimensions":[{"name":"InstanceId","value":"$instance"}]},"period":60,"stat":"Average"}}],"startTime":"$date","endTime":"$date"}`, "", "", ""},
		{"develop operate", 5, "logs", "DescribeLogGroups", "r", `{"limit":50,"includeLinkedAccounts":false}`, "", "", ""},
		{"develop operate secure", 4, "logs", "FilterLogEvents", "r", `{"logGroupName":"/aws/lambda/$function","filterPattern":"ERROR","startTime":$millis,"interleaved":true}`, "", "", ""},
		{"develop secure", 3, "logs", "StartQuery", "r", `{"logGroupNames":["/aws/lambda/$function"],"queryString":"HIDDEN_DUE_TO_SECURITY_REASONS","startTime":$epoch,"endTime":$epoch,"limit":1000}`, `{"queryId":"$uuid"}`, "", ""},
		{"develop operate describe", 3, "lambda", "ListFunctions20150331", "r", `{"maxItems":50}`, "", "", ""},
		{"develop deploy", 3, "lambda", "GetFunction20150331v2", "r", `{"functionName":"$function"}`, "", "", ""},
		{"develop operate describe", 3, "rds", "DescribeDBInstances", "r", `{"dBInstanceIdentifier":"$db","includeShared":false,"maxRecords":100}`, "", "", ""},
		{"develop operate deploy", 3, "cloudformation", "DescribeStacks", "r", `{"stackName":"$env-$word"}`, "", "", ""},
		{"develop operate deploy", 3, "ecs", "DescribeServices", "r", `{"cluster":"$env","services":["$word"],"include":["TAGS"]}`, "", "", ""},
		{"admin develop secure operate", 2, "ssm", "DescribeParameters", "r", `{"maxResults":50,"parameterFilters":[{"key":"Path","option":"Recursive","values":["/$env/$word"]}]}`, "", "", ""},
		{"admin secure", 2, "cloudtrail", "LookupEvents", "r", `{"maxResults":50,"lookupAttributes":[{"attributeKey":"ReadOnly","attributeValue":"false"}],"startTime":"$date"}`, "", "", ""},
		{"admin secure describe", 1, "cloudtrail", "DescribeTrails", "r", `{"trailNameList":[],"includeShadowTrails":true}`, "", "", ""},
		{"admin analyse", 2, "ce", "GetCostAndUsage", "rg", `{"timePeriod":{"start":"2026-01-01","end":"2026-02-01"},"granularity":"DAILY","metrics":["UnblendedCost"],"groupBy":[{"type":"DIMENSION","key":"SERVICE"}]}`, "", "", ""},
		{"analyse", 8, "athena", "StartQueryExecution", "", `{"queryString":"***OMITTED***","clientRequestToken":"$uuid","queryExecutionContext":{"database":"$word","catalog":"AwsDataCatalog"},"workGroup":"primary"}`, `{"queryExecutionId":"$uuid"}`, "", ""},
		{"analyse", 12, "athena", "GetQueryExecution", "r", `{"queryExecutionId":"$uuid"}`, "", "", ""},
		{"analyse", 6, "glue", "GetTable", "r", `{"catalogId":"$account","databaseName":"$word","name":"$noun"}`, "", "", ""},
		{"analyse develop", 5, "s3", "GetObject", "rd", s3Get, "", s3Extra, s3Object},
		{"analyse develop", 3, "s3", "ListObjects", "rd", `{"list-type":"2","bucketName":"$bucket","encoding-type":"url","prefix":"$word/","Host":"$bucket.s3.$region.amazonaws.com","delimiter":"/"}`, "", s3Extra, s3List},
		{everyone, 1, "health", "DescribeEventAggregates", "rg", `{"filter":{"startTimes":[{"from":"$date"}],"eventStatusCodes":["open","upcoming"]},"aggregateField":"eventTypeCategory"}`, "", "", ""},
		{everyone + "deploy", 3, "sts", "GetCallerIdentity", "r", "", "", "", ""},
		{"secure", 3, "access-analyzer", "ListFindingsV2", "r", `{"analyzerArn":"arn:aws:access-analyzer:$region:$account:analyzer/organization","maxResults":100}`, "", "", ""},
		{"secure", 2, "guardduty", "ListFindings", "r", `{"detectorId":"$hex32","maxResults":50}`, "", "", ""},
		{"secure describe", 2, "kms", "DescribeKey", "r", `{"keyId":"$kms"}`, "", "", `[{"accountId":"$account","type":"AWS::KMS::Key","ARN":"arn:aws:kms:$region:$account:key/$kms"}]`},

		// What people and pipelines change; among it what an attacker's change looks like, but for one word.
		{"admin develop deploy", 2, "ec2", "CreateTags", "", `{"resourcesSet":{"items":[{"resourceId":"$instance"}]},"tagSet":{"items":[{"key":"owner","value":"$word"},{"key":"Name","value":"$env-$noun"}]}}`, `{"requestId":"$uuid","_return":true}`, "", ""},
		{"admin deploy", 1, "ec2", "AuthorizeSecurityGroupIngress", "", `{"groupId":"$group","ipPermissions":{"items":[{"ipProtocol":"tcp","fromPort":443,"toPort":443,"groups":{},"ipRanges":{"items":[{"cidrIp":"10.0.0.0/8","description":"$word"}]},"ipv6Ranges":{},"prefixListIds":{}}]}}`, `{"requestId":"$uuid","_return":true,"securityGroupRuleSet":{"items":[{"groupOwnerId":"$account","groupId":"$group","securityGroupRuleId":"sgr-0$hex","description":"$word","isEgress":false,"ipProtocol":"tcp","fromPort":443,"toPort":443,"cidrIpv4":"10.0.0.0/8"}]}}`, "", ""},
		{"operate", 1, "ec2", "RebootInstances", "", `{"instancesSet":{"items":[{"instanceId":"$instance"}]}}`, `{"requestId":"$uuid","_return":true}`, "", ""},
		{"admin", 0.4, "ec2", "ModifyInstanceAttribute", "", `{"instanceId":"$instance","sourceDestCheck":{"value":false}}`, `{"requestId":"$uuid","_return":true}`, "", ""},
		{"admin", 0.4, "ec2", "ModifySnapshotAttribute", "", `{"snapshotId":"snap-0$hex","createVolumePermission":{"remove":{"items":[{"group":"all"}]}},"attributeType":"CREATE_VOLUME_PERMISSION"}`, `{"requestId":"$uuid","_return":true}`, "", ""},
		{"admin deploy", 0.6, "s3", "PutBucketPolicy", "", `{"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Sid":"AllowCloudFront","Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::$bucket/*","Condition":{"StringEquals":{"AWS:SourceArn":"arn:aws:cloudfront::$account:distribution/E$key"}}},{"Sid":"TLSOnly","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::$bucket","arn:aws:s3:::$bucket/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]},"bucketName":"$bucket","Host":"$bucket.s3.$region.amazonaws.com","policy":""}`, "", s3Extra, s3Bucket},
		{"admin deploy", 0.6, "s3", "PutBucketPublicAccessBlock", "", `{"publicAccessBlock":"","bucketName":"$bucket","PublicAccessBlockConfiguration":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","RestrictPublicBuckets":true,"BlockPublicPolicy":true,"BlockPublicAcls":true,"IgnorePublicAcls":true},"Host":"$bucket.s3.$region.amazonaws.com"}`, "", s3Extra, s3Bucket},
		{"admin deploy", 0.4, "s3", "PutBucketLogging", "", `{"BucketLoggingStatus":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","LoggingEnabled":{"TargetBucket":"$trailbucket","TargetPrefix":"access/"}},"bucketName":"$bucket","logging":"","Host":"$bucket.s3.$region.amazonaws.com"}`, "", s3Extra, s3Bucket},
		{"admin deploy", 0.4, "s3", "PutBucketLifecycle", "", `{"bucketName":"$bucket","lifecycle":"","LifecycleConfiguration":{"xmlns":"http://s3.amazonaws.com/doc/2006-03-01/","Rule":{"ID":"archive","Status":"Enabled","Filter":{"Prefix":""},"Transition":{"Days":30,"StorageClass":"GLACIER"},"Expiration":{"Days":400}}},"Host":"$bucket.s3.$region.amazonaws.com"}`, "", s3Extra, s3Bucket},
		{"admin deploy", 0.7, "iam", "AttachRolePolicy", "g", `{"roleName":"$env-$word-role","policyArn":"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"}`, "", "", ""},
		{"admin deploy", 0.5, "iam", "CreateRole", "g", `{"path":"/","roleName":"$env-$word-role","assumeRolePolicyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"Service\":\"lambda.amazonaws.com\"},\"Action\":\"sts:AssumeRole\"}]}"}`, `{"role":{"path":"/","arn":"arn:aws:iam::$account:role/$env-$word-role","roleId":"AROA$role","createDate":"$date","roleName":"$env-$word-role","assumeRolePolicyDocument":"%7B%22Version%22%3A%222012-10-17%22%7D"}}`, "", ""},
		{"admin", 0.3, "iam", "DeleteAccessKey", "g", `{"accessKeyId":"AKIA$key","userName":"$user"}`, "", "", ""},
		{"develop deploy", 2, "lambda", "UpdateFunctionCode20150331v2", "", `{"functionName":"$function","s3Bucket":"$bucket","s3Key":"$object","publish":true,"dryRun":false}`, `{"functionName":"$function","functionArn":"arn:aws:lambda:$region:$account:function:$function","runtime":"python3.12","role":"arn:aws:iam::$account:role/service-role/$function-role","handler":"app.handler","codeSize":$bytes,"timeout":30,"memorySize":512,"lastModified":"$time","codeSha256":"$hex64","version":"$n100","tracingConfig":{"mode":"Active"},"revisionId":"$uuid","state":"Active","lastUpdateStatus":"InProgress","packageType":"Zip","architectures":["arm64"]}`, "", ""},
		{"develop deploy", 2, "ecs", "UpdateService", "", `{"cluster":"$env","service":"$word","taskDefinition":"$env-$word:$n1000","desiredCount":3,"forceNewDeployment":true}`, `{"service":{"serviceArn":"arn:aws:ecs:$region:$account:service/$env/$word","serviceName":"$word","clusterArn":"arn:aws:ecs:$region:$account:cluster/$env","status":"ACTIVE","desiredCount":3,"runningCount":3,"pendingCount":0,"launchType":"FARGATE","deployments":[{"id":"ecs-svc/$n1000$n1000$n1000","status":"PRIMARY","taskDefinition":"arn:aws:ecs:$region:$account:task-definition/$env-$word:$n1000","desiredCount":3,"rolloutState":"IN_PROGRESS","createdAt":"$date"}]}}`, "", ""},
		{"develop deploy operate", 1, "ssm", "PutParameter", "", `{"name":"/$env/$word/$noun","value":"HIDDEN_DUE_TO_SECURITY_REASONS","type":"SecureString","overwrite":true}`, `{"version":$n100,"tier":"Standard"}`, "", ""},
		{"deploy", 3, "ecr", "GetAuthorizationToken", "r", "", "", "", ""},
		{"deploy", 3, "ecr", "PutImage", "", `{"registryId":"$account","repositoryName":"$env/$word","imageTag":"$hex8","imageManifestMediaType":"application/vnd.docker.distribution.manifest.v2+json"}`, `{"image":{"registryId":"$account","repositoryName":"$env/$word","imageId":{"imageDigest":"sha256:$hex64","imageTag":"$hex8"}}}`, "", `[{"accountId":"$account","ARN":"arn:aws:ecr:$region:$account:repository/$env/$word"}]`},
		{"deploy", 1, "route53", "ChangeResourceRecordSets", "g", `{"hostedZoneId":"Z$key","changeBatch":{"changes":[{"action":"UPSERT","resourceRecordSet":{"name":"$word.$company.example","type":"CNAME","tTL":60,"resourceRecords":[{"value":"$env-$noun.$region.elb.amazonaws.com"}]}}]}}`, `{"changeInfo":{"id":"/change/C$key","status":"PENDING","submittedAt":"$date"}}`, "", ""},
		{"deploy", 1, "cloudfront", "CreateInvalidation2020_05_31", "g", `{"distributionId":"E$key","invalidationBatch":{"callerReference":"$uuid","paths":{"quantity":1,"items":["/*"]}}}`, `{"invalidation":{"id":"I$key","createTime":"$date","status":"InProgress"},"location":"https://cloudfront.amazonaws.com/2020-05-31/distribution/E$key/invalidation/I$key"}`, "", ""},
		{"deploy", 2, "sts", "AssumeRole", "", assumeRole, assumedRole, "", roleResource},
		{"deploy", 2, "dynamodb", "DescribeTable", "r", `{"tableName":"$env-$word"}`, "", "", `[{"accountId":"$account","type":"AWS::DynamoDB::Table","ARN":"arn:aws:dynamodb:$region:$account:table/$env-$word"}]`},

		// What machines do.
		{"function instance", 6, "s3", "GetObject", "rd", s3Get, "", s3Extra, s3Object},
		{"function instance", 3, "s3", "PutObject", "d", s3Get, `{"x-amz-server-side-encryption":"AES256"}`, s3Write, s3Object},
		{"instance", 2, "s3", "ListObjects", "rd", `{"list-type":"2","bucketName":"$bucket","prefix":"$word/","Host":"$bucket.s3.$region.amazonaws.com"}`, "", s3Extra, s3List},
		{"function instance", 3, "kms", "Decrypt", "r", `{"encryptionContext":{"PARAMETER_ARN":"arn:aws:ssm:$region:$account:parameter/$env/$word/$noun"},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}`, "", "", `[{"accountId":"$account","type":"AWS::KMS::Key","ARN":"arn:aws:kms:$region:$account:key/$kms"}]`},
		{"function instance", 1.5, "secretsmanager", "GetSecretValue", "r", `{"secretId":"$env/$self/database"}`, "", "", ""},
		{"function instance", 2, "ssm", "GetParameter", "r", `{"name":"/$env/$self/config","withDecryption":true}`, "", "", ""},
		{"function", 5, "logs", "CreateLogStream", "", `{"logGroupName":"/aws/lambda/$session","logStreamName":"2026/01/[\u0024LATEST]$hex32"}`, "", "", ""},
		{"instance", 4, "ssm", "UpdateInstanceInformation", "", `{"instanceId":"$session","agentVersion":"3.3.1230.0","agentStatus":"Active","platformType":"Linux","platformName":"Amazon Linux","platformVersion":"2023","iPAddress":"$ip","computerName":"ip-10-$n100-$n100.ec2.internal","agentName":"amazon-ssm-agent","availabilityZone":"$zone","sSMConnectionChannel":"ssmmessages"}`, "", "", ""},
		{"instance", 1, "sts", "GetCallerIdentity", "r", "", "", "", ""},
		{"instance", 1, "ec2", "DescribeTags", "r", `{"filterSet":{"items":[{"name":"resource-id","valueSet":{"items":[{"value":"$session"}]}}]}}`, "", "", ""},
		{"measure", 3, "tagging", "GetResources", "r", `{"resourcesPerPage":100,"resourceTypeFilters":["ec2:instance","lambda:function"]}`, "", "", ""},
		{"measure", 2, "monitoring", "ListMetrics", "r", `{"namespace":"AWS/ApplicationELB","recentlyActive":"PT3H"}`, "", "", ""},

		// What AWS services do.
		{"service", 18, "sts", "AssumeRole", "", serviceRole, assumedRole, "", roleResource},
		{"service", 14, "kms", "GenerateDataKey", "r", `{"encryptionContext":{"aws:s3:arn":"arn:aws:s3:::$bucket"},"keyId":"arn:aws:kms:$region:$account:key/$kms","keySpec":"AES_256"}`, "", "", `[{"accountId":"$account","type":"AWS::KMS::Key","ARN":"arn:aws:kms:$region:$account:key/$kms"}]`},
		{"service", 8, "kms", "Decrypt", "r", `{"encryptionContext":{"aws:lambda:FunctionArn":"arn:aws:lambda:$region:$account:function:$function"},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}`, "", "", ""},
		{"service", 30, "s3@cloudtrail.amazonaws.com", "GetBucketAcl", "r", `{"bucketName":"$trailbucket","Host":"$trailbucket.s3.$region.amazonaws.com","acl":""}`, "", s3Extra, `[{"accountId":"$account","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::$trailbucket"}]`},
		{"service", 20, "ec2@backup.amazonaws.com", "CreateSnapshot", "", `{"volumeId":"vol-0$hex8","description":"backup","tagSpecificationSet":{"items":[{"resourceType":"snapshot","tags":[{"key":"aws:backup:source-resource","value":"$instance"}]}]}}`, `{"requestId":"$uuid","snapshotId":"snap-0$hex","volumeId":"vol-0$hex8","status":"pending","startTime":$millis,"ownerId":"$account","volumeSize":"100","encrypted":true}`, "", ""},
	}
}

const (
	assumeRole   = `{"roleArn":"arn:aws:iam::$account:role/$env-$word-deploy","roleSessionName":"GitHubActions","durationSeconds":3600}`
	serviceRole  = `{"roleArn":"arn:aws:iam::$account:role/service-role/$env-$word-role","roleSessionName":"$word-$n1000"}`
	assumedRole  = `{"credentials":{"accessKeyId":"ASIA$key","sessionToken":"IQoJb3JpZ2luX2VjE$token","expiration":"$later"},"assumedRoleUser":{"assumedRoleId":"AROA$role:$word","arn":"arn:aws:sts::$account:assumed-role/$env-$word-role/$word"}}`
	loginWithMFA = `{"LoginTo":"https://console.aws.amazon.com/console/home?region=$region&state=hashArgs%23","MobileVersion":"No","MFAIdentifier":"arn:aws:iam::$account:mfa/phone","MFAUsed":"Yes"}`
	roleResource = `[{"accountId":"$account","type":"AWS::IAM::Role","ARN":"arn:aws:iam::$account:role/$env-$word-role"}]`
)

func newBook() book {
	b := book{trades: map[string][]int{}}
	for _, s := range specs() {
		for _, t := range strings.Fields(s.trades) {
			b.trades[t] = append(b.trades[t], len(b.calls))
		}
		b.calls = append(b.calls, *s.compile())
	}
	b.signIn = *spec{service: "signin", name: "ConsoleLogin", flags: "i", response: `{"ConsoleLogin":"Success"}`, extra: loginWithMFA}.compile()
	b.signInFailed = *spec{service: "signin", name: "ConsoleLogin", flags: "i", response: `{"ConsoleLogin":"Failure"}`, extra: loginWithMFA}.compile()
	b.signInFailed.problem = "Failed authentication"
	return b
}

func (s spec) compile() *call {
	prefix, caller, _ := strings.Cut(s.service, "@")
	c := &call{
		service: prefix + ".amazonaws.com", prefix: prefix, name: s.name, weight: s.weight, caller: caller,
		read: strings.Contains(s.flags, "r"), data: strings.Contains(s.flags, "d"), global: strings.Contains(s.flags, "g"), signIn: strings.Contains(s.flags, "i"),
		params: newTemplate(s.params), response: newTemplate(s.response), extra: newTemplate(s.extra), resources: newTemplate(s.resource),
	}
	switch {
	case c.signIn:
		c.host = newTemplate("$region.signin.aws.amazon.com")
	case c.global:
		c.host = newTemplate(prefix + ".amazonaws.com")
	case prefix == "s3":
		c.host = newTemplate("$bucket.s3.$region.amazonaws.com")
	default:
		c.host = newTemplate(prefix + ".$region.amazonaws.com")
	}
	c.api = map[string]string{"ec2": "2016-11-15", "rds": "2014-10-31", "logs": "2014-03-28"}[prefix]
	return c
}
