package apptest

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// listBucket is a server that answers as S3 does, by paths, to whoever signs with the server's key.
type listBucket struct {
	mu    sync.Mutex
	files map[string]string
}

// withLists gives a server a bucket, and the key to it.
func withLists(t *testing.T) (*listBucket, option) {
	t.Helper()
	b := &listBucket{files: map[string]string{}}
	h := httptest.NewServer(b)
	t.Cleanup(h.Close)
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIALISTS")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-server")
	return b, func(c map[string]any) {
		c["lists"] = map[string]any{
			"allow": []string{"127.0.0.0/8"}, "endpoint": h.URL, "buckets": []string{"lists", "bucket", "each/{account}/"},
		}
	}
}

func (b *listBucket) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	body, ok := b.files[r.URL.Path]
	switch {
	case !strings.Contains(r.Header.Get("Authorization"), "Credential=AKIALISTS/"):
		w.WriteHeader(http.StatusForbidden)
	case !ok:
		w.WriteHeader(http.StatusNotFound)
	default:
		http.ServeContent(w, r, "", time.Time{}, strings.NewReader(body))
	}
}

func (b *listBucket) put(path, body string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.files[path] = body
}

// listPatience is how long a list may take to come into force on a machine that does other things too.
const listPatience = time.Minute

// until asks again until a list has a status.
func (a *account) until(detector, id, status string) {
	a.s.t.Helper()
	for deadline := time.Now().Add(listPatience); ; {
		got := a.aws("guardduty", "get-threat-intel-set", "--detector-id", detector, "--threat-intel-set-id", id)["Status"]
		if got == status {
			return
		}
		if got != "ACTIVATING" || time.Now().After(deadline) {
			a.s.t.Fatalf("the list is %v, want %s\n%s", got, status, a.s.stderr)
		}
	}
}

// threats makes a threat list.
func (a *account) threats(detector, name, location string) (id string) {
	a.s.t.Helper()
	return a.aws("guardduty", "create-threat-intel-set", "--detector-id", detector, "--name", name, "--format", "TXT",
		"--location", location, "--activate")["ThreatIntelSetId"].(string)
}

// The server lends its credentials to an account for what the operator named, and for nothing else that they can read.
func TestListsOfOtherBuckets(t *testing.T) {
	b, lists := withLists(t)
	s := start(t, lists)
	owner, other := s.account("111122223333"), s.account("444455556666")
	detector, others := *owner.enable(), *other.enable()
	for _, path := range []string{"/each/111122223333/bad", "/logs/bad"} {
		b.put(path, "198.51.100.7\n")
	}
	const own = "s3://each/111122223333/bad"
	owner.until(detector, owner.threats(detector, "own", own), "ACTIVE")
	for name, location := range map[string]string{"theirs": own, "logs": "s3://logs/bad"} {
		id := other.threats(others, name, location)
		other.until(others, id, "ERROR")
		said := s.operator("list", "show", "--account", other.ID, "--region", region, "--json", id)
		if want := "name \\\"" + strings.TrimPrefix(location, "s3://"); !strings.Contains(said, want) {
			t.Errorf("%s does not say %s", said, want)
		}
	}
}

// A list that the AWS CLI activates is in force for the logs that come after it, in its account alone, and nothing that is said
// of lists holds the server's secret.
func TestListsAreInForce(t *testing.T) {
	b, lists := withLists(t)
	s := start(t, lists)
	owner, other := s.account("111122223333"), s.account("444455556666")
	detector, others := *owner.enable(), other.enable()
	logs := t.TempDir()
	s.operator("source", "add", "logs", logs)
	create := func(name string) string { return owner.threats(detector, name, "s3://lists/"+name) }
	owner.until(detector, create("missing"), "ERROR")
	b.put("/lists/bad", "198.51.100.7\n203.0.113.9\n")
	bad := create("bad")
	owner.until(detector, bad, "ACTIVE")

	var lines strings.Builder
	for _, account := range []string{owner.ID, other.ID} {
		lines.WriteString(strings.NewReplacer("ACCOUNT", account, "TIME", time.Now().UTC().Format(time.RFC3339)).Replace(listedCall))
	}
	must(0, os.WriteFile(filepath.Join(logs, "calls.jsonl"), []byte(lines.String()), 0o600))(t)
	look := time.NewTicker(200 * time.Millisecond)
	defer look.Stop()
	for deadline := time.Now().Add(listPatience); len(sights(t, owner.Client, &detector, owner.ID)) == 0; <-look.C {
		if time.Now().After(deadline) {
			t.Fatalf("nothing is found\n%s", s.stderr)
		}
	}
	want(t, "findings of the other account", len(sights(t, other.Client, others, other.ID)), 0)

	said := s.operator("list", "show", "--account", owner.ID, "--region", region)
	for _, word := range []string{"NotFound", "ACTIVE", "2 entries", "198.51.100.7"} {
		if !strings.Contains(said, word) {
			t.Errorf("nothing is said of %s: %s", word, said)
		}
	}
	preview := s.operator("list", "preview", "--account", owner.ID, "--region", region, bad)
	for _, words := range []string{"it matches 1 of 1 record: 198.51.100.7 1.", "Looked at: 1 object of logs.", "it matches 1 of 1 finding: 198.51.100.7 1."} {
		if !strings.Contains(preview, words) {
			t.Errorf("the preview does not say %q: %s", words, preview)
		}
	}
	s.stop() // so that its log is whole
	if strings.Contains(s.stderr.String()+said+preview, "secret-of-the-server") {
		t.Error("a secret is told")
	}
}

const listedCall = `{"eventVersion":"1.11","eventID":"7a10c2d4-ACCOUNT","eventTime":"TIME","eventSource":"iam.amazonaws.com","eventName":"ListUsers","awsRegion":"us-east-1","recipientAccountId":"ACCOUNT","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2.17.0","eventType":"AwsApiCall","eventCategory":"Management","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE1","arn":"arn:aws:iam::ACCOUNT:user/dana","accountId":"ACCOUNT","accessKeyId":"AKIAEXAMPLE1","userName":"dana"}}
`
