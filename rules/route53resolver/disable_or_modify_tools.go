package route53resolver

import (
	"picket"
	"picket/entity"
	"picket/rule"
)

var _ = add(&rule.CloudTrail{
	Type:        "DefenseImpairment:Route53Resolver/DisableOrModifyTools",
	Signal:      "DNSQueryLogsDeleted",
	Severity:    picket.Medium,
	Techniques:  []string{"T1685.002"},
	Title:       "DNS query logs were switched off.",
	Description: "{user} stopped the log of DNS queries by calling {api}. Names that are asked for from then on leave no trace in it.",
	Origin:      rule.Custom,
	ID:          "dns-query-logs-deleted",
	Expression: "eventSource = 'route53resolver.amazonaws.com' AND eventName IN ('DeleteResolverQueryLogConfig', 'DisassociateResolverQueryLogConfig')" +
		" AND errorCode IS NULL",
	On:    rule.Calls("route53resolver.amazonaws.com", "DeleteResolverQueryLogConfig", "DisassociateResolverQueryLogConfig"),
	Where: rule.Succeeded,
	Key:   entity.Principal,
	Note:  rule.Affects("AWS::Route53Resolver::ResolverQueryLoggingConfig", "resolverQueryLogConfigId"),
})
