package ses_test

import (
	"testing"

	"picket/rules/ses"
	"picket/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, ses.Rules(), ses.Docs) }
