package finding

import (
	"picket/entity"
	"picket/guardduty"
)

// Describe adds to d what the account's own records say of its instance. What d knows stays.
func Describe(d *guardduty.InstanceDetails, i *entity.Instance) {
	fill(&d.InstanceType, i.Type)
	fill(&d.ImageId, i.Image)
	fill(&d.InstanceState, i.State)
	fill(&d.LaunchTime, i.Launched)
	fill(&d.AvailabilityZone, i.Zone)
	fill(&d.Platform, i.Platform)
	if d.IamInstanceProfile == nil && i.ProfileARN != "" {
		d.IamInstanceProfile = &guardduty.IamInstanceProfile{Arn: text(i.ProfileARN), Id: text(i.ProfileID)}
	}
	if d.Tags == nil {
		for _, t := range i.Tags {
			d.Tags = append(d.Tags, guardduty.Tag{Key: &t.Key, Value: &t.Value})
		}
	}
	if len(d.NetworkInterfaces) == 0 && (i.PrivateIP != "" || i.Interface != "") {
		d.NetworkInterfaces = []guardduty.NetworkInterface{{}}
	}
	for k := range d.NetworkInterfaces {
		describeInterface(&d.NetworkInterfaces[k], i)
	}
}

func describeInterface(n *guardduty.NetworkInterface, i *entity.Instance) {
	if n.NetworkInterfaceId != nil && i.Interface != "" && *n.NetworkInterfaceId != i.Interface {
		return // another of its interfaces
	}
	fill(&n.NetworkInterfaceId, i.Interface)
	fill(&n.PrivateIpAddress, i.PrivateIP)
	fill(&n.PrivateDnsName, i.PrivateDNS)
	fill(&n.SubnetId, i.Subnet)
	fill(&n.VpcId, i.VPC)
	if n.PrivateIpAddresses == nil && i.PrivateIP != "" {
		n.PrivateIpAddresses = []guardduty.PrivateIpAddressDetails{{PrivateIpAddress: text(i.PrivateIP), PrivateDnsName: text(i.PrivateDNS)}}
	}
	if n.SecurityGroups == nil {
		for _, g := range i.SecurityGroups {
			n.SecurityGroups = append(n.SecurityGroups, guardduty.SecurityGroup{GroupId: &g.Key, GroupName: &g.Value})
		}
	}
}

func fill(p **string, s string) {
	if *p == nil && s != "" {
		*p = &s
	}
}
