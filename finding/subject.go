package finding

import (
	"cmp"
	"strings"

	"picket/guardduty"
)

// Subject says what a finding is about, in a few words: the user and bucket, or the instance, or what else the resource is
// called.
func Subject(f *guardduty.Finding) string {
	var parts []string
	if f.Resource != nil {
		parts = resource(f.Resource)
	}
	if f.Service != nil && f.Service.Action != nil && f.Service.Action.DnsRequestAction != nil {
		d := f.Service.Action.DnsRequestAction
		parts = append(parts, cmp.Or(value(d.DomainWithSuffix), value(d.Domain)))
	}
	return strings.Join(parts, " ")
}

func resource(r *guardduty.Resource) (parts []string) {
	for _, b := range r.S3BucketDetails {
		parts = append(parts, value(b.Name))
	}
	if i := r.InstanceDetails; i != nil {
		id := value(i.InstanceId)
		if id == "" && len(i.NetworkInterfaces) > 0 {
			id = cmp.Or(value(i.NetworkInterfaces[0].NetworkInterfaceId), value(i.NetworkInterfaces[0].PrivateIpAddress))
		}
		parts = append(parts, id)
	}
	if k := r.AccessKeyDetails; k != nil {
		parts = append(parts, value(k.UserName))
	}
	for _, name := range others(r) {
		if name != "" {
			parts = append(parts, name)
		}
	}
	return parts
}

// others are the names of resources that Picket's rules don't know, but samples do.
func others(r *guardduty.Resource) (names []string) {
	if d := r.EksClusterDetails; d != nil {
		names = append(names, value(d.Name))
	}
	if d := r.EcsClusterDetails; d != nil {
		names = append(names, value(d.Name))
	}
	if d := r.ContainerDetails; d != nil {
		names = append(names, cmp.Or(value(d.Name), value(d.Id)))
	}
	if d := r.LambdaDetails; d != nil {
		names = append(names, value(d.FunctionName))
	}
	if d := r.RdsDbInstanceDetails; d != nil {
		names = append(names, value(d.DbInstanceIdentifier))
	}
	if d := r.EbsSnapshotDetails; d != nil {
		names = append(names, value(d.SnapshotArn))
	}
	if d := r.Ec2ImageDetails; d != nil {
		names = append(names, value(d.ImageArn))
	}
	if d := r.RecoveryPointDetails; d != nil {
		names = append(names, value(d.RecoveryPointArn))
	}
	return names
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
