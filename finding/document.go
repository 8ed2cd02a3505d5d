package finding

import (
	"encoding/json"
	"net/netip"
	"strings"

	"picket"
	"picket/entity"
	"picket/event"
	"picket/guardduty"
	"picket/intel"
	"picket/rule"
)

// document is what the latest hit says.
type document struct {
	title    string
	text     string
	role     string
	resource *guardduty.Resource
	action   *guardduty.Action
	identity map[string]any
	info     map[string]any
	evidence *guardduty.Evidence
}

// callName is the API name of a CloudTrail hit.
func callName(h *rule.Hit) string {
	if e, ok := h.Record.(*event.CloudTrail); ok {
		return e.EventName
	}
	return ""
}

func (b *About) document(h *rule.Hit) document {
	d := document{info: h.Note.Info, evidence: threatEvidence(h.Note.Threats)}
	vars := map[string]string{"account": h.Account, "region": h.Region}
	switch r := h.Record.(type) {
	case *event.CloudTrail:
		b.apiCall(&d, r, h.Note, vars)
	case *entity.Conversation:
		b.connection(&d, r, h.Note, vars)
	case *event.DNS:
		b.dnsRequest(&d, r, vars)
	}
	if h.Note.Role != "" {
		d.role = h.Note.Role
	}
	for k, v := range h.Note.Vars {
		vars[k] = v
	}
	d.title, d.text = expand(h.Rule.Title, vars), expand(h.Rule.Description, vars)
	return d
}

// expand replaces each {name} that vars has.
func expand(text string, vars map[string]string) string {
	pairs := make([]string, 0, 2*len(vars))
	for k, v := range vars {
		pairs = append(pairs, "{"+k+"}", v)
	}
	return strings.NewReplacer(pairs...).Replace(text)
}

func threatEvidence(threats []intel.Entry) *guardduty.Evidence {
	if len(threats) == 0 {
		return nil
	}
	e := &guardduty.Evidence{}
	for _, t := range threats {
		detail := guardduty.ThreatIntelligenceDetail{ThreatListName: guardduty.Ptr(t.List), ThreatNames: t.Threats}
		if t.SHA256 != "" {
			detail.ThreatFileSha256 = guardduty.Ptr(t.SHA256)
		}
		e.ThreatIntelligenceDetails = append(e.ThreatIntelligenceDetails, detail)
	}
	return e
}

func (b *About) apiCall(d *document, r *event.CloudTrail, n *rule.Note, vars map[string]string) {
	id := r.Identity()
	vars["user"], vars["api"], vars["service"] = entity.UserName(id), r.EventName, r.EventSource
	vars["ip"], vars["principal"] = r.SourceIPAddress, id.PrincipalID
	d.role = "TARGET"
	d.resource = &guardduty.Resource{
		ResourceType: guardduty.Ptr("AccessKey"),
		AccessKeyDetails: &guardduty.AccessKeyDetails{
			AccessKeyId: text(id.AccessKeyID), PrincipalId: text(principalID(id)),
			UserName: text(entity.UserName(id)), UserType: text(id.Type),
		},
	}
	if user := n.Vars["user"]; user != "" {
		d.resource.AccessKeyDetails = &guardduty.AccessKeyDetails{UserName: &user, UserType: guardduty.Ptr("IAMUser")}
	}
	if n.Bucket != nil {
		d.resource.ResourceType = guardduty.Ptr("S3Bucket")
		d.resource.S3BucketDetails = []guardduty.S3BucketDetail{bucketDetail(n.Bucket, r.Region)}
		vars["bucket"] = n.Bucket.Name
	}
	if instance, ok := entity.InstanceOf(id); ok && n.Resource == "Instance" {
		d.resource.InstanceDetails = instanceDetails(&entity.Interface{Instance: instance}, netip.Addr{}, netip.Addr{})
		vars["instance"] = instance
	} else if n.Resource != "" {
		d.resource.ResourceType = guardduty.Ptr(n.Resource)
	}
	call := &guardduty.AwsApiCallAction{
		Api: text(r.EventName), ServiceName: text(r.EventSource), ErrorCode: text(r.ErrorCode), UserAgent: text(r.UserAgent),
		AffectedResources: n.Affected,
	}
	if addr, ok := r.IP(); ok {
		call.CallerType, call.RemoteIpDetails = guardduty.Ptr("Remote IP"), b.remote(addr)
	} else {
		call.CallerType = guardduty.Ptr("Domain")
		call.DomainDetails = &guardduty.DomainDetails{Domain: text(r.SourceIPAddress)}
	}
	if id.Type == "AWSAccount" && id.AccountID != "" && id.AccountID != r.Account {
		call.RemoteAccountDetails = &guardduty.RemoteAccountDetails{AccountId: text(id.AccountID), Affiliated: guardduty.Ptr(false)}
	}
	if account := n.Vars["remoteAccount"]; account != "" {
		call.RemoteAccountDetails = &guardduty.RemoteAccountDetails{
			AccountId: text(account), Affiliated: guardduty.Ptr(n.Vars["affiliated"] == "true"),
		}
	}
	d.action = &guardduty.Action{ActionType: guardduty.Ptr("AWS_API_CALL"), AwsApiCallAction: call}
	d.identity = identityDocument(r)
}

// principalID is the account for root, whose records may lack it.
func principalID(id event.Identity) string {
	if id.PrincipalID == "" && id.Type == "Root" {
		return id.AccountID
	}
	return id.PrincipalID
}

// identityDocument decodes userIdentity, which findings keep for the criteria that ask for it.
func identityDocument(r *event.CloudTrail) map[string]any {
	var m map[string]any
	if json.Unmarshal([]byte(r.UserIdentity), &m) != nil {
		return nil
	}
	return m
}

func bucketDetail(b *rule.Bucket, region string) guardduty.S3BucketDetail {
	d := guardduty.S3BucketDetail{
		Arn: text("arn:" + picket.AWSPartition(region) + ":s3:::" + b.Name), Name: text(b.Name), Type: guardduty.Ptr("Destination"),
	}
	if b.Permission == "" {
		return d
	}
	bucket := &guardduty.BucketLevelPermissions{}
	if b.ACLPublicRead != nil {
		bucket.AccessControlList = &guardduty.AccessControlList{AllowsPublicReadAccess: b.ACLPublicRead, AllowsPublicWriteAccess: b.ACLPublicWrite}
	}
	if b.PolicyPublicRead != nil {
		bucket.BucketPolicy = &guardduty.BucketPolicy{AllowsPublicReadAccess: b.PolicyPublicRead, AllowsPublicWriteAccess: b.PolicyPublicWrite}
	}
	bucket.BlockPublicAccess = blockPublicAccess(b.BlockPublicAccess)
	permissions := &guardduty.PermissionConfiguration{BucketLevelPermissions: bucket}
	if b.AccountBlockPublic != nil {
		permissions.AccountLevelPermissions = &guardduty.AccountLevelPermissions{BlockPublicAccess: blockPublicAccess(b.AccountBlockPublic)}
	}
	d.PublicAccess = &guardduty.PublicAccess{PermissionConfiguration: permissions, EffectivePermission: text(b.Permission)}
	return d
}

func blockPublicAccess(b *rule.BlockPublicAccess) *guardduty.BlockPublicAccess {
	if b == nil {
		return nil
	}
	return &guardduty.BlockPublicAccess{
		IgnorePublicAcls: &b.IgnorePublicACLs, RestrictPublicBuckets: &b.RestrictPublicBuckets,
		BlockPublicAcls: &b.BlockPublicACLs, BlockPublicPolicy: &b.BlockPublicPolicy,
	}
}

// remote describes an address: where it is and whose. A private one belongs to organization "PRIVATE", as GuardDuty
// writes it.
func (b *About) remote(addr netip.Addr) *guardduty.RemoteIpDetails {
	addr = addr.Unmap()
	d := &guardduty.RemoteIpDetails{}
	if addr.Is4() {
		d.IpAddressV4 = guardduty.Ptr(addr.String())
	} else {
		d.IpAddressV6 = guardduty.Ptr(addr.String())
	}
	var l intel.Location
	org := guardduty.Organization{Asn: guardduty.Ptr("-1"), AsnOrg: guardduty.Ptr("Unknown"), Isp: guardduty.Ptr("Unknown"), Org: guardduty.Ptr("Unknown")}
	switch {
	case !entity.Public(addr):
		for _, p := range []**string{&org.AsnOrg, &org.Isp, &org.Org} {
			*p = guardduty.Ptr("PRIVATE")
		}
		org.Asn, l.City = guardduty.Ptr("65534"), "UNKNOWN"
	case b.Geo != nil:
		if l = b.Geo.Lookup(addr); l.ASN != "" {
			org = guardduty.Organization{Asn: text(l.ASN), AsnOrg: text(l.Org), Isp: text(l.Org), Org: text(l.Org)}
		}
	}
	d.Organization = &org
	d.Country = &guardduty.Country{CountryName: text(l.CountryName)}
	d.City = &guardduty.City{CityName: guardduty.Ptr(l.City)}
	d.GeoLocation = &guardduty.GeoLocation{Lat: guardduty.Ptr(l.Lat), Lon: guardduty.Ptr(l.Lon)}
	return d
}

// text is s, or null.
func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// portNames are the names that GuardDuty gives to ports; every other is "Unknown".
var portNames = map[uint16]string{22: "SSH", 53: "DNS", 80: "HTTP", 443: "HTTPS", 3389: "RDP"}

func portName(p uint16) *string {
	if n, ok := portNames[p]; ok {
		return &n
	}
	return guardduty.Ptr("Unknown")
}
