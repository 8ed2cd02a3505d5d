package simulate

import (
	"strconv"
	"strings"
)

// sessionLength is how long the credentials of a role are valid.
const sessionLength = 6 * 3600

// appendIdentity appends the userIdentity of a call at t. Within six hours it is the same.
func (p *actor) appendIdentity(b []byte, t int64) []byte {
	if p.kind == "AWSService" {
		return append(append(append(b, `{"type":"AWSService","invokedBy":"`...), p.invoker...), `"}`...)
	}
	began := t - t%sessionLength
	r := newRNG(uint64(began), p.id, p.session, p.account)
	b = append(append(b, `{"type":"`...), p.kind...)
	b = append(append(b, `","principalId":"`...), p.principal()...)
	b = append(append(b, `","arn":"`...), p.arn()...)
	b = append(append(b, `","accountId":"`...), p.account...)
	b = append(b, '"')
	if key := p.accessKey(&r); key != "" {
		b = append(append(append(b, `,"accessKeyId":"`...), key...), '"')
	}
	if p.kind == "IAMUser" {
		b = append(append(append(b, `,"userName":"`...), p.name...), '"')
	}
	b = p.appendSession(b, &r, began)
	if p.invoker != "" {
		b = append(append(append(b, `,"invokedBy":"`...), p.invoker...), '"')
	}
	if p.scope != "" {
		issuer := "AWS::Lambda::Function"
		if strings.HasPrefix(p.scope, "arn:aws:ecs:") {
			issuer = "AWS::ECS::Task"
		}
		b = append(append(b, `,"inScopeOf":{"issuerType":"`...), issuer...)
		b = append(append(b, `","credentialsIssuedTo":"`...), p.scope...)
		b = append(b, `"}`...)
	}
	return append(b, '}')
}

func (p *actor) principal() string {
	switch p.kind {
	case "Root":
		return p.account
	case "AssumedRole":
		return p.id + ":" + p.session
	}
	return p.id
}

// accessKey is the key that signs calls, or "" for who has none.
func (p *actor) accessKey(r *rng) string {
	if p.key != "" || p.kind == "IAMUser" {
		return p.key
	}
	return "ASIA" + string(r.text(nil, 16, b32Digits))
}

// appendSession appends the sessionContext of those who have a session.
func (p *actor) appendSession(b []byte, r *rng, began int64) []byte {
	if p.kind == "IAMUser" && !p.mfa {
		return b
	}
	b = append(b, `,"sessionContext":{`...)
	if p.kind == "AssumedRole" {
		b = append(append(b, `"sessionIssuer":{"type":"Role","principalId":"`...), p.id...)
		b = append(append(b, `","arn":"`...), p.roleARN()...)
		b = append(append(b, `","accountId":"`...), p.account...)
		b = append(append(b, `","userName":"`...), p.name...)
		b = append(b, `"},`...)
		if !p.onEC2 {
			b = append(b, ``...)
		}
	}
	b = append(b, `"attributes":{"creationDate":"`...)
	b = appendTime(b, began-int64(r.n(1800)))
	b = append(b, `","mfaAuthenticated":"`...)
	b = strconv.AppendBool(b, p.mfa && p.kind != "AssumedRole")
	b = append(b, `"}`...)
	if p.short {
		b = append(b, `,"assumedRoot":"true"`...)
	}
	if p.onEC2 {
		b = append(b, `,"ec2RoleDelivery":"2.0"`...)
	}
	return append(b, '}')
}
