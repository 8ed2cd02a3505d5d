package guardduty_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	sdk "github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/google/go-cmp/cmp"

	"picket/guardduty"
)

// peer is a server of generated shapes: it answers each operation with every
// member set and keeps the input that it was sent.
type peer struct {
	*httptest.Server
	inputs  map[string]guardduty.Shape // what to send
	outputs map[string]guardduty.Shape // what is answered
	got     map[string]guardduty.Shape // what arrived
	filled  map[string]bool            // "Shape.Member" of everything set
}

func newPeer(t *testing.T) *peer {
	p := &peer{
		inputs:  map[string]guardduty.Shape{},
		outputs: map[string]guardduty.Shape{},
		got:     map[string]guardduty.Shape{},
	}
	f := newFiller(t)
	for _, op := range guardduty.Operations() {
		in, out := op.New(), op.NewOutput()
		f.fill(reflect.ValueOf(in).Elem())
		f.fill(reflect.ValueOf(out).Elem())
		p.inputs[op.Name], p.outputs[op.Name] = in, out
	}
	p.filled = f.filled
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		op, labels, ok := guardduty.Match(r.Method, r.URL.EscapedPath())
		if !ok {
			http.Error(w, "no such operation", http.StatusNotImplemented)
			return
		}
		in, err := guardduty.Bind(op, labels, r.URL.Query(), r.Body)
		if err == nil {
			err = in.Validate()
		}
		if err != nil {
			http.Error(w, op.Name+": "+err.Error(), http.StatusBadRequest)
			return
		}
		p.got[op.Name] = in
		if err := guardduty.WriteOutput(w, op, p.outputs[op.Name]); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(p.Close)
	return p
}

// Every operation that the Go client has, with every member that it knows.
func TestGoClient(t *testing.T) {
	p := newPeer(t)
	client := reflect.ValueOf(sdk.New(sdk.Options{
		Region:       "us-east-1",
		BaseEndpoint: aws.String(p.URL),
		Credentials:  credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""),
	}))
	called := 0
	for _, op := range guardduty.Operations() {
		method := client.MethodByName(op.Name)
		if !method.IsValid() {
			continue
		}
		called++
		t.Run(op.Name, func(t *testing.T) {
			in := reflect.New(method.Type().In(1).Elem())
			convert(t, in.Elem(), reflect.ValueOf(p.inputs[op.Name]))
			results := method.Call([]reflect.Value{reflect.ValueOf(context.Background()), in})
			if err := results[1].Interface(); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(byName(t, in.Interface()), byName(t, p.got[op.Name])); diff != "" {
				t.Errorf("the server read another input (-sent +read):\n%s", diff)
			}
			want := reflect.New(results[0].Type().Elem())
			convert(t, want.Elem(), reflect.ValueOf(p.outputs[op.Name]))
			if diff := cmp.Diff(byName(t, want.Interface()), byName(t, results[0].Interface())); diff != "" {
				t.Errorf("the client read another output (-sent +read):\n%s", diff)
			}
		})
	}
	if called != 87 {
		t.Errorf("the Go client has %d of the operations, want 87", called)
	}
}

// Every operation, with every member, through the JavaScript client that the
// contract comes from.
func TestJavaScriptClient(t *testing.T) {
	type call struct {
		Operation string `json:"operation"`
		Input     any    `json:"input,omitempty"`
		Output    any    `json:"output,omitempty"`
		Error     string `json:"error,omitempty"`
	}
	p := newPeer(t)
	var calls []call
	for _, op := range guardduty.Operations() {
		calls = append(calls, call{Operation: op.Name, Input: byName(t, p.inputs[op.Name])})
	}
	if len(calls) != 103 {
		t.Errorf("there are %d operations, want 103", len(calls))
	}
	stdin, err := json.Marshal(calls)
	if err != nil {
		t.Fatal(err)
	}
	var answers []call
	if err := json.Unmarshal(node(t, stdin, "call.cjs", p.URL), &answers); err != nil {
		t.Fatal(err)
	}
	for i, answer := range answers {
		t.Run(answer.Operation, func(t *testing.T) {
			if answer.Error != "" {
				t.Fatal(answer.Error)
			}
			if diff := cmp.Diff(calls[i].Input, byName(t, p.got[answer.Operation])); diff != "" {
				t.Errorf("the server read another input (-sent +read):\n%s", diff)
			}
			if diff := cmp.Diff(byName(t, p.outputs[answer.Operation]), answer.Output); diff != "" {
				t.Errorf("the client read another output (-sent +read):\n%s", diff)
			}
		})
	}
}

// node runs a script of gen, which installs the pinned npm package if need be.
func node(t *testing.T, stdin []byte, args ...string) []byte {
	t.Helper()
	for _, file := range []string{args[0], "node.sh", "package-lock.json"} {
		// Looked at here so that a change to one ends go test's cached result.
		if _, err := os.Stat("gen/" + file); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("sh", append([]string{"gen/node.sh"}, args...)...)
	cmd.Stdin = bytes.NewReader(stdin)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node %v: %v\n%s", args, err, stderr.Bytes())
	}
	return out
}
