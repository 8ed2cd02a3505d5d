package event

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
