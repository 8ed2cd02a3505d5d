package event

// slot is a member of a record or of an envelope that a parser asks for.
type slot uint8

const (
	slotNone slot = iota

	slotEventTime
	slotEventVersion
	slotUserIdentity
	slotEventSource
	slotEventName
	slotAWSRegion
	slotSourceIPAddress
	slotUserAgent
	slotErrorCode
	slotErrorMessage
	slotRequestParameters
	slotResponseElements
	slotAdditionalEventData
	slotEventID
	slotReadOnly
	slotResources
	slotEventType
	slotRecipientAccountID
	slotSharedEventID
	slotVPCEndpointID
	slotEventCategory
	slotAddendum
	slotVPCEndpointAccountID
	slotInsightDetails

	slotAccountID
	slotRegion
	slotVPCID
	slotQueryTimestamp
	slotQueryName
	slotQueryType
	slotRCode
	slotAnswers
	slotSrcAddr
	slotTransport
	slotSrcIDs
	slotFirewallAction

	slotRecords
	slotEvents
	slotLogEvents
	slotMessageType
	slotOwner
	slotMessage
	slotDetail
	slotEvent
	slotCloudTrailEvent
	slotDigestStartTime

	slotCount
)

const (
	cloudTrailSlots = 1<<slotEventTime | 1<<slotEventVersion | 1<<slotEventSource | 1<<slotEventName
	dnsSlots        = 1<<slotQueryName | 1<<slotQueryTimestamp
	listSlots       = 1<<slotRecords | 1<<slotEvents | 1<<slotLogEvents
)

// slotOf returns the slot of a key, compared by exact case.
func slotOf(key []byte) slot {
	switch string(key) {
	case "eventTime":
		return slotEventTime
	case "eventVersion":
		return slotEventVersion
	case "userIdentity":
		return slotUserIdentity
	case "eventSource":
		return slotEventSource
	case "eventName":
		return slotEventName
	case "awsRegion":
		return slotAWSRegion
	case "sourceIPAddress":
		return slotSourceIPAddress
	case "userAgent":
		return slotUserAgent
	case "errorCode":
		return slotErrorCode
	case "errorMessage":
		return slotErrorMessage
	case "requestParameters":
		return slotRequestParameters
	case "responseElements":
		return slotResponseElements
	case "additionalEventData":
		return slotAdditionalEventData
	case "eventID":
		return slotEventID
	case "readOnly":
		return slotReadOnly
	case "resources":
		return slotResources
	case "eventType":
		return slotEventType
	case "recipientAccountId":
		return slotRecipientAccountID
	case "sharedEventID":
		return slotSharedEventID
	case "vpcEndpointId":
		return slotVPCEndpointID
	case "eventCategory":
		return slotEventCategory
	case "addendum":
		return slotAddendum
	case "vpcEndpointAccountId":
		return slotVPCEndpointAccountID
	case "insightDetails":
		return slotInsightDetails
	case "account_id":
		return slotAccountID
	case "region":
		return slotRegion
	case "vpc_id":
		return slotVPCID
	case "query_timestamp":
		return slotQueryTimestamp
	case "query_name":
		return slotQueryName
	case "query_type":
		return slotQueryType
	case "rcode":
		return slotRCode
	case "answers":
		return slotAnswers
	case "srcaddr":
		return slotSrcAddr
	case "transport":
		return slotTransport
	case "srcids":
		return slotSrcIDs
	case "firewall_rule_action":
		return slotFirewallAction
	case "Records":
		return slotRecords
	case "Events":
		return slotEvents
	case "logEvents":
		return slotLogEvents
	case "messageType":
		return slotMessageType
	case "owner":
		return slotOwner
	case "message", "@message":
		return slotMessage
	case "detail":
		return slotDetail
	case "event":
		return slotEvent
	case "CloudTrailEvent":
		return slotCloudTrailEvent
	case "digestStartTime":
		return slotDigestStartTime
	}
	return slotNone
}

// fields are the places of the known members of one JSON object. Of members with the same key the first counts.
type fields struct {
	b       []byte
	seen    uint64
	escaped uint64 // strings with escapes
	at      [slotCount]span
}

// span is a value's place in the bytes, quotes included.
type span struct{ from, to int }

func (f *fields) has(s slot) bool { return f.seen>>s&1 == 1 }

// raw returns the bytes of a member, or nil.
func (f *fields) raw(s slot) []byte {
	if !f.has(s) {
		return nil
	}
	return f.b[f.at[s].from:f.at[s].to]
}

// value returns a member as logged, aliasing the bytes.
func (f *fields) value(s slot) Value { return Value(alias(f.raw(s))) }

// object notes the members of the object whose first member, or closing brace, is at or after b[i], and returns the
// index behind the object. With lists, it stops inside a member that is a list of records (stateEntered).
func (f *fields) object(b []byte, i int, lists bool) (int, state) {
	f.b, f.seen, f.escaped = b, 0, 0
	i = skipSpace(b, i)
	if i >= len(b) {
		return i, stateShort
	}
	if b[i] == '}' {
		return i + 1, stateOK
	}
	return f.members(b, i, lists)
}

// rest is object for the members after a value that ends at b[i].
func (f *fields) rest(b []byte, i int, lists bool) (int, state) {
	f.b, f.seen, f.escaped = b, 0, 0
	i = skipSpace(b, i)
	switch {
	case i >= len(b):
		return i, stateShort
	case b[i] == '}':
		return i + 1, stateOK
	case b[i] != ',':
		return i, stateBad
	}
	i = skipSpace(b, i+1)
	if i >= len(b) {
		return i, stateShort
	}
	return f.members(b, i, lists)
}

func (f *fields) members(b []byte, i int, lists bool) (int, state) {
	for {
		if b[i] != '"' {
			return i, stateBad
		}
		keyEnd, _, st := skipString(b, i+1)
		if st != stateOK {
			return keyEnd, st
		}
		s := slotOf(b[i+1 : keyEnd])
		i = keyEnd + 1
		if i < len(b) && b[i] <= ' ' {
			i = skipSpace(b, i)
		}
		if i >= len(b) {
			return i, stateShort
		}
		if b[i] != ':' {
			return i, stateBad
		}
		i++
		if i < len(b) && b[i] <= ' ' {
			i = skipSpace(b, i)
		}
		if i >= len(b) {
			return i, stateShort
		}
		if lists && listSlots>>s&1 == 1 && b[i] == '[' {
			return i + 1, stateEntered
		}
		from := i
		if b[i] == '"' {
			end, escaped, st := skipString(b, i+1)
			if st != stateOK {
				return end, st
			}
			i = end + 1
			if escaped {
				f.escaped |= 1 << s
			}
		} else if i, st = skipValue(b, i); st != stateOK {
			return i, st
		}
		if s != slotNone && !f.has(s) {
			f.seen |= 1 << s
			f.at[s] = span{from, i}
		}
		if i < len(b) && b[i] <= ' ' {
			i = skipSpace(b, i)
		}
		if i >= len(b) {
			return i, stateShort
		}
		if b[i] == '}' {
			return i + 1, stateOK
		}
		if b[i] != ',' {
			return i, stateBad
		}
		i++
		if i < len(b) && b[i] <= ' ' {
			i = skipSpace(b, i)
		}
		if i >= len(b) {
			return i, stateShort
		}
	}
}
