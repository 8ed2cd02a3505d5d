package api_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"picket"
	"picket/api"
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

func delivery(t testing.TB, request string, records ...string) string {
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
	f(400, "very many records", "flows", key, "r3", `{"requestId":"r3","records":[`+strings.Repeat("{},", 2<<20)+`{}]}`)
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

// begin sends the head of a delivery, and returns how it is ended once the server asks for the body.
func (w *world) begin(id, key, request string) (end func() int) {
	w.t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { c.Close() })
	in, body := bufio.NewReader(c), delivery(w.t, request, "x")
	answer := func() int {
		w.t.Helper()
		r, err := http.ReadResponse(in, nil)
		if err != nil {
			w.t.Fatal(err)
		}
		r.Body.Close()
		return r.StatusCode
	}
	fmt.Fprintf(c, "POST /firehose/%s HTTP/1.1\r\nHost: picket\r\nX-Amz-Firehose-Request-Id: %s\r\nX-Amz-Firehose-Access-Key: %s\r\n"+
		"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n", id, request, key, len(body))
	if got := answer(); got != http.StatusContinue {
		w.t.Fatalf("got %d, want to be asked for the body", got)
	}
	return func() int {
		w.t.Helper()
		if _, err := io.WriteString(c, body); err != nil {
			w.t.Fatal(err)
		}
		return answer()
	}
}

// Who sends deliveries slowly holds up its own source and no other.
func TestSlowDeliveries(t *testing.T) {
	w := newWorld(t, func(c *api.Config, _ *http.Server) { c.Wait = time.Nanosecond })
	keys := map[string]string{}
	for _, id := range []string{"slow", "other"} {
		s, err := w.service.AddSource(t.Context(), service.Source{ID: id, Location: "push", Account: one})
		if err != nil {
			t.Fatal(err)
		}
		keys[id] = s.Key
	}
	f := func(want int, id, request string) {
		t.Helper()
		if got, answer := w.deliver(id, keys[id], request, delivery(t, request, "x")); got != want {
			t.Errorf("%s of %s: got %d %v, want %d", request, id, got, answer, want)
		}
	}
	first, second := w.begin("slow", keys["slow"], "r1"), w.begin("slow", keys["slow"], "r2")
	f(200, "other", "r1")
	f(429, "slow", "r3")
	for _, end := range []func() int{first, second} {
		if got := end(); got != 200 {
			t.Errorf("the slow end with %d", got)
		}
		f(200, "slow", "r3")
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
