package finding

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/guardduty"
	"picket/intel"
	"picket/rule"
	"picket/state"
)

// version is of what an aggregate is written as. Whatever changes that raises it.
const version = 2

// MarshalBinary returns all that a holds, in a form that UnmarshalBinary reads whatever has become of the rules. Aggregates
// that hold the same are written the same.
func (a *Aggregate) MarshalBinary() ([]byte, error) {
	var b bytes.Buffer
	if err := state.Write(&b, a.versioned); err != nil {
		return nil, fmt.Errorf("write finding %s: %w", a.ID, err)
	}
	return b.Bytes(), nil
}

// UnmarshalBinary makes a what MarshalBinary was called on. It is an error if b is damaged, or if a newer Picket wrote it.
func (a *Aggregate) UnmarshalBinary(b []byte) error {
	*a = Aggregate{}
	if err := state.Read(bytes.NewReader(b), a.versioned); err != nil {
		return fmt.Errorf("read a finding's state: %w", err)
	}
	a.ID = ID(a.Account, a.Region, a.Type, a.Key)
	return nil
}

func (a *Aggregate) versioned(c *state.Codec) {
	v := version
	switch state.Int(c, &v); {
	case c.Err() != nil:
	case v > version:
		c.Fail(fmt.Errorf("it is of version %d, and this Picket knows versions up to %d: a newer one wrote it", v, version))
	case v < 1:
		c.Fail(errors.New("it does not begin as one"))
	default:
		a.state(c, v)
	}
}

func (a *Aggregate) state(c *state.Codec, version int) {
	state.Text(c, &a.Type)
	state.Text(c, &a.Account)
	state.Text(c, &a.Region)
	state.Text(c, &a.Key)
	a.windows.state(c)
	state.Plain(c, &a.severity)
	state.Int(c, &a.first)
	state.Int(c, &a.last)
	state.Int(c, &a.latest.sec)
	state.Int(c, &a.latest.id)
	state.Text(c, &a.latest.signal)
	a.hitState(c)
	text := func(s *string) { state.Text(c, s) }
	state.Map(c, &a.calls, text, func(n **calls) { pointed(c, n).state(c) })
	state.Map(c, &a.samples, text, func(list *map[string]any) {
		state.Map(c, list, text, func(v *any) { valueState(c, v, 0) })
	})
	state.Map(c, &a.signals, text, func(s **signal) { pointed(c, s).state(c) })
	state.List(c, &a.evidence, func(e *rule.Evidence) { e.State(c) })
	if version > 1 {
		state.Map(c, &a.crossed, text, func(crossed *picket.Crossed) { state.Plain(c, crossed) })
	}
	for _, v := range a.samples[probes] {
		if _, ok := v.(guardduty.PortProbeDetail); !ok {
			c.Fail(fmt.Errorf("a probe of a port that is a %T", v))
		}
	}
}

// pointed is what p points to, made anew when reading.
func pointed[V any](c *state.Codec, p **V) *V {
	if c.Reading() {
		*p = new(V)
	}
	return *p
}

func (n *calls) state(c *state.Codec) {
	state.Map(c, &n.records, func(id *uint64) { state.Int(c, id) }, func(*struct{}) {})
	state.Int(c, &n.first)
	state.Int(c, &n.last)
	if n.records == nil {
		n.records = map[uint64]struct{}{}
	}
}

func (s *signal) state(c *state.Codec) {
	ruleState(c, pointed(c, &s.rule))
	state.Plain(c, &s.severity)
	s.windows.state(c)
	state.Int(c, &s.first)
	state.Int(c, &s.last)
}

// hitState keeps of the latest hit what Result asks for.
func (a *Aggregate) hitState(c *state.Codec) {
	h := &a.latestHit
	ruleState(c, pointed(c, &h.Rule))
	kind := event.KindUnknown
	switch h.Record.(type) {
	case *event.CloudTrail:
		kind = event.KindCloudTrail
	case *entity.Conversation:
		kind = event.KindFlow
	case *event.DNS:
		kind = event.KindDNS
	}
	switch state.Int(c, &kind); kind {
	case event.KindCloudTrail:
		recordState[*event.CloudTrail](c, &h.Record)
	case event.KindFlow:
		recordState[*entity.Conversation](c, &h.Record)
	case event.KindDNS:
		recordState[*event.DNS](c, &h.Record)
	default:
		c.Fail(errors.New("a hit without a record"))
	}
	noteState(c, pointed(c, &h.Note))
	h.Account, h.Region = a.Account, a.Region
}

func recordState[R rule.Record](c *state.Codec, record *any) {
	r, _ := (*record).(R)
	if rule.RecordState(c, &r); c.Reading() && c.Err() == nil {
		*record = r
	}
}

// ruleState keeps of a rule what Result asks for: a finding outlives its rule.
func ruleState(c *state.Codec, i *rule.Info) {
	state.Int(c, &i.Origin)
	state.Texts(c, &i.Techniques)
	state.Text(c, &i.Title)
	state.Text(c, &i.Description)
}

// noteState keeps of a note what document asks for.
func noteState(c *state.Codec, n *rule.Note) {
	text := func(s *string) { state.Text(c, s) }
	text(&n.Role)
	text(&n.Resource)
	state.Plain(c, &n.Bucket)
	state.Map(c, &n.Affected, text, text)
	state.Map(c, &n.Info, text, func(v *any) { valueState(c, v, 0) })
	state.Map(c, &n.Vars, text, text)
	state.List(c, &n.Threats, func(e *intel.Entry) {
		text(&e.List)
		state.Texts(c, &e.Threats)
		text(&e.SHA256)
	})
	c.Bool(&n.Probe)
}

// The values that additionalInfo may hold, by how they are kept.
const (
	valueNull uint8 = iota
	valueBool
	valueText
	valueInt
	valueInt64
	valueFloat
	valueList
	valueMap
	valueProbe
)

// maxDepth is how deep values may nest.
const maxDepth = 16

// valueState keeps a value of additionalInfo, of the type that it has.
func valueState(c *state.Codec, v *any, depth int) {
	if depth > maxDepth {
		c.Fail(errors.New("additionalInfo nests too deep"))
		return
	}
	kind := kindOf(*v)
	switch state.Int(c, &kind); kind {
	case valueNull:
	case valueBool:
		typed(c, v, c.Bool)
	case valueText:
		typed(c, v, func(s *string) { state.Text(c, s) })
	case valueInt:
		typed(c, v, func(n *int) { state.Int(c, n) })
	case valueInt64:
		typed(c, v, func(n *int64) { state.Int(c, n) })
	case valueFloat:
		typed(c, v, c.Float)
	case valueList:
		typed(c, v, func(l *[]any) {
			if state.List(c, l, func(v *any) { valueState(c, v, depth+1) }); *l == nil {
				*l = []any{}
			}
		})
	case valueMap:
		typed(c, v, func(m *map[string]any) {
			if state.Map(c, m, func(k *string) { state.Text(c, k) }, func(v *any) { valueState(c, v, depth+1) }); *m == nil {
				*m = map[string]any{}
			}
		})
	case valueProbe:
		typed(c, v, func(p *guardduty.PortProbeDetail) { probeState(c, p) })
	default:
		c.Fail(fmt.Errorf("no form for a %T in additionalInfo", *v))
	}
}

func kindOf(v any) uint8 {
	switch v.(type) {
	case nil:
		return valueNull
	case bool:
		return valueBool
	case string:
		return valueText
	case int:
		return valueInt
	case int64:
		return valueInt64
	case float64:
		return valueFloat
	case []any:
		return valueList
	case map[string]any:
		return valueMap
	case guardduty.PortProbeDetail:
		return valueProbe
	}
	return valueProbe + 1
}

// typed keeps a value that is of type V.
func typed[V any](c *state.Codec, v *any, form func(*V)) {
	x, _ := (*v).(V)
	if form(&x); c.Reading() {
		*v = x
	}
}

func probeState(c *state.Codec, p *guardduty.PortProbeDetail) {
	text, err := json.Marshal(p)
	c.Fail(err)
	s := string(text)
	if state.Text(c, &s); c.Reading() && c.Err() == nil {
		c.Fail(json.Unmarshal([]byte(s), p))
	}
}
