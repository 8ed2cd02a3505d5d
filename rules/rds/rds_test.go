package rds_test

import (
	"testing"

	"picket/rules/rds"
	"picket/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, rds.Rules(), rds.Docs) }
