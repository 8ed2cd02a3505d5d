package pipeline_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/access"
	"picket/guardduty"
	"picket/pipeline"
	"picket/service"
	"picket/source/file"
	"picket/sqlstore"
)

// trail is a folder that CloudTrail writes log files and their digests to.
type trail struct {
	t        *testing.T
	dir      string
	service  *service.Service
	from     *file.Folder
	clock    time.Time
	previous string // digest
	hash     string
}

const (
	trailAccount = "111122223333"
	trailAdmin   = "444455556666"
	otherAccount = "777788889999"
)

func newTrail(t *testing.T) *trail {
	store, err := sqlstore.Open(t.Context(), memory(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	master, err := access.CreateMasterKey(filepath.Join(t.TempDir(), "master.key"))
	if err != nil {
		t.Fatal(err)
	}
	w := &trail{t: t, dir: t.TempDir(), clock: time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)}
	w.from = &file.Folder{Path: w.dir}
	w.service = &service.Service{Store: store, Master: master, Now: func() time.Time { return w.clock }, Settings: service.Settings{Regions: []string{"us-east-1"}}}
	for _, account := range []string{trailAccount, trailAdmin, otherAccount} {
		_, err := w.service.CreateAccount(t.Context(), service.Account{ID: account, Name: account, Email: account + "@example.com"})
		w.ok(err)
		_, err = w.service.CreateDetector(t.Context(), picket.Caller{Account: account, Region: "us-east-1"}, &guardduty.CreateDetectorRequest{Enable: guardduty.Ptr(true)})
		w.ok(err)
	}
	_, err = w.service.AddSource(t.Context(), service.Source{ID: "trail", Location: w.dir})
	w.ok(err)
	return w
}

func (w *trail) ok(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// put writes an object as CloudTrail does, and returns the hash of what it holds.
func (w *trail) put(key, content string) string {
	w.t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write([]byte(content))
	z.Close()
	path := filepath.Join(w.dir, filepath.FromSlash(key))
	w.ok(os.MkdirAll(filepath.Dir(path), 0o700))
	w.ok(os.WriteFile(path, packed.Bytes(), 0o600))
	sum := sha256.Sum256([]byte(content))
	return hex.EncodeToString(sum[:])
}

func logKey(account string, hour int) string {
	return fmt.Sprintf("AWSLogs/%s/CloudTrail/us-east-1/2026/01/05/%[1]s_CloudTrail_us-east-1_20260105T%02d05Z_abc.json.gz", account, hour)
}

func digestKey(hour int) string {
	return fmt.Sprintf("AWSLogs/%s/CloudTrail-Digest/us-east-1/2026/01/05/%[1]s_CloudTrail-Digest_us-east-1_all_us-east-1_20260105T%02d3000Z.json.gz", trailAccount, hour)
}

// digest writes the digest of an hour, which names log files with hashes; written is false if it never arrives.
func (w *trail) digest(hour int, written bool, files map[string]string) {
	w.t.Helper()
	var list []map[string]string
	for key, hash := range files {
		list = append(list, map[string]string{"s3Bucket": "logs", "s3Object": "prefix/" + key, "hashValue": hash})
	}
	doc := map[string]any{
		"awsAccountId": trailAccount, "digestS3Bucket": "logs", "digestS3Object": "prefix/" + digestKey(hour),
		"digestEndTime": fmt.Sprintf("2026-01-05T%02d:30:00Z", hour), "logFiles": list,
	}
	if w.previous != "" {
		doc["previousDigestS3Object"], doc["previousDigestHashValue"] = "prefix/"+w.previous, w.hash
	}
	content, err := json.Marshal(doc)
	w.ok(err)
	w.previous, w.hash = digestKey(hour), w.put(digestKey(hour), string(content))
	if !written {
		w.ok(os.Remove(filepath.Join(w.dir, filepath.FromSlash(digestKey(hour)))))
	}
}

// looks ends after some looks at a source.
type looks struct {
	pipeline.Source
	left int
	end  func()
}

// Look implements pipeline.Source.
func (l *looks) Look(ctx context.Context, full int64) (pipeline.Look, error) {
	if l.left--; l.left < 0 {
		l.end()
	}
	return l.Source.Look(ctx, full)
}

// check follows the trail, and checks what is due after a while.
func (w *trail) check(after time.Duration) {
	w.t.Helper()
	w.follow()
	w.clock = w.clock.Add(after)
	w.ok(w.steps())
}

// follow appends what is new of the trail to the log.
func (w *trail) follow() {
	w.t.Helper()
	ctx, cancel := context.WithCancel(w.t.Context())
	from := &looks{w.from, 4, cancel}
	f := &pipeline.Follower{
		Service: w.service, Log: slog.New(slog.DiscardHandler), Now: w.service.Now, Wait: time.Millisecond,
		Sources: func(context.Context) (map[string]pipeline.Source, error) {
			return map[string]pipeline.Source{"trail": from}, nil
		},
	}
	w.ok(f.Run(ctx))
}

// steps checks what is due, also after an error, and returns the errors.
func (w *trail) steps() (errs error) {
	d := &pipeline.Digests{Service: w.service, Open: w.from.Open, Log: slog.New(slog.DiscardHandler), Now: w.service.Now}
	for range 10 {
		more, err := d.Step(w.t.Context())
		errs = errors.Join(errs, err)
		if !more && err == nil {
			break
		}
	}
	return errs
}

// want compares what accounts were told since it was asked last.
func (w *trail) want(why, account string, want ...string) {
	w.t.Helper()
	all, err := w.service.Audit(w.t.Context(), account, 0, 1000)
	w.ok(err)
	var got []string
	for _, r := range all {
		var e struct {
			EventName           string
			ServiceEventDetails struct {
				Digest   string
				Problems []string
				Count    int
			}
		}
		w.ok(json.Unmarshal(r.Event, &e))
		if d := e.ServiceEventDetails; strings.HasPrefix(e.EventName, "LogValidation") {
			hour := d.Digest[strings.LastIndexByte(d.Digest, 'T'):][:3]
			got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s: %s", e.EventName, hour, strings.Join(d.Problems, "; "))))
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Errorf("%s, account %s, -want +got:\n%s", why, account, diff)
	}
}

func TestDigests(t *testing.T) {
	w := newTrail(t)
	file := func(hour int) map[string]string {
		return map[string]string{logKey(trailAccount, hour): w.put(logKey(trailAccount, hour), fmt.Sprintf(`{"Records":[],"x":%d}`, hour))}
	}
	w.digest(9, true, map[string]string{logKey(trailAccount, 9): w.put(logKey(trailAccount, 9), "x") + "altered before the source began"})
	w.digest(10, true, map[string]string{logKey(trailAccount, 8): "from before the source began"})
	w.digest(11, true, file(11))
	w.check(11 * time.Minute)
	w.want("all is well", trailAccount)

	late := file(12)
	w.ok(os.Remove(filepath.Join(w.dir, logKey(trailAccount, 12))))
	w.digest(12, true, late)
	w.check(11 * time.Minute)
	w.want("a log file may come late", trailAccount)
	file(12)
	w.check(11 * time.Minute)
	w.digest(13, true, nil)
	w.check(3 * time.Hour)
	w.want("it came", trailAccount)

	altered := file(14)
	altered[logKey(trailAccount, 14)] = strings.Repeat("0", 64)
	w.digest(14, true, altered)
	w.check(11 * time.Minute)
	failed := []string{"LogValidationFailed T14: altered: prefix/" + logKey(trailAccount, 14)}
	w.want("altered", trailAccount, failed...)

	gone := file(15)
	w.ok(os.Remove(filepath.Join(w.dir, logKey(trailAccount, 15))))
	w.digest(15, true, gone)
	w.check(11 * time.Minute)
	w.want("a while before", trailAccount, failed...)
	w.check(2 * time.Hour)
	failed = append(failed, "LogValidationFailed T15: missing: prefix/"+logKey(trailAccount, 15))
	w.want("missing", trailAccount, failed...)

	w.digest(16, false, nil)
	missing := w.previous
	w.digest(17, true, nil)
	w.check(3 * time.Hour)
	failed = append(failed, "LogValidationFailed T17: the digest before it is missing: prefix/"+missing)
	w.want("a digest is missing", trailAccount, failed...)

	w.hash = "x"
	w.digest(18, true, nil)
	w.check(11 * time.Minute)
	failed = append(failed, "LogValidationFailed T18: the digest before it was altered: prefix/"+digestKey(17))
	w.want("a digest was altered", trailAccount, failed...)

	w.digest(19, true, file(19))
	w.check(11 * time.Minute)
	failed = append(failed, "LogValidationRecovered T19:")
	w.want("all is well again", trailAccount, failed...)

	w.previous, w.hash = "", ""
	w.put(logKey(otherAccount, 20), "secret")
	w.digest(20, true, map[string]string{logKey(otherAccount, 20): "is it this?"})
	w.check(11 * time.Minute)
	w.want("a new chain, and a stranger's file", trailAccount, append(failed,
		"LogValidationFailed T20: it begins a new chain: logging or its validation was off after "+digestKey(19)+
			"; it names what is no log file of account "+trailAccount+": prefix/"+logKey(otherAccount, 20))...)
	w.want("never", trailAdmin)
	w.want("never", otherAccount)
}

// TestUnreadableDigestChecks: what can't be read of one digest's check puts it off, and no other.
func TestUnreadableDigestChecks(t *testing.T) {
	first := logKey(trailAccount, 10)
	document := func(kind, id string) func(w *trail) func() {
		return func(w *trail) (mend func()) {
			key := picket.DocumentKey{Kind: kind, ID: filepath.Join(w.dir, id)}
			var whole json.RawMessage
			put := func(doc any) {
				w.ok(w.service.Store.Update(t.Context(), func(tx picket.Tx) error { return tx.Documents().Put(key, doc) }))
			}
			w.ok(w.service.Store.View(t.Context(), func(tx picket.Tx) error { return tx.Documents().Get(key, &whole) }))
			put("a text")
			return func() { put(whole) }
		}
	}
	entry := func(w *trail) (mend func()) {
		swap := func(body json.RawMessage) (was json.RawMessage) {
			w.ok(w.service.Store.Update(t.Context(), func(tx picket.Tx) error {
				e, err := tx.Outbox().Get("digest", "trail "+filepath.Join(w.dir, digestKey(10)))
				if err != nil {
					return err
				}
				was, e.Body = e.Body, body
				return tx.Outbox().Put(e)
			}))
			return was
		}
		whole := swap(json.RawMessage("{"))
		return func() { swap(whole) }
	}
	for what, spoil := range map[string]func(w *trail) func(){"its entry": entry, "where its log file is": document("seen/trail", first)} {
		w := newTrail(t)
		for hour := 10; hour <= 11; hour++ {
			w.put(logKey(trailAccount, hour), "altered")
			w.digest(hour, true, map[string]string{logKey(trailAccount, hour): "as it was"})
		}
		w.follow()
		mend := spoil(w)
		w.clock = w.clock.Add(11 * time.Minute)
		if err := w.steps(); !errors.Is(err, picket.ErrUnreadable) || strings.Count(err.Error(), "put off") != 1 {
			t.Errorf("%s: %v", what, err)
		}
		told := []string{"LogValidationFailed T11: altered: prefix/" + logKey(trailAccount, 11)}
		w.want(what, trailAccount, told...)
		mend()
		w.check(6 * time.Hour)
		w.want(what+", when it can be read", trailAccount, append(told, "LogValidationFailed T10: altered: prefix/"+first)...)
	}
}
