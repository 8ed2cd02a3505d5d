package organizations_test

import (
	"testing"

	"picket/rules/organizations"
	"picket/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, organizations.Rules(), organizations.Docs) }
