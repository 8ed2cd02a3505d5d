package api

import (
	"net/http"

	"picket"
	"picket/access"
)

// As serves the API to somebody who proved to be id, in the region of its caller, by other means than a signature.
func (h *Handler) As(id access.Identity) http.Handler {
	as := *h
	as.known = &id
	return &as
}

// Allow takes one of the calls that an account may make, and reports whether there was one left: for calls as the account that are
// none of the API.
func (h *Handler) Allow(account string) bool { return h.calls.Allow(account, h.Service.Now()) }

// AsOperator serves the API to the operator, as the root of an account in a region: for calls that come through a way that
// only the operator has. Nothing is signed, and nothing is throttled.
func (h *Handler) AsOperator(account, region string) http.Handler {
	id := access.Identity{
		Caller:    picket.Operator(account, region),
		Principal: access.Principal{Kind: access.Root, Account: account, ARN: "arn:aws:iam::" + account + ":root", ID: account},
	}
	id.SourceIP = operatorIP
	return h.As(id)
}

// operatorIP is what the operator's calls come from.
const operatorIP = "operator.picket"
