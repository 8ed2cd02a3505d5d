package finding

import (
	"cmp"
	"strings"
)

// Subject says what a finding is about, in a few words: the user and bucket, or the instance.
func Subject(f *Result) string {
	var parts []string
	if r := f.Resource; r != nil {
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
	}
	if d := f.Service.Action.DnsRequestAction; d != nil {
		parts = append(parts, value(d.DomainWithSuffix))
	}
	return strings.Join(parts, " ")
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
