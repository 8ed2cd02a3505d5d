package s3_test

import (
	"testing"

	"picket/rules/s3"
	"picket/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, s3.Rules(), s3.Docs) }
