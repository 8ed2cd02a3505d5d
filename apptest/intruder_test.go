package apptest

import (
	"encoding/json"
	"strings"
	"testing"

	"picket/access"
	contract "picket/guardduty"
)

// intruder tries a step of the story before the one whose step it is, with the same input.
type intruder func(t *testing.T, s *server, who map[string]*account, st step, input map[string]any, values map[string]string)

// TestIntruders tells the story while another account, and a user who may only read, try every call of it. The story goes
// through both stores to its end, so that nothing they tried did anything.
func TestIntruders(t *testing.T) {
	f := func(name string, options ...option) {
		t.Run(name, func(t *testing.T) {
			s := start(t, options...)
			tell(t, s, func(s *server) caller { return javaScriptClient(t, s) }, outsider(t, s), reader(t, s))
		})
	}
	f("SQLite")
	f("PostgreSQL", onPostgres(t))
}

// outsider is an account with the service on. What names something of another account is refused; what names nothing tells
// nothing of others.
func outsider(t *testing.T, s *server) intruder {
	x := s.account("999999999999")
	x.enable()
	call := javaScriptClient(t, s)
	return func(t *testing.T, s *server, who map[string]*account, st step, input map[string]any, values map[string]string) {
		t.Helper()
		if aloneIs[st.operation] {
			return
		}
		out, err := call(st.operation, input, x)
		given, told := text(t, input), text(t, out)
		for name, value := range values {
			if value == "" || name == "cr" { // the catalogue is everyone's
				continue
			}
			if err == nil && strings.Contains(given, value) && !refusesEach(out) {
				t.Errorf("%s: another account may name %s of the story", st.operation, name)
			}
			if err == nil && strings.Contains(told, value) && !strings.Contains(given, value) {
				t.Errorf("%s: another account learns %s of the story: %s", st.operation, name, told)
			}
		}
	}
}

// aloneIs names what is about the caller alone, whatever it says of others.
var aloneIs = map[string]bool{"CreateDetector": true, "CreateMalwareProtectionPlan": true, "CreateCustomDetectionRuleAssociation": true}

// refusesEach reports whether an answer lists the accounts that a call named as unprocessed.
func refusesEach(out map[string]any) bool {
	refused, _ := out["UnprocessedAccounts"].([]any)
	return len(refused) > 0
}

func text(t testing.TB, v any) string {
	t.Helper()
	return string(must(json.Marshal(v))(t))
}

func contractRead(operation string) bool {
	for _, op := range contract.Operations() {
		if op.Name == operation {
			return access.ReadOnly(&op)
		}
	}
	return false
}

// reader is a user of the step's own account with AmazonGuardDutyReadOnlyAccess: it is refused all that changes anything.
func reader(t *testing.T, s *server) intruder {
	call := javaScriptClient(t, s)
	readers := map[string]*account{}
	return func(t *testing.T, s *server, who map[string]*account, st step, input map[string]any, _ map[string]string) {
		t.Helper()
		if contractRead(st.operation) {
			return
		}
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
