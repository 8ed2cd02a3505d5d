package api_test

import (
	"slices"
	"testing"

	awsguardduty "github.com/aws/aws-sdk-go-v2/service/guardduty"
)

// What a filter would archive is told to who may list the findings, of the own detector alone.
func TestPreviewFilter(t *testing.T) {
	w := newWorld(t)
	root, other := w.account(one), w.account(two)
	id, others := w.detector(root), w.detector(other)
	samples := []string{"Backdoor:EC2/C&CActivity.B!DNS", "Recon:EC2/PortProbeUnprotectedPort"}
	_, err := w.guardduty(root).CreateSampleFindings(t.Context(), &awsguardduty.CreateSampleFindingsInput{DetectorId: &id, FindingTypes: samples})
	if err != nil {
		t.Fatal(err)
	}
	probes := `{"findingCriteria":{"criterion":{"type":{"matches":["Recon:*"]}}}}`
	path := func(id string) string { return "/picket/detector/" + id + "/findings/preview" }
	f := func(name string, got answer, status int, body string) {
		t.Helper()
		if got.status != status || body != "" && got.body != body {
			t.Errorf("%s: got %d %s, want %d %s", name, got.status, got.body, status, body)
		}
	}
	f("own", w.call(root, "POST", path(id), probes), 200, `{"matching":1,"current":2,"severities":{"Low":1}}`)
	f("nobody's finding", w.call(other, "POST", path(others), probes), 200, `{"matching":0,"current":0,"severities":{}}`)
	reader := w.user(one, "reader", "AmazonGuardDutyReadOnlyAccess")
	f("reader", w.call(reader, "POST", path(id), probes), 200, "")

	w.call(other, "POST", path(id), probes).refused(t, "another account's detector", "BadRequestException")
	w.call(root, "POST", path(others), probes).refused(t, "another account's detector", "BadRequestException")
	counter := w.user(one, "counter", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"guardduty:ListFilters","Resource":"*"}}`)
	w.call(counter, "POST", path(id), probes).refused(t, "who may list no findings", "AccessDeniedException")
	w.call(root, "POST", path(id), `{}`).refused(t, "no criteria", "BadRequestException")
	w.call(root, "POST", path(id), `{"findingCriteria":{"criterion":{"typ":{"equals":["x"]}}}}`).refused(t, "no attribute", "BadRequestException")
	f("no such path", w.call(root, "POST", "/picket/detector/"+id+"/preview", probes), 404, "")
	f("no such method", w.call(root, "GET", path(id), ""), 404, "")

	refused := slices.ContainsFunc(w.trail(two), func(e map[string]any) bool {
		return e["eventName"] == "PreviewFilter" && e["errorCode"] == "BadRequestException"
	})
	if !refused {
		t.Errorf("the refusal is not in the audit log: %v", w.trail(two))
	}
}
