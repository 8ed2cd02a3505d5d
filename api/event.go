package api

import (
	"crypto/rand"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"time"

	"picket"
	"picket/access"
	"picket/guardduty"
	"picket/service"
)

// event is a call as CloudTrail writes it.
type event struct {
	EventVersion       string         `json:"eventVersion"`
	UserIdentity       userIdentity   `json:"userIdentity"`
	EventTime          string         `json:"eventTime"`
	EventSource        string         `json:"eventSource"`
	EventName          string         `json:"eventName"`
	AWSRegion          string         `json:"awsRegion"`
	SourceIPAddress    string         `json:"sourceIPAddress"`
	UserAgent          string         `json:"userAgent"`
	ErrorCode          string         `json:"errorCode,omitempty"`
	ErrorMessage       string         `json:"errorMessage,omitempty"`
	RequestParameters  any            `json:"requestParameters"`
	ResponseElements   any            `json:"responseElements"`
	AdditionalData     map[string]any `json:"additionalEventData,omitempty"`
	RequestID          string         `json:"requestID"`
	EventID            string         `json:"eventID"`
	ReadOnly           bool           `json:"readOnly"`
	EventType          string         `json:"eventType"`
	ManagementEvent    bool           `json:"managementEvent"`
	RecipientAccountID string         `json:"recipientAccountId"`
	SharedEventID      string         `json:"sharedEventID,omitempty"`
	EventCategory      string         `json:"eventCategory"`
	TLSDetails         *tlsDetails    `json:"tlsDetails,omitempty"`
}

type userIdentity struct {
	Type           string          `json:"type"`
	PrincipalID    string          `json:"principalId,omitempty"`
	ARN            string          `json:"arn,omitempty"`
	AccountID      string          `json:"accountId,omitempty"`
	AccessKeyID    string          `json:"accessKeyId,omitempty"`
	UserName       string          `json:"userName,omitempty"`
	SessionContext *sessionContext `json:"sessionContext,omitempty"`
}

type sessionContext struct {
	SessionIssuer *sessionIssuer    `json:"sessionIssuer,omitempty"`
	Attributes    map[string]string `json:"attributes"`
}

type sessionIssuer struct {
	Type        string `json:"type"`
	PrincipalID string `json:"principalId"`
	ARN         string `json:"arn"`
	AccountID   string `json:"accountId"`
	UserName    string `json:"userName"`
}

type tlsDetails struct {
	TLSVersion               string `json:"tlsVersion"`
	CipherSuite              string `json:"cipherSuite"`
	ClientProvidedHostHeader string `json:"clientProvidedHostHeader"`
}

func (c *call) event(elements any, f *failure) event {
	e := event{
		EventVersion: "1.11", UserIdentity: identityOf(c.id),
		EventTime: c.at.UTC().Format(time.RFC3339), EventSource: c.source, EventName: c.name, AWSRegion: c.id.Region,
		SourceIPAddress: c.id.SourceIP, UserAgent: service.Short(c.id.UserAgent),
		RequestParameters: service.Bounded(c.parameters), ResponseElements: service.Bounded(elements),
		RequestID: c.requestID, EventID: newUUID(), ReadOnly: c.readOnly,
		EventType: "AwsApiCall", ManagementEvent: true, RecipientAccountID: c.id.Account, EventCategory: "Management",
	}
	if f != nil {
		e.ErrorCode, e.ErrorMessage = f.trail, service.Short(strings.TrimSpace(f.message+" "+f.detail))
	}
	if t := c.r.TLS; t != nil {
		e.TLSDetails = &tlsDetails{strings.ReplaceAll(tls.VersionName(t.Version), "TLS ", "TLSv"), tls.CipherSuiteName(t.CipherSuite), service.Short(c.r.Host)}
	}
	return e
}

func (e event) record(at time.Time) picket.AuditRecord {
	body, err := json.Marshal(e)
	if err != nil {
		panic("BUG: encode an audit event: " + err.Error())
	}
	return picket.AuditRecord{Time: at.UnixMilli(), Account: e.RecipientAccountID, Region: e.AWSRegion, Event: body}
}

func identityOf(id access.Identity) userIdentity {
	p := id.Principal
	u := userIdentity{
		Type: string(p.Kind), PrincipalID: id.PrincipalID, ARN: id.ARN, AccountID: id.Account, AccessKeyID: service.Short(id.AccessKey), UserName: p.Name,
	}
	switch {
	case p.Kind == "": // it proved nothing
		u.Type = "Unknown"
	case id.Session != nil:
		u.SessionContext = &sessionContext{Attributes: map[string]string{
			"creationDate": id.Session.IssuedAt.UTC().Format(time.RFC3339), "mfaAuthenticated": "false",
		}}
	}
	if p.Kind == access.Role && id.Session != nil {
		u.Type, u.UserName = "AssumedRole", ""
		u.SessionContext.SessionIssuer = &sessionIssuer{string(access.Role), p.ID, p.ARN, p.Account, p.Name}
	}
	return u
}

// parameters returns what an operation was asked for, by wire names: its path, its query and its body.
func parameters(op *guardduty.Operation, labels map[string]string, query url.Values, in guardduty.Shape) map[string]any {
	all := map[string]any{}
	if in != nil {
		body, err := json.Marshal(in)
		if err == nil {
			err = json.Unmarshal(body, &all)
		}
		if err != nil {
			panic("BUG: an input that can't be written: " + err.Error())
		}
	}
	for name, value := range labels {
		all[wireName(name)] = value
	}
	for _, q := range op.Query {
		switch values := query[q.Name]; len(values) {
		case 0:
		case 1:
			all[q.Name] = values[0]
		default:
			all[q.Name] = values
		}
	}
	return all
}

// newUUID returns a random UUID.
func newUUID() string {
	var b [16]byte
	rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
