package apptest

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestSecretsStayOutOfTheLog has a server hand out and use every kind of secret, rightly and wrongly, with all that it can log.
func TestSecretsStayOutOfTheLog(t *testing.T) {
	s := start(t, func(c map[string]any) {
		c["log"] = map[string]any{"level": "debug"}
		c["publish"] = map[string]any{"allow": []string{"127.0.0.0/8"}}
	})
	secrets := map[string]string{"the master key": strings.TrimSpace(string(must(os.ReadFile(filepath.Join(s.dir, "data", "master.key")))(t)))}
	a := s.account("111122223333")
	a.enable()
	secrets["an access key"] = a.SecretKey
	session := a.aws("sts", "get-session-token")["Credentials"].(map[string]any)
	secrets["a session's key"], secrets["a session"] = session["SecretAccessKey"].(string), session["SessionToken"].(string)

	secrets["the path of a webhook"] = "T0000/B0000/hush"
	secrets["a webhook's secret"] = strings.TrimSpace(s.operator("destination", "add", "chat", "http://"+freeAddress(t)+"/services/T0000/B0000/hush", "--account", a.ID))
	var made struct{ Key string }
	must(0, json.Unmarshal([]byte(s.operator("source", "add", "flows", "push", "--account", a.ID, "--json")), &made))(t)
	secrets["a Firehose key"], secrets["a wrong Firehose key"] = made.Key, "not-"+made.Key[:10]
	for _, key := range []string{made.Key, secrets["a wrong Firehose key"]} {
		r := must(http.NewRequest(http.MethodPost, s.url+"/firehose/flows", strings.NewReader("nonsense")))(t)
		r.Header.Set("X-Amz-Firehose-Access-Key", key)
		r.Header.Set("X-Amz-Firehose-Request-Id", "1")
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
	if out, _, err := s.try("destination", "test", "chat"); err == nil {
		t.Errorf("a webhook that nobody answers: %s", out)
	}
	logs := t.TempDir() // of which destinations are told
	record := strings.NewReplacer("ACCOUNT", a.ID, "TIME", time.Now().UTC().Format(time.RFC3339), "FROM", "198.51.100.7", "WHO", "dana").Replace(stoppedTrail)
	must(0, os.WriteFile(filepath.Join(logs, "1.jsonl"), []byte(record), 0o600))(t)
	s.operator("source", "add", "logs", logs)
	until(t, "publishing was tried", func() bool { return strings.Contains(s.operator("status"), "fails since") })
	s.stop()
	log := s.stderr.String()
	for _, line := range []string{"operation=GetSessionToken", "operation=Firehose", `msg="publishing failed"`} {
		if !strings.Contains(log, line) {
			t.Errorf("the log has no %s:\n%s", line, log)
		}
	}
	for what, secret := range secrets {
		if secret == "" || strings.Contains(log, secret) {
			t.Errorf("%s is in the log, or there is none", what)
		}
	}
}
