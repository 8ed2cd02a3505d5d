package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"picket"
)

// failure is an error as it goes over the wire.
type failure struct {
	status    int
	code      string // the exception's name, which SDKs look at
	kind      string // GuardDuty's own name for it, in the body
	sts       string // its name in STS
	trail     string // its name in CloudTrail
	message   string
	detail    string
	parameter string // the member of the input that is at fault
}

// codes maps error codes to HTTP and to the names that AWS's protocols have for them.
var codes = map[picket.Code]failure{
	picket.CodeBadRequest:   {status: http.StatusBadRequest, kind: "InvalidInputException", sts: "ValidationError"},
	picket.CodeAccessDenied: {status: http.StatusForbidden, sts: "AccessDenied", trail: "AccessDenied"},
	picket.CodeNotFound:     {status: http.StatusNotFound, sts: "NoSuchEntity"},
	picket.CodeConflict:     {status: http.StatusConflict, sts: "ValidationError"},
	picket.CodeThrottling:   {status: http.StatusTooManyRequests, sts: "Throttling"},

	picket.CodeMissingToken:       {status: http.StatusForbidden, sts: "MissingAuthenticationToken"},
	picket.CodeIncomplete:         {status: http.StatusBadRequest, sts: "IncompleteSignature"},
	picket.CodeInvalidSignature:   {status: http.StatusForbidden, sts: "SignatureDoesNotMatch"},
	picket.CodeUnrecognizedClient: {status: http.StatusForbidden, sts: "InvalidClientTokenId"},
	picket.CodeExpiredToken:       {status: http.StatusForbidden, sts: "ExpiredToken"},

	codeInternal:     {status: http.StatusInternalServerError, sts: "InternalFailure", trail: "InternalFailure"},
	codeUnknown:      {status: http.StatusNotFound, sts: "InvalidAction"},
	codeTooLarge:     {status: http.StatusRequestEntityTooLarge, sts: "RequestEntityTooLarge"},
	codeLength:       {status: http.StatusLengthRequired, sts: "MissingContentLength"},
	codeTimeout:      {status: http.StatusRequestTimeout, sts: "RequestTimeout"},
	codePolicy:       {status: http.StatusBadRequest, sts: "MalformedPolicyDocument"},
	codePackedPolicy: {status: http.StatusBadRequest, sts: "PackedPolicyTooLarge"},
}

// The codes that only HTTP has.
const (
	codeInternal     picket.Code = "InternalServerErrorException"
	codeUnknown      picket.Code = "UnknownOperationException"
	codeTooLarge     picket.Code = "RequestEntityTooLargeException"
	codeLength       picket.Code = "MissingContentLengthException"
	codeTimeout      picket.Code = "RequestTimeoutException"
	codePolicy       picket.Code = "MalformedPolicyDocumentException"
	codePackedPolicy picket.Code = "PackedPolicyTooLargeException"
)

var (
	internal         = newFailure(codeInternal, "An internal error occurred; the operator's log says more.", "")
	unknownOperation = newFailure(codeUnknown, "The requested operation is not recognized by the service.", "")

	tooLarge       = &picket.Error{Code: codeTooLarge, Message: "The request is rejected because its body is larger than 1 MiB."}
	lengthRequired = &picket.Error{Code: codeLength, Message: "The request is rejected because it has no Content-Length header."}
	timedOut       = &picket.Error{Code: codeTimeout, Message: "The request is rejected because its body did not arrive in time."}
	cutShort       = &picket.Error{Code: picket.CodeBadRequest, Message: "The request is rejected because its body ended too early."}
)

func newFailure(code picket.Code, message, detail string) failure {
	f, known := codes[code]
	if !known {
		panic("BUG: no line in the table of codes for " + string(code))
	}
	f.code, f.message, f.detail = string(code), message, detail
	if f.kind == "" {
		f.kind = f.code
	}
	if f.trail == "" {
		f.trail = f.code
	}
	return f
}

// failureOf says what a caller learns of an error: of an internal one nothing.
func failureOf(err error) failure {
	if e, ok := errors.AsType[*picket.Error](err); ok {
		return newFailure(e.Code, e.Message, e.Detail)
	}
	if e, ok := errors.AsType[*rejection](err); ok {
		f := newFailure(picket.CodeBadRequest, e.sentence, e.Error())
		f.parameter = e.Path
		return f
	}
	return internal
}

// json is the body that GuardDuty answers with.
func (f failure) json() []byte {
	body, err := json.Marshal(struct {
		Message   string `json:"message"`
		OldType   string `json:"__type"`
		Type      string `json:"type"`
		Detail    string `json:"detail,omitempty"`
		Parameter string `json:"parameter,omitempty"`
	}{f.message, f.kind, f.kind, f.detail, f.parameter})
	if err != nil {
		panic("BUG: encode an error: " + err.Error())
	}
	return body
}

// writeJSON answers as GuardDuty does. Clients take the error's class from the header.
func (c *call) writeJSON(f failure) {
	c.w.Header().Set("X-Amzn-ErrorType", f.code)
	c.respond("application/json", f.status, f.json())
}

func (c *call) respond(contentType string, status int, body []byte) {
	c.w.Header().Set("Content-Type", contentType)
	c.w.WriteHeader(status)
	if _, err := c.w.Write(body); err != nil {
		c.h.Log.Debug("answer", "operation", c.name, "request", c.requestID, "error", err)
	}
}
