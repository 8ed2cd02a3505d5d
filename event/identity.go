package event

// Identity flattens userIdentity, in one scan.
func (e *CloudTrail) Identity() Identity {
	var id Identity
	for c := newCursor(e.UserIdentity, '{'); c.next(); {
		switch c.key {
		case "type":
			first(&id.Type, c.value)
		case "principalId":
			first(&id.PrincipalID, c.value)
		case "arn":
			first(&id.ARN, c.value)
		case "accountId":
			first(&id.AccountID, c.value)
		case "accessKeyId":
			first(&id.AccessKeyID, c.value)
		case "userName":
			first(&id.UserName, c.value)
		case "invokedBy":
			first(&id.InvokedBy, c.value)
		case "sessionContext":
			id.session(c.value)
		case "inScopeOf":
			id.scope(c.value)
		case "onBehalfOf":
			first(&id.OnBehalfOfUserID, c.value.member("userId"))
		}
	}
	return id
}

// first gives dst the text of v unless an earlier member with the same key did.
func first(dst *string, v Value) {
	if *dst == "" {
		*dst = v.Str()
	}
}

func (id *Identity) session(v Value) {
	for c := newCursor(v, '{'); c.next(); {
		switch c.key {
		case "sessionIssuer":
			id.issuer(c.value)
		case "attributes":
			id.MFA = c.value.member("mfaAuthenticated").Bool()
		case "sourceIdentity":
			first(&id.SourceIdentity, c.value)
		case "assumedRoot":
			id.AssumedRoot = c.value.Bool()
		case "ec2RoleDelivery":
			first(&id.EC2RoleDelivery, c.value)
		}
	}
}

func (id *Identity) issuer(v Value) {
	for c := newCursor(v, '{'); c.next(); {
		switch c.key {
		case "type":
			first(&id.IssuerType, c.value)
		case "userName":
			first(&id.IssuerUserName, c.value)
		case "principalId":
			first(&id.IssuerPrincipalID, c.value)
		case "arn":
			first(&id.IssuerARN, c.value)
		}
	}
}

func (id *Identity) scope(v Value) {
	for c := newCursor(v, '{'); c.next(); {
		switch c.key {
		case "issuerType":
			first(&id.ScopeIssuerType, c.value)
		case "credentialsIssuedTo":
			first(&id.ScopeCredentialsTo, c.value)
		}
	}
}
