package rule

import (
	"errors"
	"fmt"

	"picket/entity"
	"picket/event"
	"picket/state"
)

// RecordState writes a record, or reads one, equal in all that it says and where it was.
func RecordState[R Record](c *state.Codec, r *R) {
	switch r := any(r).(type) {
	case **event.CloudTrail:
		trailState(c, r)
	case **entity.Conversation:
		conversationState(c, r)
	case **event.DNS:
		dnsState(c, r)
	}
}

// trailState keeps a record's bytes, and what they need not say.
func trailState(c *state.Codec, r **event.CloudTrail) {
	var k kept
	if e := *r; !c.Reading() {
		k = kept{e.Raw, e.Account, e.Region, e.Ref}
	}
	if k.state(c); !c.Reading() || c.Err() != nil {
		return
	}
	e, err := event.ParseCloudTrail([]byte(k.raw))
	if err != nil {
		c.Fail(fmt.Errorf("CloudTrail record: %w", err))
		return
	}
	e.Account, e.Region, e.Ref = k.account, k.region, k.ref
	*r = e
}

func dnsState(c *state.Codec, r **event.DNS) {
	var k kept
	if d := *r; !c.Reading() {
		k = kept{d.Raw, d.Account, d.Region, d.Ref}
	}
	if k.state(c); !c.Reading() || c.Err() != nil {
		return
	}
	d, err := event.ParseDNS([]byte(k.raw))
	if err != nil {
		c.Fail(fmt.Errorf("DNS record: %w", err))
		return
	}
	d.Account, d.Region, d.Ref = k.account, k.region, k.ref
	*r = d
}

// kept is what is kept of a record: the rest is parsed from its bytes again.
type kept struct {
	raw, account, region string
	ref                  event.Ref
}

func (k *kept) state(c *state.Codec) {
	state.Text(c, &k.raw)
	state.Text(c, &k.account)
	state.Text(c, &k.region)
	refState(c, &k.ref)
}

func conversationState(c *state.Codec, r **entity.Conversation) {
	if c.Reading() {
		*r = &entity.Conversation{}
	}
	if state.Plain(c, *r); (*r).Interface == nil {
		c.Fail(errors.New("a conversation of no interface"))
	}
}

// State implements state.Stater.
func (e *Evidence) State(c *state.Codec) {
	refState(c, &e.Ref)
	state.Int(c, &e.ID)
}

func refState(c *state.Codec, r *event.Ref) {
	state.Int(c, &r.Sec)
	state.Int(c, &r.Object)
	state.Int(c, &r.Offset)
}
