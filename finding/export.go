package finding

import (
	"encoding/json"
	"fmt"

	"picket"
)

// Export writes f as EventBridge's detail and S3 exports have it: additionalInfo inline, beside its own JSON text as
// "value"; what is unknown of an instance or a caller as null; empty lists where GuardDuty writes them. Keys are sorted.
func Export(f *picket.Finding) ([]byte, error) {
	m, err := exported(f)
	if err != nil {
		return nil, err
	}
	return json.Marshal(m)
}

func exported(f *picket.Finding) (map[string]any, error) {
	b, err := json.Marshal(f.Finding)
	if err != nil {
		return nil, fmt.Errorf("encode finding %s: %w", *f.Id, err)
	}
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, fmt.Errorf("decode finding %s: %w", *f.Id, err)
	}
	service, resource := object(m, "service"), object(m, "resource")
	inlineInfo(service)
	nulls(service, "evidence")
	if call := object(object(service, "action"), "awsApiCallAction"); call != nil {
		if call["affectedResources"] == nil {
			call["affectedResources"] = map[string]any{}
		}
	}
	nulls(object(resource, "accessKeyDetails"), "accessKeyId", "principalId", "userName", "userType")
	if i := object(resource, "instanceDetails"); i != nil {
		nulls(i, "availabilityZone", "iamInstanceProfile", "imageDescription", "imageId", "instanceId", "instanceState",
			"instanceType", "launchTime", "outpostArn", "platform")
		empties(i, "networkInterfaces", "productCodes", "tags")
		for _, n := range i["networkInterfaces"].([]any) {
			nulls(n.(map[string]any), "networkInterfaceId", "privateDnsName", "privateIpAddress", "publicDnsName", "publicIp", "subnetId", "vpcId")
			empties(n.(map[string]any), "ipv6Addresses", "privateIpAddresses", "securityGroups")
			for _, a := range n.(map[string]any)["privateIpAddresses"].([]any) {
				nulls(a.(map[string]any), "privateDnsName", "privateIpAddress")
			}
		}
	}
	if buckets, ok := resource["s3BucketDetails"].([]any); ok {
		for _, b := range buckets {
			nulls(b.(map[string]any), "createdAt", "defaultServerSideEncryption", "owner", "publicAccess")
			empties(b.(map[string]any), "tags")
		}
	}
	if evidence := object(service, "evidence"); evidence != nil {
		for _, d := range evidence["threatIntelligenceDetails"].([]any) {
			empties(d.(map[string]any), "threatNames")
		}
	}
	countries(m)
	return m, nil
}

// inlineInfo puts the members of additionalInfo beside its JSON text.
func inlineInfo(service map[string]any) {
	info := object(service, "additionalInfo")
	text, _ := info["value"].(string)
	var members map[string]any
	if json.Unmarshal([]byte(text), &members) == nil {
		for k, v := range members {
			info[k] = v
		}
	}
}

// countries writes the name of an unknown country as null, wherever an address is described.
func countries(v any) {
	switch v := v.(type) {
	case map[string]any:
		if c, ok := v["country"].(map[string]any); ok {
			nulls(c, "countryName")
		}
		for _, x := range v {
			countries(x)
		}
	case []any:
		for _, x := range v {
			countries(x)
		}
	}
}

func object(m map[string]any, key string) map[string]any {
	o, _ := m[key].(map[string]any)
	return o
}

func nulls(m map[string]any, keys ...string) {
	for _, k := range keys {
		if _, ok := m[k]; !ok && m != nil {
			m[k] = nil
		}
	}
}

func empties(m map[string]any, keys ...string) {
	for _, k := range keys {
		if m[k] == nil {
			m[k] = []any{}
		}
	}
}
