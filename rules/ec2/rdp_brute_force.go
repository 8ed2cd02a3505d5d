package ec2

import (
	"picket"
	"picket/entity"
	"picket/rule"
)

var _ = add(&rule.Flow{
	Type:        "UnauthorizedAccess:EC2/RDPBruteForce",
	Severity:    picket.Low,
	Techniques:  []string{"T1110.001"},
	Title:       "{attacker} performs RDP brute force attacks against {victim}.",
	Description: "{attacker} tried many times to sign in to {victim} over Remote Desktop. Its conversations are as short as those of wrong passwords.",
	Where: func(c *entity.Conversation, _ *rule.Env) bool {
		return c.TCP() && c.ServerPort() == 3389 && signIn(c)
	},
	When: guessing(),
	Note: graver,
})
