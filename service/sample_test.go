package service_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"picket"
	"picket/guardduty"
)

func (w *world) sample(c picket.Caller, types ...string) {
	w.t.Helper()
	_, err := w.CreateSampleFindings(context.Background(), c, &guardduty.CreateSampleFindingsRequest{DetectorId: w.detector(c), FindingTypes: types})
	w.ok(err)
}

func TestSamplesAreApart(t *testing.T) {
	w := newWorld(t)
	w.Samples = func() ([]picket.Finding, error) { return []picket.Finding{hit("999999999999", ssh, "i-9", 100)}, nil }
	admin, member, _ := w.family()
	w.join(admin, member)
	w.records(member, hit(member.Account, ssh, "i-9", 100))
	w.sample(member, ssh)
	w.sample(member, ssh)
	for _, c := range []picket.Caller{member, admin} {
		if n := len(w.list(c, `{"type":{"equals":["`+ssh+`"]}}`, nil, 50)); n != 2 {
			t.Errorf("account %s sees %d findings", c.Account, n)
		}
		ids := w.list(c, `{"service.additionalInfo.sample":{"equals":["true"]}}`, nil, 50)
		if len(ids) != 1 {
			t.Fatalf("account %s sees %d samples", c.Account, len(ids))
		}
		out, err := w.GetFindings(context.Background(), c, &guardduty.GetFindingsRequest{DetectorId: w.detector(c), FindingIds: ids})
		w.ok(err)
		f := out.Findings[0]
		text, err := json.Marshal(f)
		w.ok(err)
		if *f.AccountId != member.Account || *f.Service.Count != 2 || strings.Contains(string(text), "999999999999") {
			t.Errorf("the sample is %s", text)
		}
		if *f.Service.AdditionalInfo.Value != `{"inBytes":10,"sample":true}` || strings.HasPrefix(*f.Service.EventLastSeen, "1970") {
			t.Errorf("the sample is %s", text)
		}
	}
}

func TestSamplesOfAllTypes(t *testing.T) {
	w := newWorld(t)
	a := in(w.account("444455556666"), "eu-west-1")
	w.enable(a)
	const ours = "Discovery:EC2/OfOurOwn"
	w.Samples = func() ([]picket.Finding, error) { return []picket.Finding{hit("999999999999", ours, "i-9", 100)}, nil }
	w.sample(a)
	all := w.sees(a, `{}`)
	if len(all) < 200 {
		t.Errorf("%d samples", len(all))
	}
	types := map[string]bool{}
	for _, f := range all {
		types[*f.Type] = true
		text, err := json.Marshal(f)
		w.ok(err)
		if *f.Region != "eu-west-1" || strings.Contains(string(text), "us-east-1") || strings.Contains(string(text), "111122223333") {
			t.Errorf("the sample is of another account or region: %s", text)
		}
		if d := f.Service.Detection; d != nil {
			checkSignals(t, &f, d.Sequence.Signals)
		}
		if err := f.Validate(); err != nil {
			t.Errorf("the sample of %s: %v", *f.Type, err)
		}
	}
	for _, want := range []string{ours, ssh, "AttackSequence:S3/CompromisedData", "Execution:Runtime/ReverseShell", "CredentialAccess:RDS/AnomalousBehavior.FailedLogin"} {
		if !types[want] {
			t.Errorf("no sample of %s", want)
		}
	}
	for attribute, want := range map[string]string{
		"resource.resourceType":                                     "Instance",
		"resource.eksClusterDetails.name":                           "GeneratedFindingName",
		"resource.instanceDetails.instanceId":                       "GeneratedFindingInstanceId",
		"service.action.actionType":                                 "AWS_API_CALL",
		"service.runtimeDetails.process.name":                       "GeneratedFindingName",
		"service.malwareScanDetails.scanId":                         "GeneratedFindingScanId",
		"service.action.rdsLoginAttemptAction.loginAttributes.user": "GeneratedFindingUser",
	} {
		if n := len(w.list(a, `{"`+attribute+`":{"equals":["`+want+`"]}}`, nil, 50)); n == 0 {
			t.Errorf("no sample has %s %s", attribute, want)
		}
	}
}

// checkSignals holds that the last signal of a sample is of now, and that an attack sequence has several, one after the other.
func checkSignals(t *testing.T, f *guardduty.Finding, signals []guardduty.Signal) {
	t.Helper()
	if last := signals[len(signals)-1].LastSeenAt; !strings.HasPrefix(*f.UpdatedAt, last.Format("2006-01-02T15:04")) {
		t.Errorf("the last signal of %s is of %v", *f.Type, last)
	}
	if !strings.HasPrefix(*f.Type, "AttackSequence:") {
		return
	}
	for i, s := range signals {
		if i > 0 && !signals[i-1].LastSeenAt.Before(s.FirstSeenAt.Time) || *s.Uid == *signals[(i+1)%len(signals)].Uid {
			t.Errorf("signal %d of %s is %s of %v", i, *f.Type, *s.Uid, s.FirstSeenAt)
		}
	}
}

func TestUnknownSamples(t *testing.T) {
	w := newWorld(t)
	a := w.account("111122223333")
	d := w.enable(a)
	_, err := w.CreateSampleFindings(context.Background(), a, &guardduty.CreateSampleFindingsRequest{
		DetectorId: d, FindingTypes: []string{ssh, "Recon:EC2/PortScan"},
	})
	w.refused(err, outOfRange)
	if want := `"Recon:EC2/PortScan", which is no finding type; did you mean "Recon:EC2/Portscan"?`; !strings.Contains(err.Error(), want) {
		t.Errorf("%v does not say %s", err, want)
	}
	if n := len(w.list(a, `{}`, nil, 50)); n != 0 {
		t.Errorf("%d samples were made", n)
	}
}
