package ec2_test

import (
	"testing"

	"picket/rules/ec2"
	"picket/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, ec2.Rules(), ec2.Docs) }
