package service

import (
	"reflect"
	"strings"
	"time"

	"picket/guardduty"
)

// What samples say where they name an account and a region.
const (
	sampleAccount = "111122223333"
	sampleRegion  = "us-east-1"
)

// sampleTime is when what samples speak of was made.
var sampleTime = time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)

// resourceMembers are the members of a resource that describe each type of it.
var resourceMembers = map[string][]string{
	"AccessKey":     {"AccessKeyDetails"},
	"Container":     {"ContainerDetails"},
	"EBSSnapshot":   {"EbsSnapshotDetails"},
	"EC2Image":      {"Ec2ImageDetails"},
	"ECSCluster":    {"EcsClusterDetails"},
	"EKSCluster":    {"EksClusterDetails", "KubernetesDetails"},
	"Instance":      {"InstanceDetails"},
	"Lambda":        {"LambdaDetails"},
	"RDSDBInstance": {"RdsDbInstanceDetails", "RdsDbUserDetails"},
	"RecoveryPoint": {"RecoveryPointDetails"},
	"S3Bucket":      {"S3BucketDetails"},
	"S3Object":      {"S3BucketDetails"},
}

// actionMembers are the members of an action that describe each type of it.
var actionMembers = map[string]string{
	"AWS_API_CALL":        "AwsApiCallAction",
	"DNS_REQUEST":         "DnsRequestAction",
	"KUBERNETES_API_CALL": "KubernetesApiCallAction",
	"NETWORK_CONNECTION":  "NetworkConnectionAction",
	"PORT_PROBE":          "PortProbeAction",
	"RDS_LOGIN_ATTEMPT":   "RdsLoginAttemptAction",
}

// invent fills members of a shape with values that nobody takes for real ones.
func invent(shape any, members ...string) {
	for _, name := range members {
		inventMember(reflect.ValueOf(shape).Elem().FieldByName(name), name)
	}
}

func inventMember(v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.Type() == reflect.TypeFor[*guardduty.Timestamp]() {
			v.Set(reflect.ValueOf(guardduty.NewTimestamp(sampleTime)))
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		inventMember(v.Elem(), name)
	case reflect.Struct:
		for i := range v.NumField() {
			inventMember(v.Field(i), v.Type().Field(i).Name)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		inventMember(v.Index(0), strings.TrimSuffix(name, "s"))
	case reflect.String:
		v.SetString(inventText(v, name))
	case reflect.Int32, reflect.Int64:
		v.SetInt(1)
	case reflect.Float64:
		v.SetFloat(1)
	}
}

// inventSteps makes several signals of the one that was invented, each graver than the one before and of the same parties.
func inventSteps(s *guardduty.Sequence) {
	one := s.Signals[0]
	one.ActorIds, one.ResourceUids, one.EndpointIds = []string{*s.Actors[0].Id}, []string{*s.Resources[0].Uid}, []string{*s.Endpoints[0].Id}
	s.Signals = nil
	for i, name := range []string{"First", "Second", "Third"} {
		step := one
		step.Uid, step.Name = ptr(*one.Uid+name), ptr(*one.Name+name)
		step.Severity = guardduty.Ptr(float64(3 * (i + 1)))
		s.Signals = append(s.Signals, step)
	}
}

// inventText makes a value of what a member is called.
func inventText(v reflect.Value, name string) string {
	if values := v.MethodByName("Values"); values.IsValid() {
		return values.Call(nil)[0].Index(0).String()
	}
	switch {
	case strings.Contains(name, "AccountId"):
		return sampleAccount
	case strings.HasSuffix(name, "Time") || strings.HasSuffix(name, "At"):
		return timeText(sampleTime.UnixMilli())
	case strings.HasPrefix(name, "Ipv6") || strings.HasSuffix(name, "V6"):
		return "2001:db8::1"
	case strings.HasPrefix(name, "PrivateIp"):
		return "10.0.0.1"
	case strings.HasSuffix(name, "V4") || strings.HasSuffix(name, "Ip") || strings.HasSuffix(name, "IP"):
		return "198.51.100.1"
	case strings.Contains(name, "Domain") || strings.HasSuffix(name, "DnsName"):
		return "generatedfinding.example.com"
	case strings.HasSuffix(name, "Arn"):
		return "arn:aws:example:" + sampleRegion + ":" + sampleAccount + ":GeneratedFinding" + name
	}
	return "GeneratedFinding" + name
}
