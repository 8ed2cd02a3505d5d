package s3

import (
	"strings"

	"picket/entity"
	"picket/event"
	"picket/rule"
)

// access is whom a call lets read and write a bucket.
type access struct{ read, write entity.Reach }

func (a access) reach() entity.Reach { return max(a.read, a.write) }

// grants is what a call gives by the bucket's access control list and by its policy.
type grants struct {
	acl, policy access
	denies      bool // the policy also denies something, which may take back what it gives
}

func (g grants) reach() entity.Reach { return max(g.acl.reach(), g.policy.reach()) }

// grantCalls are the calls that can open a bucket.
var grantCalls = rule.Calls(source, "PutBucketPolicy", "PutBucketAcl", "CreateBucket")

// grantsTo accepts calls that open a bucket to reach and no further.
func grantsTo(reach entity.Reach) func(*event.CloudTrail, *rule.Env) bool {
	return func(e *event.CloudTrail, _ *rule.Env) bool { return e.OK() && grantsOf(e).reach() == reach }
}

// grantsOf reads what e gives. Policies are judged by their text, so a grant that Block Public Access would overrule
// counts too.
func grantsOf(e *event.CloudTrail) (g grants) {
	p := e.RequestParameters
	for header, a := range cannedHeaders {
		for v := range p.Get(header).Items() {
			a(&g.acl, v.Str())
		}
	}
	for grant := range p.Get("AccessControlPolicy", "AccessControlList", "Grant").Items() {
		g.acl.give(groupReach(grant.Get("Grantee", "URI").Str()), grant.Get("Permission").Str())
	}
	for s := range entity.Statements(p.Get("bucketPolicy")) {
		g.denies = g.denies || s.Denies()
		if !s.Allows() {
			continue
		}
		for action := range s.Actions() {
			g.policy.allow(s.Reach(), action)
		}
	}
	return g
}

// cannedHeaders are the request headers that set an access control list, and what their values give.
var cannedHeaders = map[string]func(*access, string){
	"x-amz-acl":                (*access).canned,
	"x-amz-grant-read":         func(a *access, to string) { a.give(groupReach(to), "READ") },
	"x-amz-grant-write":        func(a *access, to string) { a.give(groupReach(to), "WRITE") },
	"x-amz-grant-read-acp":     func(a *access, to string) { a.give(groupReach(to), "READ_ACP") },
	"x-amz-grant-write-acp":    func(a *access, to string) { a.give(groupReach(to), "WRITE_ACP") },
	"x-amz-grant-full-control": func(a *access, to string) { a.give(groupReach(to), "FULL_CONTROL") },
}

func (a *access) canned(acl string) {
	switch acl {
	case "public-read":
		a.give(entity.Anyone, "READ")
	case "public-read-write":
		a.give(entity.Anyone, "FULL_CONTROL")
	case "authenticated-read":
		a.give(entity.AnyAWS, "READ")
	}
}

// groupReach is whom a grantee of an access control list stands for.
func groupReach(grantee string) entity.Reach {
	switch {
	case strings.Contains(grantee, "/groups/global/AllUsers"):
		return entity.Anyone
	case strings.Contains(grantee, "/groups/global/AuthenticatedUsers"):
		return entity.AnyAWS
	}
	return entity.Listed
}

// give adds a permission of an access control list.
func (a *access) give(to entity.Reach, permission string) {
	if strings.HasPrefix(permission, "READ") || permission == "FULL_CONTROL" {
		a.read = max(a.read, to)
	}
	if strings.HasPrefix(permission, "WRITE") || permission == "FULL_CONTROL" {
		a.write = max(a.write, to)
	}
}

// allow adds an action of a policy: what gets, lists or heads reads, what begins with a wildcard does everything, any
// other action of S3 writes.
func (a *access) allow(to entity.Reach, action string) {
	verb, ok := strings.CutPrefix(action, "s3:")
	if !ok && action != "*" {
		return
	}
	wild := strings.HasPrefix(verb, "*")
	looks := strings.HasPrefix(verb, "get") || strings.HasPrefix(verb, "list") || strings.HasPrefix(verb, "head")
	if looks || wild {
		a.read = max(a.read, to)
	}
	if !looks {
		a.write = max(a.write, to)
	}
}

// noteGrants says which bucket was opened, by what, and how far.
func noteGrants(n *rule.Note, e *event.CloudTrail, env *rule.Env) {
	noteBucket(n, e, env)
	g := grantsOf(e)
	public := func(r entity.Reach) *bool { is := r > entity.Listed; return &is }
	n.Bucket.ACLPublicRead, n.Bucket.ACLPublicWrite = public(g.acl.read), public(g.acl.write)
	n.Bucket.PolicyPublicRead, n.Bucket.PolicyPublicWrite = public(g.policy.read), public(g.policy.write)
	n.Bucket.Permission = "PUBLIC"
	if g.denies {
		n.Bucket.Permission = "UNKNOWN"
	}
}
