package pipeline_test

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"picket"
	"picket/guardduty"
	"picket/intel"
)

// share has a list of one address apply to every account.
func (w *listWorld) share(c intel.Category, ip string) {
	w.t.Helper()
	changed, err := w.service.ShareIntel(w.t.Context(), []intel.List{{
		Name: "feed", Category: c, Indicators: []intel.Indicator{{Prefix: netip.MustParsePrefix(ip + "/32")}},
	}}, nil)
	if w.ok(err); !changed {
		w.t.Errorf("that %s is %s is no news", ip, c)
	}
}

// waiting puts a call into the log, that nobody reads yet.
func (w *listWorld) waiting(account, ip string) {
	w.t.Helper()
	w.calls++
	path, text := filepath.Join(w.t.TempDir(), "waiting.jsonl"), w.line(account, ip)
	w.ok(os.WriteFile(path, []byte(text), 0o600))
	w.ok(w.service.Store.Update(w.t.Context(), func(tx picket.Tx) error {
		return tx.Log().Append(picket.PartitionOf(account), picket.Message{Object: &picket.LogObject{
			Source: "logs", Name: path, To: int64(len(text)), Account: account,
		}})
	}))
}

// versions requires that so many are kept. A partition that is stopped in the midst of its work keeps no state, and the versions that
// it would read again with it: it works again then.
func (w *listWorld) versions(want int) {
	w.t.Helper()
	kept := func() (n int) {
		w.ok(w.service.Sweep(w.t.Context()))
		w.ok(w.service.Store.View(w.t.Context(), func(tx picket.Tx) (err error) {
			n, err = tx.Documents().Count("list-version")
			return err
		}))
		return n
	}
	for tries := 0; kept() > want && tries < 10; tries++ {
		w.call("192.0.2.1")
	}
	if got := kept(); got != want {
		w.t.Errorf("%d versions are kept, want %d", got, want)
	}
}

// What every account shares applies to records that come after it, and to those before it when they are read again. A version is
// kept as long as somebody may read it.
func TestSharedIntel(t *testing.T) {
	w := newListWorld(t)
	w.call("198.51.100.7")
	w.share(intel.Custom, "198.51.100.7")
	w.call("203.0.113.8")
	w.want("", "")
	w.call("198.51.100.7")
	w.want("198.51.100.7", "198.51.100.7")
	w.waiting(administrator, "198.51.100.7")
	w.share(intel.Custom, "203.0.113.8")
	w.versions(2)
	w.call("198.51.100.7")
	w.call("203.0.113.8")
	w.want("198.51.100.7 198.51.100.7 203.0.113.8", "198.51.100.7 203.0.113.8")
	w.share(intel.Trusted, "203.0.113.8")
	w.threat(member, "203.0.113.8")
	w.forgetState()
	w.call("203.0.113.8")
	w.want("198.51.100.7 198.51.100.7 203.0.113.8", "198.51.100.7 203.0.113.8")
	w.versions(2) // the shared one, and the member's
	if changed, err := w.service.ShareIntel(t.Context(), nil, []string{"AKIA1"}); err != nil || !changed {
		t.Errorf("a key changes nothing: %v", err)
	}
	if changed, err := w.service.ShareIntel(t.Context(), nil, []string{"AKIA1"}); err != nil || changed {
		t.Errorf("the same is a change: %v", err)
	}
}

// secrets has a person of an account read secrets.
func (w *listWorld) secrets(account string, from, to int) {
	w.t.Helper()
	var lines strings.Builder
	for i := from; i < to; i++ {
		w.calls++
		fmt.Fprintf(&lines, `{"eventVersion":"1.11","eventID":"s%d","eventTime":"%s","eventSource":"secretsmanager.amazonaws.com","eventName":"GetSecretValue","awsRegion":"us-east-1","recipientAccountId":"%[3]s","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2.17.0","requestParameters":{"secretId":"s%[1]d"},"eventType":"AwsApiCall","eventCategory":"Management","userIdentity":{"type":"IAMUser","principalId":"AIDA1","arn":"arn:aws:iam::%[3]s:user/dana","accountId":"%[3]s","accessKeyId":"AKIA1","userName":"dana"}}`+"\n",
			w.calls, time.Now().Truncate(10*time.Minute).UTC().Format(time.RFC3339), account)
	}
	w.ok(os.WriteFile(filepath.Join(w.logs, fmt.Sprintf("%d.jsonl", w.calls)), []byte(lines.String()), 0o600))
	w.run(w.t.Context(), func() bool { return w.taken() == int64(w.calls) })
}

// What a record was judged by once it is judged by again, when the log is read again: a person who is trusted reads ten secrets,
// and ten more once nobody is, so that it takes another five to be found.
func TestSharedIntelIsReplayed(t *testing.T) {
	w := newListWorld(t)
	found := func() bool {
		t.Helper()
		out, err := w.service.ListFindings(t.Context(), caller(member), &guardduty.ListFindingsRequest{DetectorId: w.detector(member)})
		w.ok(err)
		return len(out.FindingIds) > 0
	}
	w.share(intel.Trusted, "198.51.100.7")
	w.secrets(member, 0, 10)
	w.share(intel.Custom, "203.0.113.8")
	w.secrets(member, 10, 20)
	w.forgetState()
	if w.secrets(member, 20, 24); found() {
		t.Error("secrets count that were read while the address was trusted")
	}
	if w.secrets(member, 24, 25); !found() {
		t.Error("secrets don't count that were read since")
	}
}
