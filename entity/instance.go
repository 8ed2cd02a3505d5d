package entity

import (
	"strings"
	"time"

	"picket/event"
)

// Instance is an EC2 instance as the call that launched it says.
type Instance struct {
	ID, Type, Image, State string
	Launched               string // ISO 8601 with milliseconds
	Region                 string // where it was launched
	Zone, Subnet, VPC      string
	PrivateIP, PrivateDNS  string
	Interface              string // eni-… of its first interface
	ProfileARN, ProfileID  string
	Platform               string
	SecurityGroups         []Pair // id and name
	Tags                   []Pair // key and value
}

// Pair is two texts that belong together.
type Pair struct{ Key, Value string }

// Instance returns what is known of an instance.
func (a *Account) Instance(id string) (Instance, bool) { return a.instances.get(id) }

// observeInstances learns instances from what launches, starts, stops and ends them.
func (a *Account) observeInstances(e *event.CloudTrail) {
	for item := range e.ResponseElements.Get("instancesSet").Items() {
		id := item.Get("instanceId").Str()
		if id == "" {
			continue
		}
		i, known := a.instances.get(id)
		if !known || e.Call == "RunInstances" {
			i = launched(item, e)
		}
		if s := item.Get("currentState", "name").Str(); s != "" {
			i.State = s
		}
		a.instances.put(id, e.Time, i)
	}
}

func launched(item event.Value, e *event.CloudTrail) Instance {
	text := func(path ...string) string { return strings.Clone(item.Get(path...).Str()) }
	i := Instance{
		Region: strings.Clone(e.Region),
		ID:     text("instanceId"), Type: text("instanceType"), Image: text("imageId"), State: text("instanceState", "name"),
		Launched: launchTime(item.Get("launchTime")), Zone: text("placement", "availabilityZone"), Subnet: text("subnetId"), VPC: text("vpcId"),
		PrivateIP: text("privateIpAddress"), PrivateDNS: text("privateDnsName"), Platform: text("platform"),
		ProfileARN: text("iamInstanceProfile", "arn"), ProfileID: text("iamInstanceProfile", "id"),
	}
	for n := range item.Get("networkInterfaceSet").Items() {
		i.Interface = strings.Clone(n.Get("networkInterfaceId").Str())
		break
	}
	for g := range item.Get("groupSet").Items() {
		i.SecurityGroups = append(i.SecurityGroups, pair(g, "groupId", "groupName"))
	}
	for t := range item.Get("tagSet").Items() {
		i.Tags = append(i.Tags, pair(t, "key", "value"))
	}
	if len(i.Tags) == 0 {
		i.Tags = requestedTags(e)
	}
	return i
}

// requestedTags are the tags that a launch asks for its instances.
func requestedTags(e *event.CloudTrail) (tags []Pair) {
	for set := range e.RequestParameters.Get("tagSpecificationSet").Items() {
		if set.Get("resourceType").Str() != "instance" {
			continue
		}
		for t := range set.Get("tags").Items() {
			tags = append(tags, pair(t, "key", "value"))
		}
	}
	return tags
}

func pair(v event.Value, key, value string) Pair {
	return Pair{strings.Clone(v.Get(key).Str()), strings.Clone(v.Get(value).Str())}
}

// launchTime turns the milliseconds since the epoch that EC2 logs into the form that GuardDuty writes.
func launchTime(v event.Value) string {
	ms, ok := v.Int()
	if !ok {
		return ""
	}
	return time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z")
}
