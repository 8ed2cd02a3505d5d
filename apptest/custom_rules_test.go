package apptest

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// call calls an operation in a region that the SDK does not know yet, and returns the body of its answer.
func (a *account) call(t testing.TB, region, method, path, body string) string {
	t.Helper()
	answer := must(http.DefaultClient.Do(a.signedIn(t, region, method, path, body)))(t)
	defer answer.Body.Close()
	text := string(must(io.ReadAll(answer.Body))(t))
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %s, %s", method, path, answer.Status, text)
	}
	return text
}

// associate switches a custom detection rule that is off.
func (a *account) associate(t testing.TB, region, rule, mode string) {
	t.Helper()
	a.call(t, region, "POST", "/custom-detection-rule/association", fmt.Sprintf(`{"ruleId":%q,"mode":%q}`, rule, mode))
}

// TestCustomRules holds that a custom detection rule raises findings once it is live, after a restart too, of what is logged from then
// on; and of accounts that switched it none, or in a dry run.
func TestCustomRules(t *testing.T) {
	const rule, keyMade = "iam-access-key-created", "Persistence:IAM/AccountManipulation"
	l := newLive(t)
	l.records += strings.NewReplacer("cloudtrail.amazonaws.com", "iam.amazonaws.com", "StopLogging", "CreateAccessKey", "6a9d0c1e", "6a9d0c1f").Replace(stoppedTrail)
	l.attack("198.51.100.7", time.Now(), "before")
	l.bystander.associate(t, region, rule, "LIVE")
	l.attack("198.51.100.7", time.Now(), "after")
	l.s.restart()
	l.attack("198.51.100.7", time.Now(), "later")
	want(t, "the findings of who has the rule live", l.attackers(l.bystander.Client, l.bystanderDetector, l.bystander.ID, keyMade), l.logged[1:])
	l.wantIn(keyMade, nil, nil)
}
