package rds

import (
	"picket/event"
	"picket/rule"
)

// noteDatabase says which instance or cluster a call changed.
func noteDatabase(n *rule.Note, e *event.CloudTrail, env *rule.Env) {
	rule.Affects("AWS::RDS::DBInstance", "dBInstanceIdentifier")(n, e, env)
	rule.Affects("AWS::RDS::DBCluster", "dBClusterIdentifier")(n, e, env)
}
