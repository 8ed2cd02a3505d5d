package bedrock_test

import (
	"testing"

	"picket/rules/bedrock"
	"picket/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, bedrock.Rules(), bedrock.Docs) }
