package picket

import "strings"

// Caller is who makes a call, and where: the account and region are those that the request was signed for.
type Caller struct {
	Account, Region string

	ARN         string // arn:aws:iam::111122223333:user/dana
	PrincipalID string // AIDA…, AROA…:session, or the account id of its root
	AccessKey   string // empty in the console and for the operator
	SourceIP    string
	UserAgent   string
	RequestID   string
}

// Operator is the Caller that the operator's commands act as, for an account and region.
func Operator(account, region string) Caller {
	return Caller{Account: account, Region: region, ARN: "arn:aws:iam::" + account + ":picket/operator", PrincipalID: "operator"}
}

// AWSPartition returns the partition of AWS that a region is in, which ARNs of what is in the region begin with.
func AWSPartition(region string) string {
	for _, p := range [...]struct{ regions, name string }{
		{"cn-", "aws-cn"},
		{"us-gov-", "aws-us-gov"},
		{"eusc-", "aws-eusc"},
		{"us-iso-", "aws-iso"},
		{"us-isob-", "aws-iso-b"},
		{"eu-isoe-", "aws-iso-e"},
		{"us-isof-", "aws-iso-f"},
	} {
		if strings.HasPrefix(region, p.regions) {
			return p.name
		}
	}
	return "aws"
}
