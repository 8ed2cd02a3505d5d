package apptest

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/guardduty"

	contract "picket/guardduty"
)

// caller sends an operation as an account and returns its output by member names.
type caller func(operation string, input map[string]any, a *account) (output map[string]any, err error)

// goClient is the AWS SDK for Go; it lacks the newest operations.
func goClient(operation string, input map[string]any, a *account) (map[string]any, error) {
	method := reflect.ValueOf(a.Client).MethodByName(operation)
	if !method.IsValid() {
		return nil, errNotInClient
	}
	in := reflect.New(method.Type().In(1).Elem())
	if err := convert(input, in.Interface()); err != nil {
		return nil, err
	}
	results := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), in})
	if err, _ := results[1].Interface().(error); err != nil {
		return nil, err
	}
	var out map[string]any
	return out, convert(results[0].Interface(), &out)
}

var errNotInClient = fmt.Errorf("the client doesn't have the operation")

// convert takes a value over by its member names.
func convert(from, to any) error {
	b, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, to)
}

// javaScriptClient is the AWS SDK for JavaScript, which the contract comes from.
func javaScriptClient(t *testing.T, s *server) caller {
	t.Helper()
	c := exec.Command("sh", "../guardduty/gen/node.sh", "../../apptest/client.cjs", s.url, region)
	in := must(c.StdinPipe())(t)
	out := bufio.NewReader(must(c.StdoutPipe())(t))
	must(0, c.Start())(t)
	t.Cleanup(func() {
		in.Close()
		c.Wait()
	})
	return func(operation string, input map[string]any, a *account) (map[string]any, error) {
		line, err := json.Marshal(map[string]any{"operation": operation, "input": input, "key": a.AccessKeyID, "secret": a.SecretKey})
		if err != nil {
			return nil, err
		}
		if _, err := io.WriteString(in, string(line)+"\n"); err != nil {
			return nil, err
		}
		text, err := out.ReadBytes('\n')
		if err != nil {
			return nil, err
		}
		var answer struct {
			Output map[string]any
			Error  string
		}
		if err := json.Unmarshal(text, &answer); err != nil {
			return nil, err
		}
		if answer.Error != "" {
			return nil, fmt.Errorf("%s", answer.Error)
		}
		return answer.Output, nil
	}
}

// step is a call of a story.
type step struct {
	as, operation, input string
	keep                 string // NAME=PATH: a value of the output, for later inputs as $NAME
	refused              string // part of the error; empty if the call succeeds
}

// story calls all operations once or more, in an order in which each has something to work on. M manages an organization, A
// administrates it and has the member B by invitation; N belongs to the organization.
var story = []step{
	{"M", "EnableOrganizationAdminAccount", `{"AdminAccountId":"$A"}`, "", ""},
	{"M", "ListOrganizationAdminAccounts", `{}`, "", ""},
	{"A", "ListDetectors", `{}`, "a=DetectorIds.0", ""},
	{"B", "CreateDetector", `{"Enable":true,"ClientToken":"t1","Tags":{"team":"red"},"Features":[{"Name":"RDS_LOGIN_EVENTS","Status":"ENABLED"}]}`, "b=DetectorId", ""},
	{"B", "CreateDetector", `{"Enable":true,"ClientToken":"t1","Tags":{"team":"red"},"Features":[{"Name":"RDS_LOGIN_EVENTS","Status":"ENABLED"}]}`, "again=DetectorId", ""},
	{"B", "CreateDetector", `{"Enable":true}`, "", "a detector already exists for the current account"},
	{"B", "GetDetector", `{"DetectorId":"$b"}`, "", ""},
	{"B", "UpdateDetector", `{"DetectorId":"$b","FindingPublishingFrequency":"ONE_HOUR"}`, "", ""},
	{"B", "TagResource", `{"ResourceArn":"arn:aws:guardduty:us-east-1:$B:detector/$b","Tags":{"cost":"none"}}`, "", ""},
	{"B", "ListTagsForResource", `{"ResourceArn":"arn:aws:guardduty:us-east-1:$B:detector/$b"}`, "", ""},
	{"B", "UntagResource", `{"ResourceArn":"arn:aws:guardduty:us-east-1:$B:detector/$b","TagKeys":["cost"]}`, "", ""},

	{"A", "CreateMembers", `{"DetectorId":"$a","AccountDetails":[{"AccountId":"$B","Email":"b@example.com"}]}`, "", ""},
	{"A", "InviteMembers", `{"DetectorId":"$a","AccountIds":["$B"],"Message":"Please accept.","DisableEmailNotification":true}`, "", ""},
	{"A", "ListMembers", `{"DetectorId":"$a","OnlyAssociated":"false"}`, "", ""},
	{"B", "GetInvitationsCount", `{}`, "", ""},
	{"B", "ListInvitations", `{}`, "i=Invitations.0.InvitationId", ""},
	{"B", "DeclineInvitations", `{"AccountIds":["$A"]}`, "", ""},
	{"B", "DeleteInvitations", `{"AccountIds":["$A"]}`, "", ""},
	{"A", "InviteMembers", `{"DetectorId":"$a","AccountIds":["$B"],"DisableEmailNotification":true}`, "", ""},
	{"B", "ListInvitations", `{}`, "i=Invitations.0.InvitationId", ""},
	{"B", "AcceptInvitation", `{"DetectorId":"$b","MasterId":"$A","InvitationId":"$i"}`, "", ""},
	{"B", "GetMasterAccount", `{"DetectorId":"$b"}`, "", ""},
	{"B", "DisassociateFromMasterAccount", `{"DetectorId":"$b"}`, "", ""},
	{"B", "AcceptAdministratorInvitation", `{"DetectorId":"$b","AdministratorId":"$A","InvitationId":"$i"}`, "", ""},
	{"B", "AcceptInvitation", `{"DetectorId":"$b","MasterId":"$B","InvitationId":"$i"}`, "", "is already an associated member of some master account"},
	{"B", "GetAdministratorAccount", `{"DetectorId":"$b"}`, "", ""},
	{"A", "GetMembers", `{"DetectorId":"$a","AccountIds":["$B"]}`, "", ""},
	{"A", "StopMonitoringMembers", `{"DetectorId":"$a","AccountIds":["$B"]}`, "", ""},
	{"A", "StartMonitoringMembers", `{"DetectorId":"$a","AccountIds":["$B"]}`, "", ""},
	{"A", "GetMemberDetectors", `{"DetectorId":"$a","AccountIds":["$B"]}`, "", ""},
	{"A", "GetRemainingFreeTrialDays", `{"DetectorId":"$a","AccountIds":["$B"]}`, "", ""},
	{"A", "CreateMembers", `{"DetectorId":"$a","AccountDetails":[{"AccountId":"$N","Email":"n@example.com"}]}`, "", ""},
	{"A", "UpdateMemberDetectors", `{"DetectorId":"$a","AccountIds":["$N"],"Features":[{"Name":"RDS_LOGIN_EVENTS","Status":"ENABLED"}]}`, "", ""},
	{"A", "DescribeOrganizationConfiguration", `{"DetectorId":"$a"}`, "", ""},
	{"A", "UpdateOrganizationConfiguration", `{"DetectorId":"$a","AutoEnableOrganizationMembers":"NEW"}`, "", ""},
	{"A", "GetOrganizationStatistics", `{}`, "", ""},

	{"B", "CreateSampleFindings", `{"DetectorId":"$b","FindingTypes":["UnauthorizedAccess:EC2/SSHBruteForce"]}`, "", ""},
	{"A", "ListFindings", `{"DetectorId":"$a","FindingCriteria":{"Criterion":{"severity":{"GreaterThanOrEqual":1}}},"SortCriteria":{"AttributeName":"updatedAt","OrderBy":"DESC"}}`, "f=FindingIds.0", ""},
	{"A", "GetFindings", `{"DetectorId":"$a","FindingIds":["$f"]}`, "", ""},
	{"A", "ArchiveFindings", `{"DetectorId":"$a","FindingIds":["$f"]}`, "", ""},
	{"A", "UnarchiveFindings", `{"DetectorId":"$a","FindingIds":["$f"]}`, "", ""},
	{"A", "UpdateFindingsFeedback", `{"DetectorId":"$a","FindingIds":["$f"],"Feedback":"USEFUL","Comments":"seen"}`, "", ""},
	{"A", "GetFindingsStatistics", `{"DetectorId":"$a","GroupBy":"SEVERITY"}`, "", ""},
	{"A", "CreateFilter", `{"DetectorId":"$a","Name":"quiet","FindingCriteria":{"Criterion":{"type":{"Equals":["Recon:EC2/Portscan"]}}},"Action":"ARCHIVE","Rank":1,"ClientToken":"t2"}`, "fn=Name", ""},
	{"A", "GetFilter", `{"DetectorId":"$a","FilterName":"$fn"}`, "", ""},
	{"A", "ListFilters", `{"DetectorId":"$a"}`, "", ""},
	{"A", "UpdateFilter", `{"DetectorId":"$a","FilterName":"$fn","Description":"port scans"}`, "", ""},
	{"A", "DeleteFilter", `{"DetectorId":"$a","FilterName":"$fn"}`, "", ""},

	{"A", "CreateIPSet", `{"DetectorId":"$a","Name":"office","Format":"TXT","Location":"s3://lists/office.txt","Activate":true}`, "ip=IpSetId", ""},
	{"A", "GetIPSet", `{"DetectorId":"$a","IpSetId":"$ip"}`, "", ""},
	{"A", "ListIPSets", `{"DetectorId":"$a"}`, "", ""},
	{"A", "UpdateIPSet", `{"DetectorId":"$a","IpSetId":"$ip","Activate":false}`, "", ""},
	{"A", "DeleteIPSet", `{"DetectorId":"$a","IpSetId":"$ip"}`, "", ""},
	{"A", "GetIPSet", `{"DetectorId":"$a","IpSetId":"$ip"}`, "", ""},
	{"A", "CreateThreatIntelSet", `{"DetectorId":"$a","Name":"bad","Format":"STIX","Location":"https://s3.amazonaws.com/lists/bad.xml","Activate":true}`, "ti=ThreatIntelSetId", ""},
	{"A", "GetThreatIntelSet", `{"DetectorId":"$a","ThreatIntelSetId":"$ti"}`, "", ""},
	{"A", "ListThreatIntelSets", `{"DetectorId":"$a"}`, "", ""},
	{"A", "UpdateThreatIntelSet", `{"DetectorId":"$a","ThreatIntelSetId":"$ti","Name":"worse"}`, "", ""},
	{"A", "DeleteThreatIntelSet", `{"DetectorId":"$a","ThreatIntelSetId":"$ti"}`, "", ""},
	{"A", "CreateTrustedEntitySet", `{"DetectorId":"$a","Name":"ours","Format":"TXT","Location":"s3://lists/ours.txt","Activate":true}`, "te=TrustedEntitySetId", ""},
	{"A", "GetTrustedEntitySet", `{"DetectorId":"$a","TrustedEntitySetId":"$te"}`, "", ""},
	{"A", "ListTrustedEntitySets", `{"DetectorId":"$a"}`, "", ""},
	{"A", "UpdateTrustedEntitySet", `{"DetectorId":"$a","TrustedEntitySetId":"$te","Activate":false}`, "", ""},
	{"A", "DeleteTrustedEntitySet", `{"DetectorId":"$a","TrustedEntitySetId":"$te"}`, "", ""},
	{"A", "CreateThreatEntitySet", `{"DetectorId":"$a","Name":"theirs","Format":"TXT","Location":"s3://lists/theirs.txt","Activate":true}`, "he=ThreatEntitySetId", ""},
	{"A", "GetThreatEntitySet", `{"DetectorId":"$a","ThreatEntitySetId":"$he"}`, "", ""},
	{"A", "ListThreatEntitySets", `{"DetectorId":"$a"}`, "", ""},
	{"A", "UpdateThreatEntitySet", `{"DetectorId":"$a","ThreatEntitySetId":"$he","Activate":false}`, "", ""},
	{"A", "DeleteThreatEntitySet", `{"DetectorId":"$a","ThreatEntitySetId":"$he"}`, "", ""},

	{"A", "CreatePublishingDestination", `{"DetectorId":"$a","DestinationType":"S3","DestinationProperties":{"DestinationArn":"arn:aws:s3:::findings","KmsKeyArn":"arn:aws:kms:us-east-1:$A:key/1"}}`, "pd=DestinationId", ""},
	{"A", "DescribePublishingDestination", `{"DetectorId":"$a","DestinationId":"$pd"}`, "", ""},
	{"A", "ListPublishingDestinations", `{"DetectorId":"$a"}`, "", ""},
	{"A", "UpdatePublishingDestination", `{"DetectorId":"$a","DestinationId":"$pd","DestinationProperties":{"DestinationArn":"arn:aws:s3:::findings2","KmsKeyArn":"arn:aws:kms:us-east-1:$A:key/1"}}`, "", ""},
	{"A", "DeletePublishingDestination", `{"DetectorId":"$a","DestinationId":"$pd"}`, "", ""},

	{"A", "GetUsageStatistics", `{"DetectorId":"$a","UsageStatisticType":"SUM_BY_ACCOUNT","UsageCriteria":{"Features":["CLOUD_TRAIL"]}}`, "", ""},
	{"A", "GetUsageStatistics", `{"DetectorId":"$a","UsageStatisticType":"SUM_BY_DATA_SOURCE","UsageCriteria":{"Features":["S3_DATA_EVENTS"]}}`, "", ""},
	{"A", "GetUsageStatistics", `{"DetectorId":"$a","UsageStatisticType":"SUM_BY_RESOURCE","UsageCriteria":{"Features":["S3_DATA_EVENTS"]}}`, "", ""},
	{"A", "GetUsageStatistics", `{"DetectorId":"$a","UsageStatisticType":"SUM_BY_FEATURES","UsageCriteria":{"Features":["S3_DATA_EVENTS"]}}`, "", ""},
	{"A", "GetUsageStatistics", `{"DetectorId":"$a","UsageStatisticType":"TOP_RESOURCES","UsageCriteria":{"Features":["S3_DATA_EVENTS"]}}`, "", ""},
	{"A", "GetUsageStatistics", `{"DetectorId":"$a","UsageStatisticType":"TOP_ACCOUNTS_BY_FEATURE","UsageCriteria":{"Features":["S3_DATA_EVENTS"]}}`, "", ""},
	{"A", "ListCoverage", `{"DetectorId":"$a"}`, "", ""},
	{"A", "GetCoverageStatistics", `{"DetectorId":"$a","StatisticsType":["COUNT_BY_RESOURCE_TYPE"]}`, "", ""},

	{"A", "ListCustomDetectionRules", `{}`, "cr=Rules.0.RuleId", ""},
	{"A", "GetCustomDetectionRule", `{"RuleId":"$cr"}`, "", ""},
	{"A", "CreateCustomDetectionRuleAssociation", `{"RuleId":"$cr","Mode":"DRY_RUN"}`, "ca=RuleAssociation.AssociationId", ""},
	{"A", "GetCustomDetectionRuleAssociation", `{"RuleId":"$cr","AssociationId":"$ca"}`, "", ""},
	{"A", "ListCustomDetectionRuleAssociations", `{"RuleId":"$cr"}`, "", ""},
	{"A", "UpdateCustomDetectionRuleAssociation", `{"RuleId":"$cr","AssociationId":"$ca","Mode":"LIVE"}`, "", ""},
	{"A", "DeleteCustomDetectionRuleAssociation", `{"RuleId":"$cr","AssociationId":"$ca"}`, "", ""},
	{"A", "CreateCustomDetectionRuleOrgConfiguration", `{"RuleId":"$cr","Mode":"LIVE","ExcludeAccountIds":["$N"]}`, "", ""},
	{"A", "GetCustomDetectionRuleOrgConfiguration", `{"RuleId":"$cr","Mode":"LIVE"}`, "", ""},
	{"A", "ListCustomDetectionRuleOrgConfigurations", `{}`, "", ""},
	{"A", "UpdateCustomDetectionRuleOrgConfiguration", `{"RuleId":"$cr","Mode":"LIVE","IncludeAccountIds":["$N"]}`, "", ""},
	{"A", "DeleteCustomDetectionRuleOrgConfiguration", `{"RuleId":"$cr","Mode":"LIVE"}`, "", ""},

	{"A", "CreateMalwareProtectionPlan", `{"Role":"arn:aws:iam::$A:role/scan","ProtectedResource":{"S3Bucket":{"BucketName":"uploads"}}}`, "mp=MalwareProtectionPlanId", ""},
	{"A", "GetMalwareProtectionPlan", `{"MalwareProtectionPlanId":"$mp"}`, "", ""},
	{"A", "ListMalwareProtectionPlans", `{}`, "", ""},
	{"A", "UpdateMalwareProtectionPlan", `{"MalwareProtectionPlanId":"$mp","Role":"arn:aws:iam::$A:role/other"}`, "", ""},
	{"A", "DeleteMalwareProtectionPlan", `{"MalwareProtectionPlanId":"$mp"}`, "", ""},
	{"A", "GetMalwareScanSettings", `{"DetectorId":"$a"}`, "", ""},
	{"A", "UpdateMalwareScanSettings", `{"DetectorId":"$a","EbsSnapshotPreservation":"RETENTION_WITH_FINDING"}`, "", ""},
	{"A", "DescribeMalwareScans", `{"DetectorId":"$a"}`, "", ""},
	{"A", "ListMalwareScans", `{}`, "", ""},
	{"A", "GetMalwareScan", `{"ScanId":"0123456789abcdef0123456789abcdef"}`, "", "no malware scan"},
	{"A", "StartMalwareScan", `{"ResourceArn":"arn:aws:ec2:us-east-1:$A:instance/i-0123456789abcdef0"}`, "", "no malware scanner"},
	{"A", "SendObjectMalwareScan", `{"S3Object":{"Bucket":"uploads","Key":"x"}}`, "", "no malware scanner"},
	{"A", "CreateInvestigation", `{"DetectorId":"$a","TriggerPrompt":"why"}`, "", "no investigations"},
	{"A", "GetInvestigation", `{"DetectorId":"$a","InvestigationId":"00000000-0000-0000-0000-000000000000"}`, "", "no investigations"},
	{"A", "ListInvestigations", `{"DetectorId":"$a"}`, "", "no investigations"},
	{"A", "ListInvestigationRecords", `{"DetectorId":"$a","InvestigationId":"x"}`, "", "no investigations"},

	{"B", "DisassociateFromAdministratorAccount", `{"DetectorId":"$b"}`, "", ""},
	{"A", "DisassociateMembers", `{"DetectorId":"$a","AccountIds":["$N"]}`, "", ""},
	{"A", "DeleteMembers", `{"DetectorId":"$a","AccountIds":["$B","$N"]}`, "", ""},
	{"M", "DisableOrganizationAdminAccount", `{"AdminAccountId":"$A"}`, "", ""},
	{"B", "DeleteDetector", `{"DetectorId":"$b"}`, "", ""},
}

// TestEveryOperation tells the story through both SDKs, on both stores.
func TestEveryOperation(t *testing.T) {
	t.Run("Go", func(t *testing.T) {
		called := tell(t, start(t), func(*server) caller { return goClient })
		if got, all := len(called), reflect.TypeFor[*guardduty.Client]().NumMethod()-1; got != all { // but Options
			t.Errorf("the story calls %d of the client's %d operations", got, all)
		}
	})
	t.Run("JavaScript on PostgreSQL", func(t *testing.T) {
		called := tell(t, start(t, onPostgres(t)), func(s *server) caller { return javaScriptClient(t, s) })
		for _, op := range contract.Operations() {
			if !called[op.Name] {
				t.Errorf("%s is not in the story", op.Name)
			}
		}
	})
}

// tell tells the story. Before each step, each of the intruders tries the same call.
func tell(t *testing.T, s *server, client func(*server) caller, intruders ...intruder) (called map[string]bool) {
	call := client(s)
	who := map[string]*account{}
	who["M"] = s.account("100000000001")
	s.operator("organization", "create", "100000000001")
	for name, id := range map[string]string{"A": "100000000002", "N": "100000000004"} {
		who[name] = s.account(id, "--organization", "100000000001")
	}
	who["B"] = s.account("100000000003")
	values := map[string]string{}
	for name, a := range who {
		values[name] = a.ID
	}
	called = map[string]bool{}
	for _, st := range story {
		input := fill(t, st.input, values)
		for _, i := range intruders {
			i(t, s, who, st, input, values)
		}
		out, err := call(st.operation, input, who[st.as])
		if errors.Is(err, errNotInClient) {
			continue
		}
		called[st.operation] = true
		switch {
		case st.refused == "" && err != nil:
			t.Errorf("%s %v: %v", st.operation, input, err)
		case st.refused != "" && (err == nil || !strings.Contains(err.Error(), st.refused)):
			t.Errorf("%s: got %v, want %q", st.operation, err, st.refused)
		case st.keep != "":
			name, path, _ := strings.Cut(st.keep, "=")
			values[name] = at(t, st.operation, out, path)
		}
		if refused, _ := out["UnprocessedAccounts"].([]any); len(refused) > 0 {
			t.Errorf("%s: unprocessed %v", st.operation, refused)
		}
	}
	if values["again"] != values["b"] {
		t.Errorf("the same client token made detectors %s and %s", values["b"], values["again"])
	}
	return called
}

// fill replaces $NAME in an input, the longest names first.
func fill(t *testing.T, input string, values map[string]string) map[string]any {
	t.Helper()
	var pairs []string
	for _, length := range []int{2, 1} {
		for name, value := range values {
			if len(name) == length {
				pairs = append(pairs, "$"+name, value)
			}
		}
	}
	var out map[string]any
	must(0, json.Unmarshal([]byte(strings.NewReplacer(pairs...).Replace(input)), &out))(t)
	return out
}

// at is the text at a path of names and indexes.
func at(t *testing.T, operation string, tree any, path string) string {
	t.Helper()
	for _, name := range strings.Split(path, ".") {
		switch v := tree.(type) {
		case map[string]any:
			tree = v[name]
		case []any:
			if tree = any(nil); name == "0" && len(v) > 0 {
				tree = v[0]
			}
		}
	}
	s, ok := tree.(string)
	if !ok {
		t.Errorf("%s answers nothing at %s", operation, path)
	}
	return s
}
