// Package bedrock holds the rules whose resource is a model of Amazon Bedrock. It judges CloudTrail events. A behaviour is two
// files, name.go and name.md; adding one changes no other file.
package bedrock

import (
	"embed"

	"picket/rule"
)

// Docs holds each behaviour's page, whose fenced records are its tests.
//
//go:embed *.md
var Docs embed.FS

var rules []rule.Any

func add(rs ...rule.Any) bool { rules = append(rules, rs...); return true }

// Rules returns the family's rules.
func Rules() []rule.Any { return rule.Sorted(rules) }
