package route53resolver_test

import (
	"testing"

	"picket/rules/route53resolver"
	"picket/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, route53resolver.Rules(), route53resolver.Docs) }
