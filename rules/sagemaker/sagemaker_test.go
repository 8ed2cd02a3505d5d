package sagemaker_test

import (
	"testing"

	"picket/rules/sagemaker"
	"picket/ruletest"
)

func TestRules(t *testing.T) { ruletest.Run(t, sagemaker.Rules(), sagemaker.Docs) }
