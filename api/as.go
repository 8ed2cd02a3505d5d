package api

import (
	"net/http"

	"picket"
	"picket/access"
)

// AsOperator serves the API to the operator, as the root of an account in a region: for calls that come through a way that
// only the operator has. Nothing is signed, and nothing is throttled.
func (h *Handler) AsOperator(account, region string) http.Handler {
	operator := *h
	operator.known = &access.Identity{
		Caller:    picket.Operator(account, region),
		Principal: access.Principal{Kind: access.Root, Account: account, ARN: "arn:aws:iam::" + account + ":root", ID: account},
	}
	return &operator
}
