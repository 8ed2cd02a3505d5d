package simulate

import "picket/event"

// Clients that attackers use.
const (
	pythonAgent = "Boto3/1.34.2 md/Botocore#1.34.2 ua/2.0 os/linux#5.15.0 md/arch#x86_64 lang/python#3.10.12 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.34.2"
	kaliAgent   = "aws-cli/2.18.5 md/awscrt#0.22.0 ua/2.0 os/linux#6.11.2-amd64 md/arch#x86_64 lang/python#3.12.7 md/pyimpl#CPython cfg/retry-mode#standard md/installer#source md/distrib#kali.2025 md/prompt#off"
	parrotAgent = "aws-cli/1.32.10 md/Botocore#1.34.10 ua/2.0 os/linux#6.10.11-parrot-amd64 md/arch#x86_64 lang/python#3.11.2 md/pyimpl#CPython md/distrib#parrot.6"
	pentooAgent = "aws-cli/2.15.3 md/awscrt#0.19.19 ua/2.0 os/linux#6.6.13-pentoo-r1 md/arch#x86_64 lang/python#3.11.8 md/pyimpl#CPython md/distrib#pentoo.2.17"
)

// Calls that more than one attack makes.
var (
	listUsers       = spec{service: "iam", name: "ListUsers", flags: "rg", params: `{"maxItems":100}`}
	listRoles       = spec{service: "iam", name: "ListRoles", flags: "rg", params: `{"maxItems":100}`}
	listBuckets     = spec{service: "s3", name: "ListBuckets", flags: "rg", params: `{"Host":"s3.amazonaws.com"}`, extra: s3Extra}
	getUser         = spec{service: "iam", name: "GetUser", flags: "rg"}
	whoAmI          = spec{service: "sts", name: "GetCallerIdentity", flags: "r"}
	listInstances   = spec{service: "ec2", name: "DescribeInstances", flags: "r", params: `{"maxResults":1000,"instancesSet":{},"filterSet":{}}`}
	createGroup     = spec{service: "ec2", name: "CreateSecurityGroup", params: `{"groupName":"$word-$noun","groupDescription":"$word","vpcId":"$vpc"}`, response: `{"requestId":"$uuid","_return":true,"groupId":"sg-0$hex"}`}
	signInWithMFA   = spec{service: "signin", name: "ConsoleLogin", flags: "ig", response: `{"ConsoleLogin":"Success"}`, extra: loginWithMFA}
	readParameters  = spec{service: "ssm", name: "DescribeParameters", flags: "r", params: `{"maxResults":50}`}
	readOwnFunction = spec{service: "lambda", name: "ListFunctions20150331", flags: "r", params: `{"maxItems":50}`}
)

// iamAttacks are the foundational types of IAM users.
func iamAttacks() []scenario {
	ct := event.KindCloudTrail
	return []scenario{
		{"CredentialAccess:IAMUser/CompromisedCredentials", "a leaked access key is tried out after AWS quarantined its user", ct, leakedKey},
		{"DefenseEvasion:IAMUser/BedrockLoggingDisabled", "the log of model invocations is switched off", ct, by("", spec{service: "bedrock", name: "DeleteModelInvocationLoggingConfiguration"})},
		{"PenTest:IAMUser/KaliLinux", "a user's key is used on Kali Linux", ct, by(kaliAgent, getUser, listRoles)},
		{"PenTest:IAMUser/ParrotLinux", "a user's key is used on Parrot Linux", ct, by(parrotAgent, getUser, listRoles)},
		{"PenTest:IAMUser/PentooLinux", "a user's key is used on Pentoo Linux", ct, by(pentooAgent, getUser, listRoles)},
		{"Policy:IAMUser/RootCredentialUsage", "the root user signs in and looks around", ct, rootSignsIn},
		{"Policy:IAMUser/ShortTermRootCredentialUsage", "a root session is assumed to unlock a bucket", ct, rootSession},
		{"Recon:IAMUser/MaliciousIPCaller", "users and buckets are listed from a listed address", ct, from("malicious", listUsers, listRoles, listBuckets, listInstances)},
		{"Recon:IAMUser/MaliciousIPCaller.Custom", "users and buckets are listed from an address of the own threat list", ct, from("custom", listUsers, listRoles, listBuckets)},
		{"Recon:IAMUser/TorIPCaller", "users and buckets are listed through Tor", ct, from("tor_exit", listUsers, listBuckets, listInstances)},
		{"Stealth:IAMUser/CloudTrailLoggingDisabled", "the trail is stopped and deleted", ct, by("",
			spec{service: "cloudtrail", name: "StopLogging", params: `{"name":"arn:aws:cloudtrail:$region:$account:trail/$company-$env"}`},
			spec{service: "cloudtrail", name: "DeleteTrail", params: `{"name":"arn:aws:cloudtrail:$region:$account:trail/$company-$env"}`})},
		{"Stealth:IAMUser/PasswordPolicyChange", "the password policy is weakened, then deleted", ct, by("",
			spec{service: "iam", name: "UpdateAccountPasswordPolicy", flags: "g", params: `{"minimumPasswordLength":6,"requireSymbols":false,"requireNumbers":false,"requireUppercaseCharacters":false,"requireLowercaseCharacters":false,"allowUsersToChangePassword":false}`},
			spec{service: "iam", name: "DeleteAccountPasswordPolicy", flags: "g"})},
		{"UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B", "one user signs in from Germany and, 40 minutes later, from Australia", ct, farApart},
		{"UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.InsideAWS", "an instance's credentials are used in another account's VPC", ct, func(s *stage) { s.stolen(s.instanceRole(), "", true) }},
		{"UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS", "an instance's credentials are used outside AWS", ct, func(s *stage) { s.stolen(s.instanceRole(), ipString(s.unknown()), false) }},
		{"UnauthorizedAccess:IAMUser/ResourceCredentialExfiltration.InsideAWS", "a task's credentials are used in another account's VPC", ct, func(s *stage) { s.stolen(s.taskRole(), "", true) }},
		{"UnauthorizedAccess:IAMUser/ResourceCredentialExfiltration.OutsideAWS", "a function's credentials are used outside AWS", ct, func(s *stage) { s.stolen(s.functionRole(), ipString(s.unknown()), false) }},
		{"UnauthorizedAccess:IAMUser/MaliciousIPCaller", "a security group is made from a listed address", ct, from("malicious", getUser, createGroup)},
		{"UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom", "a security group is made from an address of the own threat list", ct, from("custom", getUser, createGroup)},
		{"UnauthorizedAccess:IAMUser/TorIPCaller", "a console sign-in comes through Tor", ct, from("tor_exit", signInWithMFA, getUser, createGroup)},
	}
}

// user chooses an IAM user with long-term keys and names it in the label.
func (s *stage) user() *actor {
	k := s.acct.id + "user"
	s.cast[k]++
	u := *s.acct.users[s.cast[k]%len(s.acct.users)]
	u.mfa = false
	if s.label.Resource == "" {
		s.label.Resource = u.name
	}
	return &u
}

// by is an attack by a user whose workstation is taken: from the user's own address, with the attacker's client, or with
// the user's where agent is "".
func by(agent string, specs ...spec) func(*stage) {
	return func(s *stage) {
		u := s.user()
		if agent == "" {
			agent = u.agents[0]
		}
		for _, sp := range specs {
			s.call(u, u.ips[1], agent, sp, fine)
		}
	}
}

// from is an attack with a user's key from an address of a list.
func from(list string, specs ...spec) func(*stage) {
	return func(s *stage) {
		u, ip := s.user(), ipString(s.threat(list))
		for _, sp := range specs {
			failed := fine
			if s.n(6) == 0 && sp.name != "ConsoleLogin" {
				failed = denied
			}
			who := *u
			if sp.flags == signInWithMFA.flags {
				who.key = ""
			}
			s.call(&who, ip, pythonAgent, sp, failed)
		}
	}
}

func leakedKey(s *stage) {
	u := s.user()
	s.plan.keys = append(s.plan.keys, u.key)
	aws := &actor{kind: "AWSService", invoker: "iam.amazonaws.com", account: s.acct.id}
	s.setup = true
	s.call(aws, aws.invoker, aws.invoker, spec{service: "iam", name: "AttachUserPolicy", flags: "g", params: `{"userName":"` + u.name + `","policyArn":"arn:aws:iam::aws:policy/AWSCompromisedKeyQuarantineV3"}`}, fine)
	s.setup = false
	s.wait(120)
	ip := ipString(s.unknown())
	for _, sp := range []spec{whoAmI, listUsers, listBuckets} {
		s.call(u, ip, pythonAgent, sp, fine)
	}
}

func rootSignsIn(s *stage) {
	root := &actor{kind: "Root", account: s.acct.id, key: "", mfa: true}
	s.label.Resource = "Root"
	ip, agent := s.acct.people[0].ips[1], userAgents["console"][0]
	s.call(root, ip, agent, signInWithMFA, fine)
	for _, sp := range []spec{{service: "iam", name: "GetAccountSummary", flags: "rg"}, listUsers} {
		s.call(root, ip, agent, sp, fine)
	}
}

func rootSession(s *stage) {
	root := &actor{kind: "Root", account: s.acct.id, short: true}
	s.label.Resource = "Root"
	s.call(root, s.acct.people[0].ips[1], userAgents["cli"][0], spec{service: "s3", name: "DeleteBucketPolicy", params: `{"bucketName":"$bucket","Host":"$bucket.s3.$region.amazonaws.com","policy":""}`, extra: s3Extra, resource: s3Bucket}, fine)
}

func farApart(s *stage) {
	u := s.user()
	u.key = ""
	s.call(u, ipString(79<<24|200<<16|uint32(s.n(1<<16))), userAgents["console"][1], signInWithMFA, fine)
	s.wait(2400)
	s.call(u, ipString(1<<24|136<<16|uint32(s.n(1<<16))), userAgents["console"][2], signInWithMFA, fine)
}

// instanceRole is the identity of an instance's role; the label names the instance.
func (s *stage) instanceRole() *actor {
	h := s.victim("app", "worker", "web")
	for _, a := range s.acct.actors {
		if a.session == h.instance {
			return a
		}
	}
	panic("BUG: instance without a role")
}

// functionRole is the identity of a function's role; the label names the role.
func (s *stage) functionRole() *actor {
	for _, i := range []int{s.n(8), 0, 1, 2} {
		for _, a := range s.acct.actors {
			if a.scope != "" && a.session == s.acct.functions[i] && a.home == s.reg.name {
				s.label.Resource = a.name
				return a
			}
		}
	}
	panic("BUG: region without a function")
}

// taskRole is a function's role, as a container task would use it.
func (s *stage) taskRole() *actor {
	task := *s.functionRole()
	task.scope = "arn:aws:ecs:" + s.reg.name + ":" + s.acct.id + ":task/batch/" + s.hex(32)
	return &task
}

// stolen uses a machine's credentials elsewhere: at an address, or behind another account's VPC endpoint.
func (s *stage) stolen(who *actor, ip string, inside bool) {
	endpoint := `"vpcEndpointId":"vpce-0` + s.hex(16) + `","vpcEndpointAccountId":"` + s.digits(12) + `"`
	for _, sp := range []spec{whoAmI, readParameters, readOwnFunction} {
		c := *sp.compile()
		if inside {
			ip = ipString(172<<24 | 31<<16 | 4711)
			c.tail = newTemplate(endpoint)
		}
		s.do(who, ip, pythonAgent, c, s.next(), fine)
	}
}
