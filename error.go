package picket

import "errors"

// Code says what kind of error a client meets: the name of AWS's exception.
type Code string

// The codes. Package api maps them to HTTP.
const (
	CodeBadRequest   Code = "BadRequestException"
	CodeAccessDenied Code = "AccessDeniedException"
	CodeNotFound     Code = "ResourceNotFoundException"
	CodeConflict     Code = "ConflictException"
	CodeThrottling   Code = "ThrottlingException"

	CodeMissingToken       Code = "MissingAuthenticationTokenException" // not signed at all
	CodeIncomplete         Code = "IncompleteSignatureException"
	CodeInvalidSignature   Code = "InvalidSignatureException"
	CodeUnrecognizedClient Code = "UnrecognizedClientException" // no such access key
	CodeExpiredToken       Code = "ExpiredTokenException"
)

// Error is an error for the one who called. Any other error is internal, and only operators see its text.
type Error struct {
	Code    Code
	Message string // a sentence, as GuardDuty says it where it does
	Detail  string // what, where and what to do, where Message is too vague for that
}

// Error implements error.
func (e *Error) Error() string {
	if e.Detail == "" {
		return e.Message
	}
	return e.Message + " " + e.Detail
}

// ErrUnreadable is in the chain of what a Store says of a thing that it has and can't decode: that concerns this thing alone.
var ErrUnreadable = errors.New("what is stored can't be read")

// ErrorCode returns the code of an Error in err's chain; it is empty for an internal error and for nil.
func ErrorCode(err error) Code {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}
