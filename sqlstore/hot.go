package sqlstore

import (
	"crypto/sha256"
	"encoding/binary"
)

// hot are the attributes whose values are kept in a table of their own, so that few findings among millions are found by them:
// those that GuardDuty's documentation of ListFindings names, unless rows or traits have them, and most of their like of other
// actions and resources. Of confidence it speaks too, which no finding has.
// The numbers are stored: none may change, and a new one needs a migration that fills the table.
var hot = map[string]int64{
	"resource.accesskeydetails.accesskeyid":                                               1,
	"resource.accesskeydetails.principalid":                                               2,
	"resource.accesskeydetails.username":                                                  3,
	"resource.instancedetails.instanceid":                                                 4,
	"resource.instancedetails.networkinterfaces.publicip":                                 5,
	"resource.s3bucketdetails.name":                                                       6,
	"resource.eksclusterdetails.name":                                                     7,
	"resource.lambdadetails.functionname":                                                 8,
	"resource.rdsdbinstancedetails.dbinstanceidentifier":                                  9,
	"resource.rdsdbuserdetails.user":                                                      10,
	"service.action.awsapicallaction.remoteipdetails.ipaddressv4":                         11,
	"service.action.awsapicallaction.remoteipdetails.ipaddressv6":                         12,
	"service.action.networkconnectionaction.remoteipdetails.ipaddressv4":                  13,
	"service.action.networkconnectionaction.remoteipdetails.ipaddressv6":                  14,
	"service.action.portprobeaction.portprobedetails.remoteipdetails.ipaddressv4":         15,
	"service.action.portprobeaction.portprobedetails.remoteipdetails.ipaddressv6":         16,
	"service.action.kubernetesapicallaction.remoteipdetails.ipaddressv4":                  17,
	"service.action.kubernetesapicallaction.remoteipdetails.ipaddressv6":                  18,
	"service.action.rdsloginattemptaction.remoteipdetails.ipaddressv4":                    19,
	"service.action.rdsloginattemptaction.remoteipdetails.ipaddressv6":                    20,
	"service.action.dnsrequestaction.domain":                                              21,
	"service.action.awsapicallaction.domaindetails.domain":                                22,
	"resource.accesskeydetails.usertype":                                                  23,
	"resource.instancedetails.iaminstanceprofile.arn":                                     24,
	"resource.instancedetails.iaminstanceprofile.id":                                      25,
	"resource.instancedetails.imageid":                                                    26,
	"resource.instancedetails.networkinterfaces.ipv6addresses":                            27,
	"resource.instancedetails.networkinterfaces.privateipaddress":                         28,
	"resource.instancedetails.networkinterfaces.privateipaddresses.privateipaddress":      29,
	"resource.instancedetails.networkinterfaces.publicdnsname":                            30,
	"resource.instancedetails.networkinterfaces.securitygroups.groupid":                   31,
	"resource.instancedetails.networkinterfaces.securitygroups.groupname":                 32,
	"resource.instancedetails.networkinterfaces.subnetid":                                 33,
	"resource.instancedetails.networkinterfaces.vpcid":                                    34,
	"resource.instancedetails.tags.key":                                                   35,
	"resource.instancedetails.tags.value":                                                 36,
	"resource.s3bucketdetails.tags.key":                                                   37,
	"resource.s3bucketdetails.tags.value":                                                 38,
	"resource.eksclusterdetails.tags.key":                                                 39,
	"resource.eksclusterdetails.tags.value":                                               40,
	"resource.ecsclusterdetails.tags.key":                                                 41,
	"resource.ecsclusterdetails.tags.value":                                               42,
	"resource.lambdadetails.tags.key":                                                     43,
	"resource.lambdadetails.tags.value":                                                   44,
	"resource.containerdetails.image":                                                     45,
	"resource.kubernetesdetails.kubernetesuserdetails.username":                           46,
	"resource.kubernetesdetails.kubernetesworkloaddetails.name":                           47,
	"resource.kubernetesdetails.kubernetesworkloaddetails.namespace":                      48,
	"service.action.awsapicallaction.api":                                                 49,
	"service.action.awsapicallaction.callertype":                                          50,
	"service.action.awsapicallaction.servicename":                                         51,
	"service.action.awsapicallaction.remoteipdetails.city.cityname":                       52,
	"service.action.awsapicallaction.remoteipdetails.organization.asn":                    53,
	"service.action.awsapicallaction.remoteipdetails.organization.asnorg":                 54,
	"service.action.networkconnectionaction.remoteipdetails.city.cityname":                55,
	"service.action.networkconnectionaction.remoteipdetails.organization.asn":             56,
	"service.action.networkconnectionaction.remoteipdetails.organization.asnorg":          57,
	"service.action.portprobeaction.portprobedetails.remoteipdetails.city.cityname":       58,
	"service.action.portprobeaction.portprobedetails.remoteipdetails.organization.asn":    59,
	"service.action.portprobeaction.portprobedetails.remoteipdetails.organization.asnorg": 60,
	"service.action.kubernetesapicallaction.remoteipdetails.city.cityname":                61,
	"service.action.kubernetesapicallaction.remoteipdetails.organization.asn":             62,
	"service.action.kubernetesapicallaction.remoteipdetails.organization.asnorg":          63,
	"service.action.rdsloginattemptaction.remoteipdetails.city.cityname":                  64,
	"service.action.rdsloginattemptaction.remoteipdetails.organization.asn":               65,
	"service.action.rdsloginattemptaction.remoteipdetails.organization.asnorg":            66,
	"service.action.dnsrequestaction.domainwithsuffix":                                    67,
	"service.action.networkconnectionaction.blocked":                                      68,
	"service.action.networkconnectionaction.protocol":                                     69,
	"service.action.networkconnectionaction.localportdetails.port":                        70,
	"service.action.networkconnectionaction.remoteportdetails.port":                       71,
	"service.action.portprobeaction.portprobedetails.localportdetails.port":               72,
	"service.additionalinfo.threatlistname":                                               73,
	"service.ebsvolumescandetails.scanid":                                                 74,
	"service.evidence.threatintelligencedetails.threatlistname":                           75,
}

// maxIndexed is how long a text may be that stands in an index: PostgreSQL takes no entry above a third of a page.
const maxIndexed = 500

// hotValue is a row of finding_values, less the finding's number.
type hotValue struct {
	path  int64
	value string
}

func hotValues(attrs map[string][]string) map[hotValue]bool {
	values := map[hotValue]bool{}
	for attribute, path := range hot {
		for _, v := range attrs[attribute] {
			if len(v) <= maxIndexed {
				values[hotValue{path, v}] = true
			}
		}
	}
	return values
}

// resources says which attribute is the id of a resource, by its type.
var resources = map[string]string{
	"AccessKey":         "resource.accesskeydetails.accesskeyid",
	"Container":         "resource.containerdetails.id",
	"EBSSnapshot":       "resource.ebssnapshotdetails.snapshotarn",
	"EC2Image":          "resource.ec2imagedetails.imagearn",
	"ECSCluster":        "resource.ecsclusterdetails.name",
	"EKSCluster":        "resource.eksclusterdetails.name",
	"Instance":          "resource.instancedetails.instanceid",
	"KubernetesCluster": "resource.kubernetesdetails.kubernetesworkloaddetails.name",
	"Lambda":            "resource.lambdadetails.functionname",
	"RDSDBInstance":     "resource.rdsdbinstancedetails.dbinstanceidentifier",
	"RDSLimitlessDB":    "resource.rdslimitlessdbdetails.dbshardgroupidentifier",
	"RecoveryPoint":     "resource.recoverypointdetails.recoverypointarn",
	"S3Bucket":          "resource.s3bucketdetails.name",
	"S3Object":          "resource.s3bucketdetails.name",
}

// resourceOf returns type and id of the resource that a finding is about; the id is empty where it is about several, or none.
func resourceOf(attrs map[string][]string) (typ, id string) {
	typ = first(attrs["resource.resourcetype"])
	id = first(attrs[resources[typ]])
	return typ, id[:min(len(id), maxIndexed)]
}

// placeOf is the number that stands for an account's resource in indexes: of two million no two are equal.
func placeOf(account, typ, id string) int64 {
	if id == "" {
		return 0
	}
	h := sha256.Sum256([]byte(account + "\n" + typ + "\n" + id))
	return int64(binary.BigEndian.Uint64(h[:]) >> 1)
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
