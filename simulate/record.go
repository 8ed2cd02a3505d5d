package simulate

import (
	"strconv"
	"time"
)

// fault is how a call fails.
type fault uint8

const (
	fine fault = iota
	denied
	throttled
)

// appendRecord appends the record of one call, fields in the order that CloudTrail writes them.
func (s *scene) appendRecord(b, identity []byte, ip, agent string, failed fault) []byte {
	c := s.call
	b = append(append(b, `{"eventVersion":"1.11","userIdentity":`...), identity...)
	b = appendTime(append(b, `,"eventTime":"`...), s.now)
	b = append(append(b, `","eventSource":"`...), c.service...)
	b = append(append(b, `","eventName":"`...), c.name...)
	b = append(append(b, `","awsRegion":"`...), s.reg.name...)
	b = append(append(b, `","sourceIPAddress":"`...), ip...)
	b = append(b, `","userAgent":"`...)
	if c.prefix == "s3" {
		b = append(append(append(b, '['), agent...), ']')
	} else {
		b = append(b, agent...)
	}
	b = append(b, '"')
	b = s.appendFault(b, failed)
	b = s.member(b, `,"requestParameters":`, c.params, failed == denied && c.prefix != "s3")
	b = s.member(b, `,"responseElements":`, c.response, failed != fine)
	if c.extra != nil {
		b = c.extra.append(s, append(b, `,"additionalEventData":`...))
	}
	b = append(b, `,"requestID":"`...)
	if c.prefix == "s3" {
		b = s.text(b, 16, b32Digits)
	} else {
		b = s.uuid(b)
	}
	b = s.uuid(append(b, `","eventID":"`...))
	b = strconv.AppendBool(append(b, `","readOnly":`...), c.read)
	if c.resources != nil {
		b = c.resources.append(s, append(b, `,"resources":`...))
	}
	return s.appendEnd(b)
}

// appendEnd appends what every record ends with.
func (s *scene) appendEnd(b []byte) []byte {
	c := s.call
	kind, category := "AwsApiCall", "Management"
	if c.signIn {
		kind = "AwsConsoleSignIn"
	}
	if c.data {
		category = "Data"
	}
	b = append(append(b, `,"eventType":"`...), kind...)
	if c.api != "" {
		b = append(append(b, `","apiVersion":"`...), c.api...)
	}
	b = strconv.AppendBool(append(b, `","managementEvent":`...), !c.data)
	b = append(append(b, `,"recipientAccountId":"`...), s.acct.id...)
	if s.who.kind == "AWSService" {
		b = s.uuid(append(b, `","sharedEventID":"`...))
	}
	if c.tail != nil {
		b = c.tail.append(s, append(b, `",`...))
		b = append(append(b, `,"eventCategory":"`...), category...)
	} else {
		b = append(append(b, `","eventCategory":"`...), category...)
	}
	if s.who.invoker != "" {
		return append(b, `"}`...)
	}
	b = c.host.append(s, append(b, `","tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"`...))
	return append(b, `"}}`...)
}

func (s *scene) member(b []byte, name string, t template, omit bool) []byte {
	b = append(b, name...)
	if t == nil || omit {
		return append(b, "null"...)
	}
	return t.append(s, b)
}

func (s *scene) appendFault(b []byte, failed fault) []byte {
	c := s.call
	if c.problem != "" {
		b = append(append(append(b, `,"errorMessage":"`...), c.problem...), '"')
	}
	switch failed {
	case denied:
		code := "AccessDenied"
		if c.prefix == "ec2" {
			code = "Client.UnauthorizedOperation"
		}
		b = append(append(b, `,"errorCode":"`...), code...)
		b = append(append(b, `","errorMessage":"User: `...), s.who.arn()...)
		b = append(append(b, ` is not authorized to perform: `...), c.prefix...)
		b = append(append(b, ':'), c.name...)
		b = append(append(b, ` because no identity-based policy allows the `...), c.prefix...)
		b = append(append(b, ':'), c.name...)
		b = append(b, ` action"`...)
	case throttled:
		b = append(b, `,"errorCode":"ThrottlingException","errorMessage":"Rate exceeded"`...)
	}
	return b
}

// appendDate appends a time as the elements of a record hold it.
func appendDate(b []byte, t int64) []byte {
	return time.Unix(t, 0).UTC().AppendFormat(b, "Jan 2, 2006, 3:04:05 PM")
}
