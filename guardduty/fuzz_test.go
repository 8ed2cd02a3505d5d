package guardduty_test

import (
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"picket/guardduty"
)

// Bind refuses a body or reads it; what it read stays the same through JSON.
func FuzzBind(f *testing.F) {
	operations := guardduty.Operations()
	for i, op := range operations {
		switch op.Name {
		case "CreateFilter":
			f.Add(byte(i), `{"name":"a","rank":1e1,"findingCriteria":{"criterion":{"severity":{"gte":4,"eq":["a"]}}},"tags":{"k":"v"}}`)
		case "CreateDetector":
			f.Add(byte(i), `{"enable":true,"features":[{"name":"S3_DATA_EVENTS","status":"ENABLED","additionalConfiguration":[null]}]}`)
		case "GetUsageStatistics":
			f.Add(byte(i), `{"usageStatisticsType":"SUM_BY_ACCOUNT","usageCriteria":{"accountIds":["1"]},"maxResults":-1}`)
		case "GetFindingsStatistics":
			f.Add(byte(i), `{"findingStatisticTypes":["COUNT_BY_SEVERITY"],"orderBy":"\ud800"}{}`)
		}
	}
	f.Fuzz(func(t *testing.T, i byte, body string) {
		op := &operations[int(i)%len(operations)]
		read := func(body string) (guardduty.Shape, string) {
			in, err := guardduty.Bind(op, nil, nil, strings.NewReader(body))
			if _, refused := errors.AsType[*guardduty.ValidationError](err); refused {
				return nil, ""
			}
			if err != nil {
				t.Fatal(err)
			}
			text, err := json.Marshal(in)
			if err != nil {
				t.Fatal(err)
			}
			return in, string(text)
		}
		in, first := read(body)
		if in == nil {
			return
		}
		if err := in.Validate(); err != nil && err.Error() == "" {
			t.Error("an error without text")
		}
		if _, second := read(first); second != first {
			t.Errorf("%s: read %s, then %s", op.Name, first, second)
		}
	})
}

// What a request's line binds is refused or stands in the input; labels come back as they were escaped.
func FuzzBindQuery(f *testing.F) {
	operations := guardduty.Operations()
	for i, op := range operations {
		switch op.Name {
		case "ListFindings", "ListMembers":
			f.Add(byte(i), "0123456789abcdef", "onlyAssociated=false&maxResults=50&nextToken=a%2Fb")
		case "UntagResource":
			f.Add(byte(i), "arn:aws:guardduty:us-east-1:111122223333:detector/a b", "tagKeys=a&tagKeys=&tagKeys=%C3%A9")
		case "GetFilter":
			f.Add(byte(i), "%", "")
		}
	}
	f.Fuzz(func(t *testing.T, i byte, label, query string) {
		op := &operations[int(i)%len(operations)]
		path := op.URI
		for _, name := range op.PathLabels {
			path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(label))
		}
		matched, labels, ok := guardduty.Match(op.Method, path)
		if ok != (label != "" || len(op.PathLabels) == 0) || ok && matched.Name != op.Name {
			t.Fatalf("%s %s: matched %v, %v", op.Method, path, matched, ok)
		}
		values, err := url.ParseQuery(query)
		if err != nil || !ok {
			return
		}
		in, err := guardduty.Bind(op, labels, values, strings.NewReader(""))
		if _, refused := errors.AsType[*guardduty.ValidationError](err); refused {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range op.PathLabels {
			if got := reflect.Indirect(reflect.ValueOf(in).Elem().FieldByName(name)).String(); got != label {
				t.Errorf("%s of %s is %q, want %q", name, op.Name, got, label)
			}
		}
		if err := in.Validate(); err != nil && err.Error() == "" {
			t.Error("an error without text")
		}
	})
}

// No path fits an operation but one that the contract has, with labels that are not empty.
func FuzzMatch(f *testing.F) {
	f.Add("GET", "/detector/0123456789abcdef/filter/a%2fb")
	f.Add("POST", "/detector//findings")
	f.Add("DELETE", "/tags/arn:aws:guardduty:us-east-1:111122223333:detector%2")
	f.Fuzz(func(t *testing.T, method, path string) {
		op, labels, ok := guardduty.Match(method, path)
		if !ok {
			return
		}
		again := op.URI
		for name, value := range labels {
			again = strings.ReplaceAll(again, "{"+name+"}", url.PathEscape(value))
			if value == "" {
				t.Errorf("%s: empty label %s of %s", path, name, op.Name)
			}
		}
		other, same, _ := guardduty.Match(method, again)
		if op.Method != method || other != op || !maps.Equal(labels, same) {
			t.Errorf("%s %s is %s with %v, but %s is %v with %v", method, path, op.Name, labels, again, other, same)
		}
	})
}
