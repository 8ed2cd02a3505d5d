package asff

import (
	"cmp"
	"fmt"

	"picket"
	"picket/guardduty"
)

// resource is something of the account that a finding is about.
type resource struct {
	Type      string
	ID        string            `json:"Id"`
	Partition string            `json:",omitempty"`
	Region    string            `json:",omitempty"`
	Tags      map[string]string `json:",omitempty"`
	Details   map[string]any    `json:",omitempty"`
}

// resources lists what a finding is about: the account itself if nothing else is named, as the format wants one.
func resources(f *picket.Finding) (all []resource) {
	account, region := value(f.AccountId), value(f.Region)
	partition := picket.AWSPartition(region)
	add := func(kind, id string, tags []guardduty.Tag, details map[string]any) {
		r := resource{Type: kind, ID: id, Partition: partition, Region: region, Tags: tagsOf(tags)}
		if len(details) > 0 {
			r.Details = map[string]any{kind: details}
		}
		all = append(all, r)
	}
	arn := func(service, tail string) string {
		return fmt.Sprintf("arn:%s:%s:%s:%s:%s", partition, service, region, account, tail)
	}
	r := f.Resource
	if r == nil {
		r = &guardduty.Resource{}
	}
	if i := r.InstanceDetails; i != nil && i.InstanceId != nil {
		add("AwsEc2Instance", arn("ec2", "instance/"+*i.InstanceId), i.Tags, instance(i))
	} else if i != nil && len(i.NetworkInterfaces) > 0 {
		n := i.NetworkInterfaces[0]
		if id := cmp.Or(value(n.NetworkInterfaceId), value(n.PrivateIpAddress)); id != "" {
			add("AwsEc2NetworkInterface", arn("ec2", "network-interface/"+id), i.Tags, nil)
		}
	}
	if k := r.AccessKeyDetails; k != nil {
		id := cmp.Or(value(k.AccessKeyId), value(k.PrincipalId), value(k.UserName), "unknown")
		add("AwsIamAccessKey", "AWS::IAM::AccessKey:"+id, nil, texts("AccessKeyId", k.AccessKeyId, "PrincipalId", k.PrincipalId,
			"PrincipalName", k.UserName, "PrincipalType", k.UserType))
	}
	for _, b := range r.S3BucketDetails {
		add("AwsS3Bucket", cmp.Or(value(b.Arn), "arn:"+partition+":s3:::"+value(b.Name)), b.Tags, texts("Name", b.Name))
	}
	if c := r.EksClusterDetails; c != nil {
		add("AwsEksCluster", cmp.Or(value(c.Arn), arn("eks", "cluster/"+value(c.Name))), c.Tags, texts("Name", c.Name, "Arn", c.Arn))
	}
	if c := r.EcsClusterDetails; c != nil {
		add("AwsEcsCluster", cmp.Or(value(c.Arn), arn("ecs", "cluster/"+value(c.Name))), c.Tags, nil)
	}
	if c := r.ContainerDetails; c != nil {
		add("Container", cmp.Or(value(c.Id), value(c.Name), "unknown"), nil, texts("Name", c.Name, "ImageName", c.Image))
	}
	if l := r.LambdaDetails; l != nil {
		add("AwsLambdaFunction", cmp.Or(value(l.FunctionArn), arn("lambda", "function:"+value(l.FunctionName))), l.Tags, texts("FunctionName", l.FunctionName))
	}
	if d := r.RdsDbInstanceDetails; d != nil {
		add("AwsRdsDbInstance", cmp.Or(value(d.DbInstanceArn), arn("rds", "db:"+value(d.DbInstanceIdentifier))), d.Tags, texts("DBInstanceIdentifier", d.DbInstanceIdentifier, "Engine", d.Engine))
	}
	if len(all) == 0 {
		add("AwsAccount", "AWS::::Account:"+account, nil, nil)
	}
	return all
}

func instance(i *guardduty.InstanceDetails) map[string]any {
	d := texts("Type", i.InstanceType, "ImageId", i.ImageId, "LaunchedAt", i.LaunchTime)
	if i.IamInstanceProfile != nil && i.IamInstanceProfile.Arn != nil {
		d["IamInstanceProfileArn"] = *i.IamInstanceProfile.Arn
	}
	var addresses []string
	for _, n := range i.NetworkInterfaces {
		for _, a := range []*string{n.PrivateIpAddress, n.PublicIp} {
			if value(a) != "" {
				addresses = append(addresses, *a)
			}
		}
	}
	if len(addresses) > 0 {
		d["IpV4Addresses"] = addresses
	}
	if len(i.NetworkInterfaces) > 0 {
		for k, v := range texts("SubnetId", i.NetworkInterfaces[0].SubnetId, "VpcId", i.NetworkInterfaces[0].VpcId) {
			d[k] = v
		}
	}
	return d
}

// texts are the members that have a value, of names and values in turn.
func texts(pairs ...any) map[string]any {
	out := map[string]any{}
	for i := 0; i < len(pairs); i += 2 {
		if v := value(pairs[i+1].(*string)); v != "" {
			out[pairs[i].(string)] = v
		}
	}
	return out
}

func tagsOf(tags []guardduty.Tag) map[string]string {
	out := map[string]string{}
	for _, t := range tags {
		out[value(t.Key)] = value(t.Value)
	}
	return out
}
