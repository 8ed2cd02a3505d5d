package s3

import (
	"picket/event"
	"picket/rule"
)

// switches are the four settings of Block Public Access.
var switches = [...]string{"BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"}

// opensAccess reports whether e deletes the configuration of Block Public Access, or puts one that leaves a switch off. A
// switch that the call leaves out is off.
func opensAccess(e *event.CloudTrail, _ *rule.Env) bool {
	if !e.OK() {
		return false
	}
	configuration := e.RequestParameters.Get("PublicAccessBlockConfiguration")
	if !configuration.Exists() {
		return e.Call == "DeleteBucketPublicAccessBlock" || e.Call == "DeleteAccountPublicAccessBlock"
	}
	for _, name := range switches {
		if !configuration.Get(name).Bool() {
			return true
		}
	}
	return false
}

// blockPublicAccess is what e leaves of Block Public Access.
func blockPublicAccess(e *event.CloudTrail) *rule.BlockPublicAccess {
	c := e.RequestParameters.Get("PublicAccessBlockConfiguration")
	return &rule.BlockPublicAccess{
		BlockPublicACLs: c.Get("BlockPublicAcls").Bool(), IgnorePublicACLs: c.Get("IgnorePublicAcls").Bool(),
		BlockPublicPolicy: c.Get("BlockPublicPolicy").Bool(), RestrictPublicBuckets: c.Get("RestrictPublicBuckets").Bool(),
	}
}
