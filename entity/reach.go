package entity

import (
	"strings"

	"picket/event"
)

// reachWithin is how long after somebody reached into an instance its credentials are taken to be theirs: as long as
// credentials of an instance are valid.
const reachWithin = 6 * 3600

// Reached reports whether, in the hours before e, somebody ran a command on the instance that e's credentials were issued to,
// or opened a way into it, from the address that e came from.
func (a *Account) Reached(e *event.CloudTrail) bool {
	w, ok := WorkloadOf(e)
	at, known := a.reaches.get(w.ID + "|" + e.SourceIPAddress)
	return ok && known && e.Time-at <= reachWithin
}

// observeReach learns who reaches into instances from where. What a workload does to another is automation.
func (a *Account) observeReach(e *event.CloudTrail) {
	switch e.Call {
	case "SendCommand", "StartSession", "SendSSHPublicKey", "SendSerialConsoleSSHPublicKey":
	default:
		return
	}
	if _, ok := WorkloadOf(e); ok || !Direct(e) {
		return
	}
	p := e.RequestParameters
	for _, list := range [...]event.Value{p.Get("instanceIds"), p.Get("target"), p.Get("instanceId")} {
		for v := range list.Items() {
			a.reached(v.Str(), e)
		}
	}
	for target := range p.Get("targets").Items() {
		if target.Get("key").Str() != "InstanceIds" {
			continue
		}
		for v := range target.Get("values").Items() {
			a.reached(v.Str(), e)
		}
	}
}

func (a *Account) reached(instance string, e *event.CloudTrail) {
	if strings.HasPrefix(instance, "i-") {
		a.reaches.put(instance+"|"+e.SourceIPAddress, e.Time, e.Time)
	}
}
