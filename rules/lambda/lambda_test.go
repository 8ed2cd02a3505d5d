package lambda_test

import (
	"testing"

	"picket/rules/lambda"
	"picket/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, lambda.Rules(), lambda.Docs) }
