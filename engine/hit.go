package engine

import (
	"cmp"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/rule"
)

// facts are what the engine needs to know of a record of any kind.
type facts struct {
	account, region string
	subject         string // flow and DNS: who the record is about
	sec             int64
	id              uint64
}

func factsOf[R rule.Record](r R) facts {
	switch r := any(r).(type) {
	case *event.CloudTrail:
		id := rule.Hash(r.EventID) ^ rule.Hash(r.EventName)*31 ^ uint64(r.Time)*1099511628211
		if r.EventID == "" {
			id = rule.Hash(r.Raw)
		}
		return facts{account: r.Account, region: r.Region, sec: r.Time, id: id}
	case *entity.Conversation:
		return facts{r.Interface.Account, r.Interface.Region, r.Interface.Resource(), r.First, r.ID}
	case *event.DNS:
		return facts{r.Account, r.Region, dnsSubject(r), r.Time, rule.Hash(r.Raw)}
	}
	panic("BUG: unknown record")
}

// refs are the places of the log records behind r.
func refs[R rule.Record](r R) []event.Ref {
	switch r := any(r).(type) {
	case *event.CloudTrail:
		return []event.Ref{r.Ref}
	case *entity.Conversation:
		return r.Refs
	case *event.DNS:
		return []event.Ref{r.Ref}
	}
	panic("BUG: unknown record")
}

// stateless reports whether the rule decides on the record alone.
func (c *compiled[R]) stateless(r R) bool {
	return c.When == nil && (c.Given == nil || c.Asks != nil && !c.Asks(r))
}

// each fires on one record. crossed is what it crossed, if more than the record was asked for.
func (c *compiled[R]) each(r R, crossed *picket.Crossed, env *rule.Env, sink Sink) {
	f := factsOf(r)
	last := f.sec
	if conversation, ok := any(r).(*entity.Conversation); ok {
		last = conversation.Last
	}
	h := rule.Hit{Window: windowOf(f.sec, c.info.Every), First: f.sec, Last: last, ID: f.id, Note: &rule.Note{}, Crossed: crossed}
	for i, ref := range refs(r) {
		h.Evidence = append(h.Evidence, rule.Evidence{Ref: ref, ID: f.id + uint64(i)})
	}
	c.fire(&h, f, r, env, sink)
}

// fire completes a hit with what the rule says of it.
func (c *compiled[R]) fire(h *rule.Hit, f facts, r R, env *rule.Env, sink Sink) {
	h.Rule, h.Account, h.Region, h.Record = c.info, f.account, f.region, r
	if c.Note != nil {
		c.Note(h.Note, r, env)
	}
	h.Key = c.key(r, f, h.Note.Role)
	sink.Hit(h)
}

// key tells findings of one account, region and type apart. role is what the rule says of it, if anything.
func (c *compiled[R]) key(r R, f facts, role string) string {
	own := ""
	if c.Key != nil {
		own = c.Key(r)
	}
	switch r := any(r).(type) {
	case *event.CloudTrail:
		if c.Key != nil {
			return own
		}
		id := r.Identity()
		return entity.PrincipalKey(id) + "|" + id.AccessKeyID
	case *entity.Conversation:
		return f.subject + "|" + cmp.Or(role, r.Role()) + "|" + own
	}
	return f.subject + "|" + own
}
