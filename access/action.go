package access

import (
	"strings"

	"picket"
	"picket/guardduty"
)

// ReadOnly reports whether an operation changes nothing.
func ReadOnly(op *guardduty.Operation) bool {
	for _, verb := range []string{"Describe", "Get", "List"} {
		if strings.HasPrefix(op.Name, verb) {
			return true
		}
	}
	return false
}

// Action is the name of an operation in policies.
func Action(op *guardduty.Operation) string { return "guardduty:" + op.Name }

// Resource is the ARN of what an operation is about: its path up to the last label, as in detector/ID/filter/NAME; what is
// tagged, for tags; and "*" for what is about no resource in particular. Labels are as guardduty.Match returns them.
func Resource(c picket.Caller, op *guardduty.Operation, labels map[string]string) string {
	end := strings.LastIndexByte(op.URI, '}')
	if end < 0 {
		return "*"
	}
	if arn, ok := labels["ResourceArn"]; ok {
		return arn
	}
	var tail strings.Builder
	for i, segment := range strings.Split(op.URI[1:end+1], "/") {
		if i > 0 {
			tail.WriteByte('/')
		}
		if strings.HasPrefix(segment, "{") {
			segment = labels[strings.Trim(segment, "{}")]
		}
		tail.WriteString(segment)
	}
	return strings.Join([]string{"arn", picket.AWSPartition(c.Region), "guardduty", c.Region, c.Account, tail.String()}, ":")
}
