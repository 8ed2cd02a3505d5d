package simulate

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// company is the name that people's mail addresses and buckets carry.
const company = "kestrel"

// actor is who calls APIs: a person, a role of something that runs, or an AWS service.
type actor struct {
	kind    string // userIdentity.type
	name    string // of the user or role
	session string // of a role
	id      string // AIDA…, AROA…
	key     string // of an IAM user; a role's keys change every six hours
	account string
	invoker string // invokedBy: the AWS service that calls
	scope   string // inScopeOf: the Lambda function or ECS task whose credentials these are
	onEC2   bool
	mfa     bool
	short   bool   // root by sts:AssumeRoot
	path    string // of the role, with slashes around it

	ips    []string // of a person: the office, home
	agents []string
	picks  weights // over calls
	calls  []int   // indexes into the book
	habit  habit
	weight float64 // share of the account's calls while at work
	errors float64 // of calls denied
	slow   float64 // of calls throttled
	home   string  // region; "" is any
}

// habit is when an actor works.
type habit struct {
	zone   int // hours east of UTC
	person bool
}

// load is how busy the habit makes one at t: 1 at the height of the day.
func (h habit) load(t int64) float64 {
	at := time.Unix(t+int64(h.zone)*3600, 0).UTC()
	hour := float64(at.Hour()) + float64(at.Minute())/60
	if !h.person {
		return 0.8 + 0.2*math.Cos((hour-14)*math.Pi/12)
	}
	load := math.Exp(-(hour-10.5)*(hour-10.5)/3) + 0.9*math.Exp(-(hour-15)*(hour-15)/4)
	if d := at.Weekday(); d == time.Saturday || d == time.Sunday {
		load *= 0.03
	}
	return load
}

// staff are the people: where they live decides their hours and addresses.
var staff = [...]struct {
	name   string
	zone   int
	home   [4]byte // of their internet provider
	trade  string  // group of favourite calls
	user   bool    // an IAM user; otherwise signed on through the company's directory
	agents string  // kinds of client
}{
	{"anna", 1, [4]byte{79, 192, 0, 0}, "admin", false, "console terraform"},
	{"bilal", 1, [4]byte{79, 208, 0, 0}, "develop", true, "cli boto"},
	{"chiara", 1, [4]byte{79, 216, 0, 0}, "analyse", false, "console cli"},
	{"dmitri", 1, [4]byte{79, 224, 0, 0}, "develop", false, "console cli"},
	{"emeka", 0, [4]byte{81, 128, 0, 0}, "secure", false, "console boto"},
	{"freya", 0, [4]byte{81, 136, 0, 0}, "develop", true, "cli"},
	{"george", -5, [4]byte{73, 16, 0, 0}, "admin", true, "console cli"},
	{"hannah", -5, [4]byte{73, 32, 0, 0}, "develop", false, "cli boto"},
	{"ines", -5, [4]byte{73, 48, 0, 0}, "analyse", true, "console"},
	{"jiro", 9, [4]byte{126, 40, 0, 0}, "develop", false, "console cli"},
	{"kim", 9, [4]byte{126, 72, 0, 0}, "operate", true, "console cli"},
	{"lucy", 10, [4]byte{1, 128, 0, 0}, "operate", false, "console"},
}

var userAgents = map[string][]string{
	"console": {
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
		"Mozilla/5.0 (X11; Linux x86_64; rv:134.0) Gecko/20100101 Firefox/134.0",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
	},
	"cli": {
		"aws-cli/2.22.12 md/awscrt#0.23.4 ua/2.0 os/macos#24.1.0 md/arch#arm64 lang/python#3.12.7 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/prompt#off",
		"aws-cli/2.22.35 md/awscrt#0.23.4 ua/2.0 os/linux#6.8.0-51-generic md/arch#x86_64 lang/python#3.12.6 md/pyimpl#CPython cfg/retry-mode#standard md/installer#exe md/distrib#ubuntu.24 md/prompt#off",
	},
	"boto":      {"Boto3/1.35.90 md/Botocore#1.35.90 ua/2.0 os/linux#6.8.0-51-generic md/arch#x86_64 lang/python#3.11.11 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.35.90"},
	"terraform": {"APN/1.0 HashiCorp/1.0 Terraform/1.10.3 (+https://www.terraform.io) terraform-provider-aws/5.82.2 (+https://registry.terraform.io/providers/hashicorp/aws) aws-sdk-go-v2/1.32.7 ua/2.1 os/linux lang/go#1.23.3 md/GOOS#linux md/GOARCH#amd64 api/ec2#1.198.1"},
	"lambda":    {"Boto3/1.34.145 md/Botocore#1.34.145 ua/2.0 os/linux#5.10.227-239.884.amzn2.x86_64 md/arch#x86_64 lang/python#3.12.7 md/pyimpl#CPython exec-env/AWS_Lambda_python3.12 cfg/retry-mode#legacy Botocore/1.34.145", "aws-sdk-js/3.645.0 ua/2.0 os/linux#5.10.227 lang/js md/nodejs#20.18.0 api/s3#3.645.0 exec-env/AWS_Lambda_nodejs20.x"},
	"instance":  {"Boto3/1.35.80 md/Botocore#1.35.80 ua/2.0 os/linux#6.1.115-126.197.amzn2023.x86_64 md/arch#x86_64 lang/python#3.9.20 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.35.80", "aws-sdk-java/2.29.39 Linux/6.1.115 OpenJDK_64-Bit_Server_VM/21.0.5+11-LTS Java/21.0.5 io/sync http/Apache", "amazon-ssm-agent/3.3.1230.0 aws-sdk-go/1.55.5 (go1.22.9; linux; amd64) amazon-ssm-agent/"},
	"metrics":   {"Datalens-Collector/7.1 aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#amd64 api/cloudwatch#1.40.3"},
}

// services are the AWS services that act in the account on their own.
var services = [...]string{
	"lambda.amazonaws.com", "ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "autoscaling.amazonaws.com", "cloudtrail.amazonaws.com",
	"config.amazonaws.com", "elasticloadbalancing.amazonaws.com", "delivery.logs.amazonaws.com", "backup.amazonaws.com", "ssm.amazonaws.com",
}

// hire gives an account its actors.
func (w *world) hire(r *rng, a *account) {
	offices := map[int]string{1: ipString(80<<24 | 155<<16 | uint32(r.n(1<<16))), -5: ipString(12<<24 | 176<<16 | uint32(r.n(1<<16)))}
	for _, s := range staff {
		p := &actor{kind: "AssumedRole", name: fmt.Sprintf("AWSReservedSSO_%s_%s", strings.ToUpper(s.trade[:1])+s.trade[1:], r.hex(16)), session: s.name + "@" + company + ".example", path: "/aws-reserved/sso.amazonaws.com/", mfa: true}
		if s.user {
			p = &actor{kind: "IAMUser", name: s.name, key: "AKIA" + string(r.text(nil, 16, b32Digits)), mfa: true}
			a.users = append(a.users, p)
		}
		home := uint32(s.home[0])<<24 | uint32(s.home[1])<<16 | uint32(r.n(1<<19))
		p.ips = []string{ipString(home), ipString(home)}
		if at, ok := offices[s.zone]; ok {
			p.ips[0] = at
		}
		for _, k := range strings.Fields(s.agents) {
			p.agents = append(p.agents, pick(r, userAgents[k]))
		}
		p.habit, p.weight, p.errors = habit{s.zone, true}, 1.6, 0.02
		w.employ(r, a, p, s.trade)
		a.people = append(a.people, p)
	}
	ci := &actor{kind: "AssumedRole", name: a.env + "-deploy", session: "GitHubActions", agents: slices.Concat(userAgents["terraform"], userAgents["boto"]), weight: 5, errors: 0.005}
	for range 8 {
		ci.ips = append(ci.ips, ipString(20<<24|169<<16|uint32(r.n(1<<16))))
	}
	w.employ(r, a, ci, "deploy")
	w.employ(r, a, &actor{kind: "AssumedRole", name: "datalens-integration", session: "datalens", ips: []string{ipString(awsAddress(r, 0))}, agents: userAgents["metrics"], weight: 6, slow: 0.03}, "measure")
	w.automate(r, a)
}

// automate gives an account the actors that are not people: functions, instances, services.
func (w *world) automate(r *rng, a *account) {
	for i, f := range a.functions {
		reg := a.regions[i%len(a.regions)]
		l := &actor{kind: "AssumedRole", name: f + "-role", session: f, agents: userAgents["lambda"][i%2 : i%2+1], weight: 3, errors: 0.003, home: reg.name, path: "/service-role/"}
		l.scope = "arn:aws:lambda:" + reg.name + ":" + a.id + ":function:" + f
		for _, ip := range reg.aws[:12] {
			l.ips = append(l.ips, ipString(ip))
		}
		w.employ(r, a, l, "function")
	}
	for _, reg := range a.regions {
		role := map[string]string{} // one role id a role
		for _, h := range reg.instances() {
			id := role[h.role]
			if id == "" {
				id = "AROA" + string(r.text(nil, 17, b32Digits))
				role[h.role] = id
			}
			w.employ(r, a, &actor{kind: "AssumedRole", name: a.env + "-" + h.role + "-" + reg.name[:2], session: h.instance, id: id, onEC2: true, ips: []string{ipString(reg.egress)}, agents: userAgents["instance"], weight: 0.8, errors: 0.002, home: reg.name}, "instance")
		}
	}
	for _, s := range services {
		w.employ(r, a, &actor{kind: "AWSService", invoker: s, ips: []string{s}, agents: []string{s}, weight: 6}, "service")
	}
	w.employ(r, a, &actor{kind: "AssumedRole", name: "AWSServiceRoleForConfig", session: "AWSConfig-Describe", path: "/aws-service-role/config.amazonaws.com/", invoker: "config.amazonaws.com", ips: []string{"config.amazonaws.com"}, agents: []string{"config.amazonaws.com"}, weight: 5}, "describe")
}

// employ completes an actor and adds it: each likes the calls of its trade to a different degree.
func (w *world) employ(r *rng, a *account, p *actor, trade string) {
	p.account = a.id
	if p.id == "" {
		p.id = map[string]string{"IAMUser": "AIDA", "AssumedRole": "AROA"}[p.kind] + string(r.text(nil, 17, b32Digits))
	}
	if p.path == "" {
		p.path = "/"
	}
	var ws []float64
	for _, i := range w.book.trades[trade] {
		if only := w.book.calls[i].caller; only != "" && only != p.invoker {
			continue
		}
		taste := 0.3 + r.f()
		p.calls = append(p.calls, i)
		ws = append(ws, w.book.calls[i].weight*taste)
	}
	if len(p.calls) == 0 {
		return
	}
	p.picks = newWeights(ws)
	a.actors = append(a.actors, p)
}

func (p *actor) roleARN() string { return "arn:aws:iam::" + p.account + ":role" + p.path + p.name }

// arn is the caller's userIdentity.arn.
func (p *actor) arn() string {
	switch p.kind {
	case "IAMUser":
		return "arn:aws:iam::" + p.account + ":user/" + p.name
	case "Root":
		return "arn:aws:iam::" + p.account + ":root"
	}
	return "arn:aws:sts::" + p.account + ":assumed-role/" + p.name + "/" + p.session
}
