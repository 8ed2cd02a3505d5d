package event

import (
	"errors"
	"fmt"
	"net/netip"
)

// CloudTrail is one CloudTrail event. Its strings alias the buffer that the record was parsed from: they are valid
// until the handler returns, unless the record was copied with Clone. Strings are unescaped; Values are raw JSON.
//
// Field meanings: AWS CloudTrail record contents, versions 1.0 to 1.11.
type CloudTrail struct {
	Ref
	Raw string // the whole record, as logged

	Time                 int64  // eventTime, seconds since the epoch, UTC
	Account              string // recipientAccountId, else userIdentity.accountId, else the object's
	Region               string // awsRegion, else the object's
	EventID              string
	EventVersion         string
	EventSource          string // "iam.amazonaws.com"
	EventName            string // as logged, perhaps with a version: "AddPermission20150331v2"
	Call                 string // EventName without its version: "AddPermission"
	EventType            string
	EventCategory        string
	SourceIPAddress      string
	UserAgent            string
	ErrorCode            string
	ErrorMessage         string
	VPCEndpointID        string
	VPCEndpointAccountID string
	SharedEventID        string
	ReadOnly             bool

	UserIdentity        Value
	RequestParameters   Value
	ResponseElements    Value
	AdditionalEventData Value
	Resources           Value
	Addendum            Value
}

// OK reports whether the call succeeded.
func (e *CloudTrail) OK() bool { return e.ErrorCode == "" && e.ErrorMessage == "" }

// Is reports whether e is one of the named calls of a service.
func (e *CloudTrail) Is(source string, names ...string) bool {
	if e.EventSource != source {
		return false
	}
	for _, n := range names {
		if e.Call == n {
			return true
		}
	}
	return false
}

// Identity is who made a call: userIdentity, flattened.
type Identity struct {
	Type        string // Root, IAMUser, AssumedRole, Role, FederatedUser, AWSAccount, AWSService, IdentityCenterUser, SAMLUser, WebIdentityUser, Directory, Unknown or ""
	PrincipalID string // "AROA…:session" for roles
	ARN         string
	AccountID   string
	AccessKeyID string
	UserName    string
	InvokedBy   string

	IssuerType        string // sessionContext.sessionIssuer
	IssuerUserName    string
	IssuerPrincipalID string
	IssuerARN         string

	MFA             bool // sessionContext.attributes.mfaAuthenticated
	AssumedRoot     bool // sessionContext.assumedRoot
	SourceIdentity  string
	EC2RoleDelivery string // "1.0", "2.0" or ""

	ScopeIssuerType    string // inScopeOf.issuerType, for example "AWS::Lambda::Function"
	ScopeCredentialsTo string // inScopeOf.credentialsIssuedTo
	OnBehalfOfUserID   string // onBehalfOf.userId
}

// IP returns the source as an address, if it is one and not the name of a service.
func (e *CloudTrail) IP() (netip.Addr, bool) { return parseAddr(e.SourceIPAddress) }

// Clone returns a copy that owns its bytes.
func (e *CloudTrail) Clone() *CloudTrail {
	c := *e
	own(&c.Raw, &c.Account, &c.Region, &c.EventID, &c.EventVersion, &c.EventSource, &c.EventName, &c.Call, &c.EventType,
		&c.EventCategory, &c.SourceIPAddress, &c.UserAgent, &c.ErrorCode, &c.ErrorMessage, &c.VPCEndpointID,
		&c.VPCEndpointAccountID, &c.SharedEventID, (*string)(&c.UserIdentity), (*string)(&c.RequestParameters),
		(*string)(&c.ResponseElements), (*string)(&c.AdditionalEventData), (*string)(&c.Resources), (*string)(&c.Addendum))
	return &c
}

// ParseCloudTrail parses one record.
func ParseCloudTrail(b []byte) (*CloudTrail, error) {
	r, err := parseOne(b)
	if err != nil {
		return nil, err
	}
	if err := r.buildCloudTrail(alias(b)); err != nil {
		return nil, err
	}
	return r.cloudTrail.Clone(), nil
}

// parseOne returns a reader whose fields are those of the object that b is.
func parseOne(b []byte) (*Reader, error) {
	r := new(Reader)
	i := skipSpace(b, 0)
	if i == len(b) || b[i] != '{' {
		return nil, errors.New("not a JSON object")
	}
	end, st := r.fields.object(b, i+1, false)
	if st != stateOK || skipSpace(b, end) != len(b) {
		return nil, fmt.Errorf("not one JSON object: see byte %d", end)
	}
	return r, nil
}

var errInsight = errors.New(insight)

// readCloudTrail delivers record b, whose members are in r.fields.
func (r *Reader) readCloudTrail(b []byte, offset int64) {
	switch err := r.buildCloudTrail(alias(b)); {
	case errors.Is(err, errInsight):
		r.skip(insight)
		return
	case err != nil:
		r.bad(offset, err.Error(), b)
		return
	}
	e := &r.cloudTrail
	e.Object, e.Offset = r.o.Object, offset
	r.count(KindCloudTrail, e.Account, e.Region)
	r.h.CloudTrail(e)
}

func (r *Reader) buildCloudTrail(raw string) error {
	f := &r.fields
	r.scratch = r.scratch[:0]
	e := &r.cloudTrail
	*e = CloudTrail{
		Raw:                  raw,
		EventVersion:         r.str(slotEventVersion),
		EventSource:          r.str(slotEventSource),
		EventName:            r.str(slotEventName),
		Account:              r.str(slotRecipientAccountID),
		Region:               r.region(r.str(slotAWSRegion)),
		EventID:              r.str(slotEventID),
		EventType:            r.str(slotEventType),
		EventCategory:        r.str(slotEventCategory),
		SourceIPAddress:      r.str(slotSourceIPAddress),
		UserAgent:            r.str(slotUserAgent),
		ErrorCode:            r.str(slotErrorCode),
		ErrorMessage:         r.str(slotErrorMessage),
		VPCEndpointID:        r.str(slotVPCEndpointID),
		VPCEndpointAccountID: r.str(slotVPCEndpointAccountID),
		SharedEventID:        r.str(slotSharedEventID),
		ReadOnly:             f.value(slotReadOnly).Bool(),
		UserIdentity:         f.value(slotUserIdentity),
		RequestParameters:    f.value(slotRequestParameters),
		ResponseElements:     f.value(slotResponseElements),
		AdditionalEventData:  f.value(slotAdditionalEventData),
		Resources:            f.value(slotResources),
		Addendum:             f.value(slotAddendum),
	}
	switch {
	case e.EventSource == "aws:s3":
		return errors.New("S3 notification of a new object, not a CloudTrail event")
	case e.EventType == "AwsCloudTrailInsight", e.EventCategory == "Insight", f.has(slotInsightDetails):
		return errInsight
	case !knownVersion(e.EventVersion):
		return fmt.Errorf("eventVersion %.20s: only 1.x is known", e.EventVersion)
	case e.EventName == "" || e.EventSource == "":
		return errors.New("CloudTrail event without eventName or eventSource")
	}
	var ok bool
	if e.Time, ok = parseTime(r.str(slotEventTime)); !ok {
		return fmt.Errorf("unreadable eventTime %.40q", r.str(slotEventTime))
	}
	e.Sec = seconds(e.Time)
	e.Call = callOf(e.EventName)
	if e.Account == "" {
		e.Account = r.account(e.UserIdentity.member("accountId").Str())
	}
	return nil
}

// knownVersion reports whether records of an eventVersion mean what this package takes them to mean: a newer minor
// version only adds members.
func knownVersion(v string) bool {
	return v == "" || v == "1" || len(v) > 1 && v[0] == '1' && v[1] == '.'
}

// callOf strips the version that some services add to an event's name: 20150331v2, 2020_05_31.
func callOf(name string) string {
	i := len(name)
	if i == 0 || name[i-1]-'0' > 9 {
		return name
	}
	for i > 0 && name[i-1]-'0' <= 9 {
		i--
	}
	if i > 0 && name[i-1] == 'v' {
		if call, ok := stripDate(name[:i-1]); ok {
			return call
		}
	}
	if call, ok := stripDate(name); ok {
		return call
	}
	return name
}

// stripDate removes _?YYYY_?MM_?DD from the end of name.
func stripDate(name string) (string, bool) {
	i := len(name)
	for _, n := range [...]int{2, 2, 4} {
		for ; n > 0; n-- {
			if i == 0 || name[i-1]-'0' > 9 {
				return "", false
			}
			i--
		}
		if i > 0 && name[i-1] == '_' {
			i--
		}
	}
	return name[:i], i > 0
}
