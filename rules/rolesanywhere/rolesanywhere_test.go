package rolesanywhere_test

import (
	"testing"

	"picket/rules/rolesanywhere"
	"picket/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, rolesanywhere.Rules(), rolesanywhere.Docs) }
