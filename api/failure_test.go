package api_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"picket"
	"picket/guardduty"
	"picket/service"
	"picket/sqlstore"
)

// returns is an operation that does nothing but to return what it is given.
func returns(out guardduty.Shape, err error) service.Operation {
	return func(context.Context, picket.Caller, guardduty.Shape) (guardduty.Shape, error) { return out, err }
}

func TestErrorsSayWhatCallersMayKnow(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	fail := func(err error) answer {
		w.handler.SetOperation("GetDetector", returns(nil, err))
		return w.call(root, "GET", "/detector/d1", "")
	}
	a := fail(fmt.Errorf("read the disk: %w", errors.New("sector 7 is gone")))
	if a.status != http.StatusInternalServerError || a.header.Get("X-Amzn-ErrorType") != "InternalServerErrorException" || strings.Contains(a.body, "sector") {
		t.Errorf("internal: %+v", a)
	}
	if !strings.Contains(w.log.String(), "sector 7 is gone") || !strings.Contains(w.log.String(), a.header.Get("X-Amzn-RequestId")) {
		t.Errorf("the operator sees %s", w.log)
	}
	a = fail(fmt.Errorf("wrapped: %w", &picket.Error{Code: picket.CodeConflict, Message: "There is one.", Detail: "It is d1."}))
	a.refused(t, "an error that GetDetector does not model", "BadRequestException")
	if !strings.Contains(a.body, `"message":"There is one."`) || !strings.Contains(a.body, `"detail":"It is d1."`) {
		t.Errorf("got %s", a.body)
	}
	fail(&picket.Error{Code: picket.CodeAccessDenied, Message: "No."}).refused(t, "denied", "AccessDeniedException")

	w.handler.SetOperation("GetCustomDetectionRule", returns(nil, &picket.Error{Code: picket.CodeNotFound, Message: "There is none."}))
	w.call(root, "GET", "/custom-detection-rule/rule/r1", "").refused(t, "modelled", "ResourceNotFoundException")
}

func TestPanicsEndOneCallOnly(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	w.handler.SetOperation("CreateDetector", func(context.Context, picket.Caller, guardduty.Shape) (guardduty.Shape, error) { panic("at the disco") })
	a := w.call(root, "POST", "/detector", `{"enable":true}`)
	if a.status != http.StatusInternalServerError || a.header.Get("X-Amzn-ErrorType") != "InternalServerErrorException" || strings.Contains(a.body, "disco") {
		t.Errorf("got %+v", a)
	}
	if log := w.log.String(); !strings.Contains(log, "at the disco") || !strings.Contains(log, "failure_test.go") {
		t.Errorf("the operator sees %s", log)
	}
	if events := w.trail(one); len(events) != 1 || events[0]["errorCode"] != "InternalFailure" {
		t.Errorf("the audit log has %v", events)
	}
	if a := w.call(root, "GET", "/detector", ""); a.status != http.StatusOK {
		t.Errorf("the next call: %+v", a)
	}
}

func TestOutputsThatCantBeWrittenAreInternalErrors(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	f := func(name string, out guardduty.Shape) {
		t.Helper()
		w.handler.SetOperation("GetFindings", returns(out, nil))
		a := w.call(root, "POST", "/detector/d1/findings/get", `{"findingIds":["f1"]}`)
		if a.status != http.StatusInternalServerError || a.header.Get("X-Amzn-ErrorType") != "InternalServerErrorException" {
			t.Errorf("%s: %+v", name, a)
		}
	}
	f("another operation's", &guardduty.Unit{})
	f("not a number", &guardduty.GetFindingsResponse{Findings: guardduty.List[guardduty.Finding]{{Severity: guardduty.Ptr(math.NaN())}}})
}

func TestEveryCodeHasItsStatus(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	source, err := os.ReadFile("../error.go")
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`Code = "(\w+)"`).FindAllSubmatch(source, -1)
	if len(found) < 10 {
		t.Errorf("only %d codes in error.go", len(found))
	}
	for _, m := range found {
		code := picket.Code(m[1])
		w.handler.SetOperation("CreateCustomDetectionRuleAssociation", returns(nil, &picket.Error{Code: code, Message: "m"}))
		a := w.call(root, "POST", "/custom-detection-rule/association", `{"ruleId":"r1","mode":"LIVE"}`)
		a.refused(t, string(code), string(code))
		if status, ok := guardduty.ErrorStatus(string(code)); ok && status != a.status {
			t.Errorf("%s: status %d, the contract says %d", code, a.status, status)
		}
	}
}

func TestOperationsThatDontExistYetSaySo(t *testing.T) {
	w := newWorld(t)
	w.handler.SetOperation("ListDetectors", nil)
	a := w.call(w.account(one), "GET", "/detector", "")
	a.refused(t, "without a method", "BadRequestException")
	if !strings.Contains(a.body, "this server does not offer ListDetectors yet") {
		t.Errorf("got %s", a.body)
	}
}

func TestReadyMeansThatTheStoreAnswers(t *testing.T) {
	w := newWorld(t)
	store := w.service.Store
	root := w.account(one)
	w.service.Store = broken{}
	r, err := http.NewRequest("GET", w.url+"/readyz", nil)
	if err != nil {
		t.Fatal(err)
	}
	if a := w.do(r); a.status != http.StatusServiceUnavailable || strings.Contains(a.body, "on fire") || !strings.Contains(w.log.String(), "on fire") {
		t.Errorf("got %+v", a)
	}
	a := w.do(w.signedFor(root, "sts", region, w.now(), "POST", "/", "Action=GetCallerIdentity&Version=2011-06-15"))
	if a.status != http.StatusInternalServerError || !strings.Contains(a.body, "<Type>Receiver</Type><Code>InternalFailure</Code>") {
		t.Errorf("STS: %+v", a)
	}
	w.service.Store = store
}

// A server whose database is lost can still begin transactions.
func TestReadyMeansThatTheFileIsRead(t *testing.T) {
	w, dir := newWorld(t), t.TempDir()
	lost, err := sqlstore.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { lost.Close() })
	for _, file := range []string{"picket.db", "picket.db-wal"} {
		path := filepath.Join(dir, file)
		was, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, make([]byte, len(was)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	store := w.service.Store
	w.service.Store = lost
	if rec := w.serve(httptest.NewRequest("GET", "/readyz", nil)); rec.Code != http.StatusServiceUnavailable {
		t.Errorf("got %d %s", rec.Code, rec.Body)
	}
	w.service.Store = store
}

type broken struct{}

func (broken) View(context.Context, func(picket.Tx) error) error { return errors.New("disk on fire") }

func (broken) Update(context.Context, func(picket.Tx) error) error { return errors.New("disk on fire") }

func (broken) Unchanged(context.Context, []picket.Document, int64) (bool, int64, error) {
	return false, 0, errors.New("disk on fire")
}
