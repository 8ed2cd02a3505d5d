package guardduty

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
)

// Bind decodes a request into a new input of op: labels as Match returns them,
// the query, and the JSON body, which may be empty. Keys are matched exactly and
// unknown ones ignored; null is as good as absent. It checks types only; call
// Validate on what it returns.
//
// A *ValidationError is the client's fault. Any other error comes from reading
// the body.
func Bind(op *Operation, labels map[string]string, query url.Values, body io.Reader) (Shape, error) {
	input := op.New()
	v := reflect.ValueOf(input).Elem()
	for _, name := range op.PathLabels {
		setText(v.FieldByName(name), labels[name])
	}
	for _, q := range op.Query {
		if err := bindQuery(v.FieldByName(q.Member), q.Name, query[q.Name]); err != nil {
			return nil, err
		}
	}
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return input, nil
	}
	if err := decode(data, v); err != nil {
		return nil, err
	}
	return input, nil
}

func bindQuery(field reflect.Value, name string, values []string) error {
	if len(values) == 0 {
		return nil
	}
	if field.Kind() == reflect.Slice {
		field.Set(reflect.MakeSlice(field.Type(), len(values), len(values)))
		for i, v := range values {
			field.Index(i).SetString(v)
		}
		return nil
	}
	if field.Kind() == reflect.Pointer {
		switch field.Type().Elem().Kind() {
		case reflect.Bool:
			b, err := strconv.ParseBool(values[0])
			if err != nil {
				return &ValidationError{Path: name, Reason: "must be true or false"}
			}
			field.Set(reflect.ValueOf(&b))
			return nil
		case reflect.Int32:
			n, err := strconv.ParseInt(values[0], 10, 32)
			if err != nil {
				return &ValidationError{Path: name, Reason: "must be a whole number of 32 bits"}
			}
			field.Set(reflect.ValueOf(Ptr(int32(n))))
			return nil
		}
	}
	setText(field, values[0])
	return nil
}

// setText sets a *string or an enumeration.
func setText(field reflect.Value, s string) {
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.New(field.Type().Elem()))
		field = field.Elem()
	}
	field.SetString(s)
}

// WriteOutput answers with the status of op and out as its JSON body. It
// returns an error, with nothing written, when out isn't the output of op or
// can't be encoded; otherwise the error of writing.
func WriteOutput(w http.ResponseWriter, op *Operation, out Shape) error {
	if got, want := reflect.TypeOf(out), reflect.TypeOf(op.NewOutput()); got != want {
		return fmt.Errorf("write output of %s: got %v, want %v", op.Name, got, want)
	}
	if _, none := out.(*Unit); none || op.Status == http.StatusNoContent {
		w.WriteHeader(op.Status)
		return nil
	}
	enc := json.NewEncoder(encoded{w, op.Status}) // it writes once, when all is encoded
	enc.SetEscapeHTML(false)
	if err := enc.Encode(out); err != nil {
		return fmt.Errorf("write output of %s: %w", op.Name, err)
	}
	return nil
}

// encoded begins an answer when there is something to write.
type encoded struct {
	http.ResponseWriter
	status int
}

func (e encoded) Write(b []byte) (int, error) {
	e.Header().Set("Content-Type", "application/json")
	e.WriteHeader(e.status)
	return e.ResponseWriter.Write(b)
}
