package ec2

import (
	"picket"
	"picket/entity"
	"picket/rule"
)

var _ = add(&rule.Flow{
	Type:        "Impact:EC2/WinRMBruteForce",
	Severity:    picket.Low,
	Techniques:  []string{"T1110.001"},
	Title:       "{attacker} performs WinRM brute force attacks against {victim}.",
	Description: "{attacker} tried many times to sign in to {victim} over Windows Remote Management. Its conversations are as short as those of wrong passwords.",
	Where: func(c *entity.Conversation, _ *rule.Env) bool {
		return c.TCP() && (c.ServerPort() == 5985 || c.ServerPort() == 5986) && signIn(c)
	},
	When: guessing(),
	Note: graver,
})
