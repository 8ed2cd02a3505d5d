package service

import (
	"fmt"

	"picket"
)

// The sentences of GuardDuty that clients compare; none may change.
const (
	invalidValue   = "The request is rejected because an invalid or out-of-range value is specified as an input parameter."
	notOwned       = "The request is rejected because the input detectorId is not owned by the current account."
	noSuchResource = "The request is rejected since no such resource found."
	detectorExists = "The request is rejected because a detector already exists for the current account."
	membersRemain  = "The request is rejected because the current account cannot delete detector while it has invited or associated members."
	tooManyMembers = "The request is rejected because the current account cannot create anymore members since it cannot exceed the maximum number of allowed members."
	noInvitation   = "The request is rejected because the current account has no pending invitation from the given master account ID or is already an associated member of another master account."
	notAssociated  = "The request is rejected because the given account ID is not an associated member of account the current account."
)

// Sentences of our own, where none of GuardDuty's is known.
const (
	noMember = "The request is rejected because the given account ID is not a member of the current account."
	managed  = "The request is rejected because the current account is managed by its organization's administrator."
)

// refuse returns an error that is the caller's, with one of GuardDuty's sentences and our detail.
func refuse(sentence, detail string, args ...any) *picket.Error {
	return &picket.Error{Code: picket.CodeBadRequest, Message: sentence, Detail: fmt.Sprintf(detail, args...)}
}
