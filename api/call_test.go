package api_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsguardduty "github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"

	"picket/access"
	"picket/api"
	"picket/guardduty"
)

func TestTheSDKWorks(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	ctx := context.Background()
	client := w.guardduty(root)
	id := w.detector(root)
	got, err := client.GetDetector(ctx, &awsguardduty.GetDetectorInput{DetectorId: &id})
	if err != nil || got.Status != types.DetectorStatusEnabled {
		t.Errorf("got %+v, %v", got, err)
	}
	if _, err := client.UpdateDetector(ctx, &awsguardduty.UpdateDetectorInput{DetectorId: &id, Enable: aws.Bool(false)}); err != nil {
		t.Error(err)
	}
	arn := "arn:aws:guardduty:" + region + ":" + one + ":detector/" + id
	if _, err := client.TagResource(ctx, &awsguardduty.TagResourceInput{ResourceArn: &arn, Tags: map[string]string{"a:b": "é/+", "c": "d"}}); err != nil {
		t.Error(err)
	}
	if _, err := client.UntagResource(ctx, &awsguardduty.UntagResourceInput{ResourceArn: &arn, TagKeys: []string{"c", "x+y"}}); err != nil {
		t.Error(err)
	}
	tags, err := client.ListTagsForResource(ctx, &awsguardduty.ListTagsForResourceInput{ResourceArn: &arn})
	if err != nil || len(tags.Tags) != 1 || tags.Tags["a:b"] != "é/+" {
		t.Errorf("tags %v, %v", tags, err)
	}
	list, err := w.guarddutyIn("us-east-1", root).ListDetectors(ctx, &awsguardduty.ListDetectorsInput{})
	if err != nil || len(list.DetectorIds) != 0 {
		t.Errorf("in another region: %v, %v", list, err)
	}
	if _, err := client.DeleteDetector(ctx, &awsguardduty.DeleteDetectorInput{DetectorId: &id}); err != nil {
		t.Error(err)
	}
	_, err = client.GetDetector(ctx, &awsguardduty.GetDetectorInput{DetectorId: &id})
	wantError(t, err, "BadRequestException", "The request is rejected because the input detectorId is not owned by the current account.")
	if _, typed := errors.AsType[*types.BadRequestException](err); !typed {
		t.Errorf("%T is not the SDK's type", err)
	}
}

// A plus in a query is signed as a plus, so it must be read as one.
func TestAPlusIsAPlus(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	tags := "/tags/arn%3Aaws%3Aguardduty%3A" + region + "%3A" + one + "%3Adetector%2F" + w.detector(root)
	if a := w.call(root, "POST", tags, `{"tags":{"x+y":"1","z":"2"}}`); a.status != http.StatusNoContent {
		t.Fatal(a)
	}
	r := w.signed(root, "DELETE", tags+"?tagKeys=x%2By", "")
	r.URL.RawQuery = "tagKeys=x+y"
	if a := w.do(r); a.status != http.StatusNoContent {
		t.Error(a)
	}
	if a := w.call(root, "GET", tags, ""); a.body != `{"tags":{"z":"2"}}`+"\n" {
		t.Errorf("left: %s", a.body)
	}
}

func TestABasePathIsSigned(t *testing.T) {
	w := newWorld(t, func(c *api.Config, _ *http.Server) { c.BasePath = "/a/b" })
	root := w.account(one)
	w.call(root, "GET", "/detector", "").refused(t, "without the base path", "UnknownOperationException")
	w.url += "/a/b"
	if id := w.detector(root); id == "" {
		t.Error("no detector")
	}
}

func TestSentences(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	id := w.detector(root)
	f := func(method, path, body, sentence, detail, parameter string) {
		t.Helper()
		a := w.call(root, method, path, body)
		a.refused(t, path, "BadRequestException")
		for _, want := range []string{
			`"message":"` + sentence + `"`, `"__type":"InvalidInputException"`, detail, `"parameter":"` + parameter + `"`,
		} {
			if parameter != "" || !strings.HasPrefix(want, `"parameter"`) {
				if !strings.Contains(a.body, want) {
					t.Errorf("%s %s: got %s\nwant %s", method, path, a.body, want)
				}
			}
		}
	}
	const (
		value   = "The request is rejected because an invalid or out-of-range value is specified as an input parameter."
		values  = "The request is rejected because one or more input parameters have invalid values."
		bounds  = "The request is rejected because the parameter maxResults is out-of-bounds."
		missing = "The request is rejected because required query or path parameters are not specified."
	)
	many := `{"accountDetails":[` + strings.Repeat(`{"accountId":"111122223333","email":"a@b.example.com"},`, 63) + `{}]}`
	f("POST", "/detector/"+id+"/member", many,
		"The request failed because the length provided for the accountDetails array was 64. Max allowed length is 50.", "accountDetails must have 1 to 50 items", "accountDetails")
	f("POST", "/detector/"+id+"/member", `{"accountDetails":[]}`, value, "accountDetails must have 1 to 50 items", "accountDetails")
	f("POST", "/detector/"+id+"/member", `{}`, value, "accountDetails is required", "accountDetails")
	f("POST", "/detector/"+id+"/member", `{"accountDetails":[null]}`, value, "accountDetails[0] must not be null", "accountDetails[0]")
	f("POST", "/detector/"+id+"/member", `{"accountDetails":[{"accountId":1,"email":"x"}]}`, value, "accountDetails[0].accountId must be a string", "accountDetails[0].accountId")
	f("GET", "/detector?maxResults=0", "", bounds, "maxResults must be from 1 to 50", "maxResults")
	f("GET", "/detector?maxResults=51", "", bounds, "maxResults must be from 1 to 50", "maxResults")
	f("GET", "/detector?maxResults=many", "", "The request is rejected because the parameter maxResults has an invalid value.", "a whole number", "maxResults")
	f("GET", "/detector/"+id+"/member?onlyAssociated=maybe", "", "The request is rejected because the parameter onlyAssociated has an invalid value.", "true or false", "onlyAssociated")
	f("GET", "/detector/"+strings.Repeat("x", 301), "", "The request is rejected because the parameter detectorId has an invalid value.", "1 to 300 characters", "detectorId")
	f("DELETE", "/tags/arn%3Aaws%3Aguardduty%3A"+region+"%3A"+one+"%3Adetector%2F"+id, "", missing, "tagKeys is required", "tagKeys")
	f("POST", "/detector", `{"enable":"yes"}`, value, "enable must be true or false", "enable")
	f("POST", "/detector", `{"enable":true`, values, "the body must be JSON", "")
	f("POST", "/detector", `[]`, values, "the body must be a JSON object", "")
	f("POST", "/detector", `{"enable":true}`, "The request is rejected because a detector already exists for the current account.", id, "")
	if a := w.call(root, "GET", "/detector/"+id+"/member?onlyAssociated=FALSE", ""); a.status != http.StatusOK {
		t.Errorf("onlyAssociated=FALSE: %+v", a)
	}
}

// path fills the path of an operation with ids, and its query with what is required.
func path(op guardduty.Operation) string {
	uri := op.URI
	for _, l := range op.PathLabels {
		id := "0123456789abcdef0123456789abcdef"
		if l == "ResourceArn" {
			id = "arn%3Aaws%3Aguardduty%3A" + region + "%3A" + one + "%3Adetector%2F" + id
		}
		uri = strings.Replace(uri, "{"+l+"}", id, 1)
	}
	return uri
}

func TestEveryOperationAsksWhoCallsAndWhetherTheyMay(t *testing.T) {
	w := newWorld(t)
	w.account(one)
	none, reader := w.user(one, "none"), w.user(one, "reader", "AmazonGuardDutyReadOnlyAccess")
	for _, op := range guardduty.Operations() {
		body := ""
		if op.Method == http.MethodPost || op.Method == http.MethodPut || op.Method == http.MethodPatch {
			body = "{}"
		}
		r := w.signed(none, op.Method, path(op), body)
		r.Header.Del("Authorization")
		w.do(r).refused(t, op.Name+" unsigned", "MissingAuthenticationTokenException")

		a := w.call(none, op.Method, path(op), body)
		a.refused(t, op.Name+" without a policy", "AccessDeniedException")
		want := fmt.Sprintf("User: arn:aws:iam::%s:user/none is not authorized to perform: guardduty:%s on resource: ", one, op.Name)
		if !strings.Contains(a.body, want) || !strings.Contains(a.body, "because no identity-based policy allows the guardduty:"+op.Name+" action") {
			t.Errorf("%s: %s", op.Name, a.body)
		}

		a = w.call(reader, op.Method, path(op), body)
		if denied := strings.Contains(a.body, "is not authorized to perform"); denied == access.ReadOnly(&op) || a.status >= 500 {
			t.Errorf("%s with read-only access: %d %s", op.Name, a.status, a.body)
		}
	}
}

func TestPoliciesNarrowToResourcesAndTags(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	id := w.detector(root)
	arn := "arn:aws:guardduty:" + region + ":" + one + ":detector/" + id
	ctx := context.Background()
	if _, err := w.guardduty(root).TagResource(ctx, &awsguardduty.TagResourceInput{ResourceArn: &arn, Tags: map[string]string{"Env": "prod"}}); err != nil {
		t.Fatal(err)
	}
	policy := func(action, rest string) string {
		return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"guardduty:` + action + `",` + rest + `}}`
	}
	allowed := func(name string, c aws.Credentials, method, path, body string, want bool) {
		t.Helper()
		a := w.call(c, method, path, body)
		if got := a.header.Get("X-Amzn-ErrorType") != "AccessDeniedException"; got != want || a.status >= 500 {
			t.Errorf("%s: %d %s; want allowed: %v", name, a.status, a.body, want)
		}
	}
	scoped := w.user(one, "scoped", policy("*", `"Resource":"`+arn+`/filter/mine-*"`))
	allowed("own filter", scoped, "GET", "/detector/"+id+"/filter/mine-1", "", true)
	allowed("other filter", scoped, "GET", "/detector/"+id+"/filter/yours-1", "", false)
	allowed("other filter by a detour", scoped, "GET", "/detector/"+id+"/filter/mine-1%2F..%2Fyours-1", "", true) // a name like any other
	allowed("detector", scoped, "GET", "/detector/"+id, "", false)

	for env, want := range map[string]bool{"prod": true, "test": false} {
		c := w.user(one, "tags-"+env, policy("GetDetector", `"Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/env":"`+env+`"}}`))
		allowed("resource tag "+env, c, "GET", "/detector/"+id, "", want)
	}
	tagger := w.user(one, "tagger", policy("TagResource", `"Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["team"]},"StringEquals":{"aws:RequestTag/team":"blue"}}`))
	tags := "/tags/" + strings.NewReplacer(":", "%3A", "/", "%2F").Replace(arn)
	allowed("request tag", tagger, "POST", tags, `{"tags":{"team":"blue"}}`, true)
	allowed("other value", tagger, "POST", tags, `{"tags":{"team":"red"}}`, false)
	allowed("one more key", tagger, "POST", tags, `{"tags":{"team":"blue","x":"y"}}`, false)
	untagger := w.user(one, "untagger", policy("UntagResource", `"Resource":"*","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["team"]}}`))
	allowed("take away", untagger, "DELETE", tags+"?tagKeys=team", "", true)
	allowed("take away more", untagger, "DELETE", tags+"?tagKeys=team&tagKeys=x", "", false)

	here := w.user(one, "here", policy("*", `"Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"127.0.0.1"},"Bool":{"aws:SecureTransport":"false"},"StringEquals":{"aws:RequestedRegion":"`+region+`"}}`))
	allowed("from here", here, "GET", "/detector", "", true)
	if a := w.do(w.signedFor(here, "guardduty", "us-east-1", w.now(), "GET", "/detector", "")); a.status != http.StatusForbidden {
		t.Errorf("from another region: %+v", a)
	}
	foreign := strings.Replace(tags, one, two, 1)
	allowed("another account's ARN", root, "GET", foreign, "", false)
}

func TestAccountsDontSeeEachOther(t *testing.T) {
	w := newWorld(t)
	id := w.detector(w.account(one))
	_, err := w.guardduty(w.account(two)).GetDetector(context.Background(), &awsguardduty.GetDetectorInput{DetectorId: &id})
	wantError(t, err, "BadRequestException", "is not owned by the current account")
}

func TestClosedAccountsMayNotCall(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	user := w.user(one, "dana", "AmazonGuardDutyFullAccess")
	if err := w.service.CloseAccount(context.Background(), one); err != nil {
		t.Fatal(err)
	}
	for _, c := range []aws.Credentials{root, user} {
		a := w.call(c, "GET", "/detector", "")
		a.refused(t, "closed", "UnrecognizedClientException")
		if !strings.Contains(a.body, "Account "+one+" is closed.") {
			t.Errorf("got %s", a.body)
		}
	}
	if err := w.service.ReopenAccount(context.Background(), one); err != nil {
		t.Fatal(err)
	}
	if a := w.call(root, "GET", "/detector", ""); a.status != http.StatusOK {
		t.Errorf("reopened: %+v", a)
	}
}

func TestAccountsThatCallTooOftenAreThrottled(t *testing.T) {
	w := newWorld(t, func(c *api.Config, _ *http.Server) { c.Rate, c.Burst = 1, 2 })
	loud, quiet := w.account(one), w.account(two)
	user := w.user(one, "dana", "AmazonGuardDutyFullAccess")
	for i := range 5 {
		a := w.call(loud, "GET", "/detector", "")
		if i < 2 && a.status != http.StatusOK {
			t.Errorf("call %d: %+v", i, a)
		}
		if i >= 2 {
			a.refused(t, fmt.Sprint("call ", i), "ThrottlingException")
		}
	}
	_, err := w.guardduty(user).ListDetectors(context.Background(), &awsguardduty.ListDetectorsInput{})
	wantError(t, err, "ThrottlingException", "Rate exceeded")
	if a := w.call(quiet, "GET", "/detector", ""); a.status != http.StatusOK {
		t.Errorf("the other account: %+v", a)
	}
	w.wait(1500 * time.Millisecond)
	if a := w.call(loud, "GET", "/detector", ""); a.status != http.StatusOK {
		t.Errorf("a second later: %+v", a)
	}
}

func TestPathsThatAreNotTheAPI(t *testing.T) {
	w := newWorld(t)
	get := func(method, path string) answer {
		t.Helper()
		r, err := http.NewRequest(method, w.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		return w.do(r)
	}
	if a := get("GET", "/"); a.status != http.StatusFound || a.header.Get("Location") != "/console/" {
		t.Errorf("a browser: %+v", a)
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if a := get("GET", path); a.status != http.StatusOK || a.body != "ok\n" {
			t.Errorf("%s: %+v", path, a)
		}
		get("POST", path).refused(t, path, "UnknownOperationException")
	}
	get("DELETE", "/").refused(t, "DELETE /", "UnknownOperationException")
	get("GET", "/detectors").refused(t, "unknown", "UnknownOperationException")
	get("GET", "/detector/").refused(t, "empty id", "UnknownOperationException")
	get("GET", "//detector").refused(t, "two slashes", "UnknownOperationException")
}
