package picket

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
