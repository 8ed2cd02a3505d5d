package apptest

import (
	"encoding/json"
	"maps"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"picket/access"
	contract "picket/guardduty"
)

// intruder tries a step of the story before the one whose step it is, with the same input.
type intruder func(t *testing.T, s *server, who map[string]*account, st step, input map[string]any, values map[string]string)

// attempts are "who operation" of what intruders tried.
type attempts map[string]bool

// TestIntruders tells the story while another account, and a user who may only read, try the calls of it: all those that the
// route table has. The story goes through both stores to its end, so that nothing they tried did anything.
func TestIntruders(t *testing.T) {
	f := func(name string, options ...option) {
		t.Run(name, func(t *testing.T) {
			s, tried := start(t, options...), attempts{}
			tell(t, s, func(s *server) caller { return javaScriptClient(t, s) }, outsider(t, s, tried), reader(t, s, tried))
			for _, op := range contract.Operations() {
				for who, should := range map[string]bool{
					"outsider": !aloneIs[op.Name], "trespasser": trespassable(&op), "reader": !access.ReadOnly(&op),
				} {
					if should && !tried[who+" "+op.Name] {
						t.Errorf("%s was not tried by the %s", op.Name, who)
					}
				}
			}
		})
	}
	f("SQLite")
	f("PostgreSQL", onPostgres(t))
}

// outsider is an account with the service on. It tries each call as it is, and, as a trespasser, with its own detector and
// what else the call names. What names something of another account is refused; what is refused, and what names nothing, tells
// nothing of others.
func outsider(t *testing.T, s *server, tried attempts) intruder {
	x := s.account("999999999999")
	detector := x.enable()
	call := javaScriptClient(t, s)
	return func(t *testing.T, s *server, who map[string]*account, st step, input map[string]any, values map[string]string) {
		t.Helper()
		try := func(name string, input map[string]any) {
			t.Helper()
			tried[name+" "+st.operation] = true
			out, err := call(st.operation, input, x)
			given, told := text(t, input), text(t, out)
			if err != nil {
				told = err.Error()
				if strings.Contains(told, "InternalServer") {
					t.Errorf("%s: %v", st.operation, err)
				}
			}
			for name, value := range values {
				if value == "" || name == "cr" { // the catalogue is everyone's
					continue
				}
				if err == nil && strings.Contains(given, value) && !answersNothing(out) {
					t.Errorf("%s: another account may name %s of the story: %s", st.operation, name, told)
				}
				if strings.Contains(told, value) && !strings.Contains(given, value) {
					t.Errorf("%s: another account learns %s of the story: %s", st.operation, name, told)
				}
			}
		}
		if !aloneIs[st.operation] {
			try("outsider", input)
		}
		if op := operationOf(st.operation); trespassable(&op) {
			own := maps.Clone(input)
			own["DetectorId"] = *detector
			try("trespasser", own)
		}
	}
}

// aloneIs names what is about the caller alone, whatever it says of others.
var aloneIs = map[string]bool{"CreateDetector": true, "CreateMalwareProtectionPlan": true, "CreateCustomDetectionRuleAssociation": true}

// names are the members of an input that name what is there already.
var names = regexp.MustCompile(`(Id|Ids|FilterName)$`)

// trespassable reports whether an operation names a detector, and something else that belongs to one.
func trespassable(op *contract.Operation) bool {
	input := reflect.TypeOf(op.New()).Elem()
	detector, more := false, false
	for i := range input.NumField() {
		name := input.Field(i).Name
		detector = detector || name == "DetectorId"
		more = more || name != "DetectorId" && names.MatchString(name)
	}
	return detector && more
}

// answersNothing reports whether an answer lists the accounts that a call named as unprocessed, or has empty lists only.
func answersNothing(out map[string]any) bool {
	if refused, _ := out["UnprocessedAccounts"].([]any); len(refused) > 0 {
		return true
	}
	for _, v := range out {
		if list, ok := v.([]any); !ok || len(list) > 0 {
			return false
		}
	}
	return len(out) > 0
}

func text(t testing.TB, v any) string {
	t.Helper()
	return string(must(json.Marshal(v))(t))
}

func operationOf(name string) contract.Operation {
	for _, op := range contract.Operations() {
		if op.Name == name {
			return op
		}
	}
	panic("BUG: the story calls " + name + ", which the contract doesn't have")
}

// reader is a user of the step's own account with AmazonGuardDutyReadOnlyAccess: it is refused all that changes anything.
func reader(t *testing.T, s *server, tried attempts) intruder {
	call := javaScriptClient(t, s)
	readers := map[string]*account{}
	return func(t *testing.T, s *server, who map[string]*account, st step, input map[string]any, _ map[string]string) {
		t.Helper()
		if op := operationOf(st.operation); access.ReadOnly(&op) {
			return
		}
		tried["reader "+st.operation] = true
		id := who[st.as].ID
		if readers[id] == nil {
			readers[id] = who[st.as].user("reader", "AmazonGuardDutyReadOnlyAccess")
		}
		_, err := call(st.operation, input, readers[id])
		if err == nil || !strings.Contains(err.Error(), "AccessDeniedException") || !strings.Contains(err.Error(), "guardduty:"+st.operation) {
			t.Errorf("%s by a user who may only read: %v", st.operation, err)
		}
	}
}
