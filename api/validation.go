package api

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"picket/guardduty"
)

// The sentences that GuardDuty has for input that it doesn't take; clients compare some of them.
const (
	invalidValue  = "The request is rejected because an invalid or out-of-range value is specified as an input parameter."
	invalidValues = "The request is rejected because one or more input parameters have invalid values."
	notSpecified  = "The request is rejected because required query or path parameters are not specified."
	invalidNamed  = "The request is rejected because the parameter %s has an invalid value."
	outOfBounds   = "The request is rejected because the parameter maxResults is out-of-bounds."
	tooLong       = "The request failed because the length provided for the %s array was %d. Max allowed length is %d."
)

// rejection is what is wrong with an input, in GuardDuty's words.
type rejection struct {
	*guardduty.ValidationError
	sentence string
}

// reject puts a violation of an operation's contract in GuardDuty's words. Other errors pass.
func reject(op *guardduty.Operation, err error) error {
	var e *guardduty.ValidationError
	if !errors.As(err, &e) {
		return err
	}
	inQuery := slices.ContainsFunc(op.Query, func(q guardduty.QueryBinding) bool { return q.Name == e.Path })
	switch {
	case e.Kind == guardduty.TooLong:
		return &rejection{e, fmt.Sprintf(tooLong, e.Path, e.Count, e.Max)}
	case e.Kind == guardduty.Missing && inQuery:
		return &rejection{e, notSpecified}
	case e.Kind == guardduty.OutOfRange && e.Path == "maxResults":
		return &rejection{e, outOfBounds}
	case e.Path == "detectorId" || e.Path == "maxResults" || e.Path == "onlyAssociated":
		return &rejection{e, fmt.Sprintf(invalidNamed, e.Path)}
	case e.Path == "":
		return &rejection{e, invalidValues}
	}
	return &rejection{e, invalidValue}
}

// validate checks an input against the contract, and the one parameter for which the contract takes any text.
func validate(in guardduty.Shape) error {
	if err := in.Validate(); err != nil {
		return err
	}
	list, ok := in.(*guardduty.ListMembersRequest)
	if !ok || list.OnlyAssociated == nil || strings.EqualFold(*list.OnlyAssociated, "true") || strings.EqualFold(*list.OnlyAssociated, "false") {
		return nil
	}
	return &guardduty.ValidationError{Path: "onlyAssociated", Reason: "must be true or false"}
}
