package guardduty_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket/guardduty"
)

// Keys that differ from the member's name with a lower first letter.
func TestWireNames(t *testing.T) {
	known := shapes()
	f := func(shape, member, want string) {
		t.Helper()
		field, ok := known[shape].FieldByName(member)
		if got, _, _ := strings.Cut(field.Tag.Get("json"), ","); !ok || got != want {
			t.Errorf("%s.%s: got key %q, want %q", shape, member, got, want)
		}
	}
	f("Account", "Name", "account")
	f("KubernetesApiCallAction", "SourceIps", "sourceIPs")
	f("RdsLoginAttemptAction", "LoginAttributes", "LoginAttributes")
	f("Ec2Instance", "IamInstanceProfile", "IamInstanceProfile")
	f("DataSourceConfigurationsResult", "DNSLogs", "dnsLogs")
	f("ProductCode", "Code", "productCodeId")
	f("ProductCode", "ProductType", "productCodeType")
	f("KubernetesWorkload", "KubernetesResourcesTypes", "type")
	f("GeoLocation", "Lat", "lat")
	f("NetworkGeoLocation", "Latitude", "lat")
	f("NetworkGeoLocation", "Longitude", "lon")
	f("EcsTaskDetails", "TaskCreatedAt", "createdAt")
	f("GetMemberDetectorsResponse", "MemberDataSourceConfigurations", "members")
	f("GetUsageStatisticsRequest", "UsageStatisticType", "usageStatisticsType")
	f("ListMalwareScansFilterCriteria", "ListMalwareScansFilterCriterion", "filterCriterion")
	f("ListMalwareScansFilterCriterion", "ListMalwareScansCriterionKey", "criterionKey")
	f("Trend", "StartedAt", "startTime")
	f("Trend", "EndedAt", "endTime")
	f("KubernetesApiCall", "SourceIps", "sourceIPs")
}

func TestTimestamp(t *testing.T) {
	f := func(at time.Time, want string) {
		t.Helper()
		got, err := json.Marshal(guardduty.NewTimestamp(at))
		if err != nil || string(got) != want {
			t.Errorf("marshal %v: got %s, %v; want %s", at, got, err, want)
		}
		var back guardduty.Timestamp
		if err := json.Unmarshal(got, &back); err != nil || !back.Equal(at.Truncate(time.Millisecond)) {
			t.Errorf("unmarshal %s: got %v, %v", got, back, err)
		}
	}
	f(time.Unix(0, 0), "0")
	f(time.Unix(1_700_000_000, 0), "1700000000")
	f(time.Unix(1_700_000_000, 123_456_789), "1700000000.123")
	f(time.Unix(1_700_000_000, 7_000_000), "1700000000.007")
	f(time.Unix(-2, 500_000_000), "-1.5")
	f(time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), "253402300799")

	for _, bad := range []string{`"2026-01-01T00:00:00Z"`, "1e300", "253402300800", "true", "{}"} {
		var at guardduty.Timestamp
		if err := json.Unmarshal([]byte(bad), &at); err == nil {
			t.Errorf("unmarshal %s: got %v, want an error", bad, at)
		}
	}
}

func TestMatch(t *testing.T) {
	f := func(method, path, want string, wantLabels map[string]string) {
		t.Helper()
		op, labels, ok := guardduty.Match(method, path)
		got := ""
		if ok {
			got = op.Name
		} else if op != nil {
			t.Errorf("%s %s: got %s without ok", method, path, op.Name)
		}
		if diff := cmp.Diff(wantLabels, labels); got != want || diff != "" {
			t.Errorf("%s %s: got %q %v, want %q %v", method, path, got, labels, want, wantLabels)
		}
	}
	none := map[string]string(nil)
	f("GET", "/detector", "ListDetectors", map[string]string{})
	f("POST", "/detector", "CreateDetector", map[string]string{})
	f("GET", "/detector/d1", "GetDetector", map[string]string{"DetectorId": "d1"})
	f("GET", "/detector/d1/filter/a%2Fb%20c", "GetFilter", map[string]string{"DetectorId": "d1", "FilterName": "a/b c"})
	f("POST", "/detector/d1/findings/get", "GetFindings", map[string]string{"DetectorId": "d1"})
	f("GET", "/tags/arn%3Aaws%3Aguardduty%3Aus-east-1%3A123456789012%3Adetector%2Fd1%2Fipset%2Fi1", "ListTagsForResource",
		map[string]string{"ResourceArn": "arn:aws:guardduty:us-east-1:123456789012:detector/d1/ipset/i1"})
	f("DELETE", "/tags/a+b%2Bc", "UntagResource", map[string]string{"ResourceArn": "a+b+c"})

	f("GET", "/tags/arn:aws:guardduty:us-east-1:123456789012:detector/d1", "", none)
	f("PUT", "/detector/d1", "", none)
	f("get", "/detector", "", none)
	f("GET", "/detector/", "", none)
	f("GET", "/detector/d1/", "", none)
	f("GET", "//detector/d1", "", none)
	f("GET", "/detector//filter", "", none)
	f("GET", "/Detector/d1", "", none)
	f("GET", "/detector/%zz", "", none)
	f("GET", "", "", none)
	f("GET", "/", "", none)
}

// Each operation is found by a path made from its template.
func TestMatchFindsEveryOperation(t *testing.T) {
	for _, want := range guardduty.Operations() {
		path := want.URI
		for _, label := range want.PathLabels {
			path = strings.Replace(path, "{"+label+"}", "value-of-"+label, 1)
		}
		op, labels, ok := guardduty.Match(want.Method, path)
		if !ok || op.Name != want.Name || len(labels) != len(want.PathLabels) {
			t.Errorf("%s %s: got %v, want %s", want.Method, path, op, want.Name)
		}
	}
}

// Match takes the first template that fits, so no two may overlap.
func TestTemplatesDoNotOverlap(t *testing.T) {
	overlap := func(a, b string) bool {
		as, bs := strings.Split(a, "/"), strings.Split(b, "/")
		for i := range min(len(as), len(bs)) {
			if as[i] != bs[i] && !strings.HasPrefix(as[i], "{") && !strings.HasPrefix(bs[i], "{") {
				return false
			}
		}
		return len(as) == len(bs)
	}
	operations := guardduty.Operations()
	for i, a := range operations {
		for _, b := range operations[i+1:] {
			if a.Method == b.Method && overlap(a.URI, b.URI) {
				t.Errorf("%s and %s: %s %s overlap", a.Name, b.Name, a.URI, b.URI)
			}
		}
	}
}

func TestOperations(t *testing.T) {
	tokens, paginated, statuses := 0, 0, map[int]int{}
	for _, op := range guardduty.Operations() {
		statuses[op.Status]++
		if op.Paginated {
			paginated++
		}
		if op.IdempotencyToken != "" {
			tokens++
			if v := reflect.ValueOf(op.New()).Elem().FieldByName(op.IdempotencyToken); !v.IsValid() {
				t.Errorf("%s: no member %s", op.Name, op.IdempotencyToken)
			}
		}
	}
	if tokens != 12 || paginated != 21 {
		t.Errorf("got %d idempotency tokens and %d paginated operations, want 12 and 21", tokens, paginated)
	}
	if diff := cmp.Diff(map[int]int{200: 100, 202: 1, 204: 2}, statuses); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
}

func bind(t *testing.T, operation, query, body string) (guardduty.Shape, error) {
	t.Helper()
	for _, op := range guardduty.Operations() {
		if op.Name == operation {
			values, err := url.ParseQuery(query)
			if err != nil {
				t.Fatal(err)
			}
			return guardduty.Bind(&op, map[string]string{"DetectorId": "d1"}, values, strings.NewReader(body))
		}
	}
	t.Fatalf("no operation %s", operation)
	return nil, nil
}

func TestBind(t *testing.T) {
	f := func(operation, query, body string, want guardduty.Shape) {
		t.Helper()
		got, err := bind(t, operation, query, body)
		if err != nil {
			t.Errorf("%s ?%s %s: %v", operation, query, body, err)
		} else if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s ?%s %s (-want +got):\n%s", operation, query, body, diff)
		}
	}
	ptr := guardduty.Ptr[string]
	f("CreateDetector", "", `{"enable":false}`, &guardduty.CreateDetectorRequest{Enable: guardduty.Ptr(false)})
	f("CreateDetector", "", `{"Enable":true,"ENABLE":true,"unknown":[{"enable":true}]}`, &guardduty.CreateDetectorRequest{})
	f("CreateDetector", "", `{"enable":null,"tags":{},"features":[]}`, &guardduty.CreateDetectorRequest{
		Tags: map[string]string{}, Features: []guardduty.DetectorFeatureConfiguration{},
	})
	f("ArchiveFindings", "", "", &guardduty.ArchiveFindingsRequest{DetectorId: ptr("d1")})
	f("ArchiveFindings", "", " \n", &guardduty.ArchiveFindingsRequest{DetectorId: ptr("d1")})
	f("ArchiveFindings", "", `{"detectorId":"d2","DetectorId":"d2","-":"d2","findingIds":["a"]}`,
		&guardduty.ArchiveFindingsRequest{DetectorId: ptr("d1"), FindingIds: []string{"a"}})
	f("CreateFilter", "", `{"rank":1e1,"findingCriteria":{"criterion":{"a":{"greaterThan":1700000000123}}}}`,
		&guardduty.CreateFilterRequest{
			DetectorId: ptr("d1"), Rank: guardduty.Ptr[int32](10),
			FindingCriteria: &guardduty.FindingCriteria{Criterion: map[string]guardduty.Condition{
				"a": {GreaterThan: guardduty.Ptr[int64](1700000000123)},
			}},
		})
	f("ListMembers", "maxResults=5&nextToken=a%2Bb&onlyAssociated=false&x=y", "", &guardduty.ListMembersRequest{
		DetectorId: ptr("d1"), MaxResults: guardduty.Ptr[int32](5), NextToken: ptr("a+b"), OnlyAssociated: ptr("false"),
	})
	f("UntagResource", "tagKeys=a&tagKeys=b", "", &guardduty.UntagResourceRequest{ResourceArn: ptr(""), TagKeys: []string{"a", "b"}})
}

func TestBindRefuses(t *testing.T) {
	f := func(operation, query, body, wantPath, wantReason string) {
		t.Helper()
		_, err := bind(t, operation, query, body)
		invalid, ok := errors.AsType[*guardduty.ValidationError](err)
		if !ok || invalid.Path != wantPath || !strings.Contains(invalid.Reason, wantReason) {
			t.Errorf("%s ?%s %s: got %v, want %s %s", operation, query, body, err, wantPath, wantReason)
		}
	}
	f("CreateDetector", "", `{"enable":"true"}`, "enable", "true or false")
	f("CreateDetector", "", `{"enable":1}`, "enable", "true or false")
	f("CreateDetector", "", `{"tags":["a"]}`, "tags", "an object")
	f("CreateDetector", "", `{"tags":{"a":null}}`, "tags.a", "not be null")
	f("CreateDetector", "", `{"tags":{"a":1}}`, "tags.a", "a string")
	f("CreateDetector", "", `{"features":{}}`, "features", "a list")
	f("CreateDetector", "", `{"features":[{},null]}`, "features[1]", "not be null")
	f("CreateDetector", "", `{"features":[{},{"name":5}]}`, "features[1].name", "a string")
	f("CreateDetector", "", `{"features":[7]}`, "features[0]", "an object")
	f("CreateFilter", "", `{"rank":1.5}`, "rank", "whole number of 32 bits")
	f("CreateFilter", "", `{"rank":2147483648}`, "rank", "whole number of 32 bits")
	f("CreateFilter", "", `{"rank":"1"}`, "rank", "whole number")
	f("CreateFilter", "", `{"rank":1e400}`, "rank", "whole number")
	f("CreateFilter", "", `{"findingCriteria":{"criterion":{"a":{"gt":9e18}}}}`, "findingCriteria.criterion.a.gt", "64 bits")
	f("CreateDetector", "", `[]`, "", "a JSON object")
	f("CreateDetector", "", `{`, "", "must be JSON")
	f("CreateDetector", "", `{} {}`, "", "one JSON object")
	f("CreateDetector", "", "{\"enable\":true}\x00", "", "one JSON object")
	f("CreateDetector", "", strings.Repeat(`{"a":`, 20_000), "", "must be JSON")
	f("ListMembers", "maxResults=five", "", "maxResults", "whole number")
	f("ListMembers", "maxResults=99999999999", "", "maxResults", "whole number")
}

type brokenBody struct{}

var errBroken = errors.New("connection reset")

func (brokenBody) Read([]byte) (int, error) { return 0, errBroken }

func TestBindReportsABrokenBody(t *testing.T) {
	op, labels, _ := guardduty.Match("POST", "/detector")
	_, err := guardduty.Bind(op, labels, nil, brokenBody{})
	if _, invalid := errors.AsType[*guardduty.ValidationError](err); !errors.Is(err, errBroken) || invalid {
		t.Errorf("got %v, want %v as it is", err, errBroken)
	}
}

func TestWriteOutput(t *testing.T) {
	f := func(method, path string, out guardduty.Shape, wantStatus int, wantBody string) {
		t.Helper()
		op, _, ok := guardduty.Match(method, path)
		if !ok {
			t.Fatalf("no operation %s %s", method, path)
		}
		w := httptest.NewRecorder()
		if err := guardduty.WriteOutput(w, op, out); err != nil {
			t.Errorf("%s: %v", op.Name, err)
		}
		if got := strings.TrimSpace(w.Body.String()); w.Code != wantStatus || got != wantBody {
			t.Errorf("%s: got %d %s, want %d %s", op.Name, w.Code, got, wantStatus, wantBody)
		}
		if got := w.Header().Get("Content-Type"); (got == "application/json") != (wantBody != "") {
			t.Errorf("%s: got content type %q", op.Name, got)
		}
	}
	f("POST", "/detector/d1/findings", &guardduty.ListFindingsResponse{}, 200, `{"findingIds":[]}`)
	f("GET", "/detector", &guardduty.ListDetectorsResponse{DetectorIds: []string{"<&>"}}, 200, `{"detectorIds":["<&>"]}`)
	f("POST", "/detector/d1/findings/archive", &guardduty.ArchiveFindingsResponse{}, 200, `{}`)
	f("POST", "/tags/a", &guardduty.TagResourceResponse{}, 204, "")
	f("POST", "/detector/d1/investigation", &guardduty.CreateInvestigationResponse{InvestigationId: guardduty.Ptr("i")}, 202, `{"investigationId":"i"}`)
	f("PATCH", "/malware-protection-plan/p", &guardduty.Unit{}, 200, "")

	op, _, _ := guardduty.Match(http.MethodGet, "/detector")
	w := httptest.NewRecorder()
	if err := guardduty.WriteOutput(w, op, &guardduty.GetDetectorResponse{}); err == nil || w.Body.Len() > 0 {
		t.Errorf("another operation's output: got %v, %q", err, w.Body)
	}
}

// Clients index required lists without looking.
func TestRequiredListsAreNeverLeftOut(t *testing.T) {
	lists := 0
	for name, shape := range shapes() {
		data, err := json.Marshal(reflect.New(shape).Interface())
		if err != nil {
			t.Fatal(err)
		}
		var members map[string]json.RawMessage
		if err := json.Unmarshal(data, &members); err != nil {
			t.Fatal(err)
		}
		for i := range shape.NumField() {
			field := shape.Field(i)
			if !strings.HasPrefix(field.Type.Name(), "List[") {
				continue
			}
			lists++
			if got := string(members[field.Tag.Get("json")]); got != "[]" {
				t.Errorf("%s.%s: got %q when empty, want []", name, field.Name, got)
			}
		}
	}
	if lists < 30 {
		t.Errorf("there are %d required lists only", lists)
	}
}

// Whether the contract requires them or not.
func TestAnsweredListsAreNeverLeftOut(t *testing.T) {
	for _, op := range guardduty.Operations() {
		out := op.NewOutput()
		data, err := json.Marshal(out)
		if err != nil {
			t.Fatal(err)
		}
		shape := reflect.TypeOf(out).Elem()
		for i := range shape.NumField() {
			name, _, _ := strings.Cut(shape.Field(i).Tag.Get("json"), ",")
			if shape.Field(i).Type.Kind() == reflect.Slice && !strings.Contains(string(data), fmt.Sprintf("%q:[]", name)) {
				t.Errorf("%s answers without %s when it is empty", op.Name, name)
			}
		}
	}
}

func TestErrorStatus(t *testing.T) {
	f := func(name string, want int, known bool) {
		t.Helper()
		if got, ok := guardduty.ErrorStatus(name); got != want || ok != known {
			t.Errorf("%s: got %d, %v; want %d, %v", name, got, ok, want, known)
		}
	}
	f("BadRequestException", 400, true)
	f("AccessDeniedException", 403, true)
	f("ResourceNotFoundException", 404, true)
	f("ConflictException", 409, true)
	f("InternalServerErrorException", 500, true)
	f("ThrottlingException", 0, false)
	for _, op := range guardduty.Operations() {
		for _, name := range op.Errors {
			if _, ok := guardduty.ErrorStatus(name); !ok {
				t.Errorf("%s models %s, which has no status", op.Name, name)
			}
		}
		if len(op.Errors) < 2 {
			t.Errorf("%s models %v only", op.Name, op.Errors)
		}
	}
}
