package api_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"picket"
	"picket/service"
)

// inLog returns what the log holds of records that were pushed to an account.
func (w *world) inLog(account string) (objects []picket.LogObject, records string) {
	w.t.Helper()
	err := w.service.Store.View(context.Background(), func(tx picket.Tx) error {
		messages, err := tx.Log().Read(picket.PartitionOf(account), 0, 1000)
		for _, m := range messages {
			if m.Object == nil || m.Object.Account != account {
				continue
			}
			r, err := zstd.NewReader(bytes.NewReader(m.Object.Inline))
			if err != nil {
				return err
			}
			text, err := io.ReadAll(r)
			if err != nil {
				return err
			}
			objects, records = append(objects, *m.Object), records+string(text)
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return objects, records
}

// deliver sends a delivery as Firehose does.
func (w *world) deliver(id, key, request, body string, headers ...string) (int, map[string]any) {
	w.t.Helper()
	r, err := http.NewRequest(http.MethodPost, w.url+"/firehose/"+id, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("X-Amz-Firehose-Protocol-Version", "1.0")
	r.Header.Set("X-Amz-Firehose-Request-Id", request)
	r.Header.Set("X-Amz-Firehose-Access-Key", key)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	out, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer out.Body.Close()
	var answer map[string]any
	if err := json.NewDecoder(out.Body).Decode(&answer); err != nil || answer["requestId"] != request || answer["timestamp"] == nil {
		w.t.Errorf("got %v, %v", answer, err)
	}
	return out.StatusCode, answer
}

func delivery(t *testing.T, request string, records ...string) string {
	t.Helper()
	type record struct {
		Data []byte `json:"data"`
	}
	var all []record
	for _, r := range records {
		all = append(all, record{[]byte(r)})
	}
	b, err := json.Marshal(map[string]any{"requestId": request, "timestamp": 1, "records": all})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, text); err != nil || z.Close() != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A delivery of Firehose is acknowledged when its records are in the log: once, of the account that the source is for.
func TestFirehose(t *testing.T) {
	w := newWorld(t)
	add := func(id, account string) string {
		t.Helper()
		s, err := w.service.AddSource(t.Context(), service.Source{ID: id, Location: "push", Account: account})
		if err != nil || s.Key == "" {
			t.Fatalf("got %+v, %v", s, err)
		}
		return s.Key
	}
	key, archive := add("flows", one), add("archive", "")
	f := func(want int, why, id, key, request, body string, headers ...string) {
		t.Helper()
		before, _ := w.inLog(one)
		got, answer := w.deliver(id, key, request, body, headers...)
		after, _ := w.inLog(one)
		if got != want || (got == http.StatusOK) == (answer["errorMessage"] != nil) || got != http.StatusOK && len(after) != len(before) {
			t.Errorf("%s: got %d %v, want %d; %d and %d messages", why, got, answer, want, len(before), len(after))
		}
	}
	f(200, "plain", "flows", key, "r1", delivery(t, "r1", `{"message":"a"}`, "b"))
	f(200, "the same again", "flows", key, "r1", delivery(t, "r1", `{"message":"a"}`, "b"))
	f(200, "packed twice", "flows", key, "r2", zipped(t, delivery(t, "r2", zipped(t, "c"))), "Content-Encoding", "gzip")
	objects, records := w.inLog(one)
	if records != "{\"message\":\"a\"}\nb\nc\n" || len(objects) != 2 {
		t.Errorf("got %d messages with %q", len(objects), records)
	}
	for _, o := range objects {
		if o.Source != "flows" || !o.Only || o.Delivered == 0 {
			t.Errorf("got %+v", o)
		}
	}
	f(403, "a wrong key", "flows", archive, "r3", delivery(t, "r3", "x"))
	f(403, "no key", "flows", "", "r3", delivery(t, "r3", "x"))
	f(403, "no such source", "other", key, "r3", delivery(t, "r3", "x"))
	f(400, "another request", "flows", key, "r3", delivery(t, "r4", "x"))
	f(400, "no JSON", "flows", key, "r3", "x")
	f(400, "no gzip", "flows", key, "r3", "x", "Content-Encoding", "gzip")
	f(400, "a record that is cut off", "flows", key, "r3", delivery(t, "r3", zipped(t, "c")[:10]))
	f(400, "attributes that are none", "flows", key, "r3", delivery(t, "r3", "x"), "X-Amz-Firehose-Common-Attributes", "x")
	if err := w.service.PauseSource(t.Context(), "flows", true); err != nil {
		t.Fatal(err)
	}
	f(429, "paused", "flows", key, "r3", delivery(t, "r3", "x"))

	attributes := fmt.Sprintf(`{"commonAttributes":{"account":%q,"region":"eu-west-1","flowFormat":"srcaddr"}}`, two)
	f(200, "of an archive", "archive", archive, "r1", delivery(t, "r1", "x"), "X-Amz-Firehose-Common-Attributes", attributes)
	if objects, _ := w.inLog(two); len(objects) != 1 || objects[0].Only || objects[0].Region != "eu-west-1" || objects[0].FlowFormat != "srcaddr" {
		t.Errorf("got %+v", objects)
	}
	objects, _ = w.inLog(one)
	if len(objects) != 2 {
		t.Errorf("got %d messages", len(objects))
	}
}

// Records are pushed for the account whose key signs, by who may.
func TestPutRecords(t *testing.T) {
	w := newWorld(t)
	root := w.account(one)
	w.account(two)
	f := func(want int, got answer) {
		t.Helper()
		if got.status != want {
			t.Errorf("got %+v, want %d", got, want)
		}
	}
	f(200, w.call(root, "POST", "/picket/records", "a\nb\n"))
	f(200, w.call(root, "POST", "/picket/records", "a\nb\n"))
	f(400, w.call(root, "POST", "/picket/records", ""))
	f(403, w.call(w.user(one, "reader", "AmazonGuardDutyReadOnlyAccess"), "POST", "/picket/records", "c\n"))
	f(200, w.call(w.user(one, "pusher", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"picket:PutRecords","Resource":"*"}}`), "POST", "/picket/records", "d\n"))
	unsigned, err := http.Post(w.url+"/picket/records", "text/plain", strings.NewReader("e\n"))
	if err != nil {
		t.Fatal(err)
	}
	unsigned.Body.Close()
	if unsigned.StatusCode != 403 {
		t.Errorf("unsigned: got %d", unsigned.StatusCode)
	}
	objects, records := w.inLog(one)
	if records != "a\nb\nd\n" || len(objects) != 2 || !objects[0].Only || objects[0].Source != service.Pushes {
		t.Errorf("got %q in %+v", records, objects)
	}
	if objects, _ := w.inLog(two); len(objects) > 0 {
		t.Errorf("another account got %+v", objects)
	}
}
