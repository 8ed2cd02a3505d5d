package guardduty_test

import (
	"encoding/json"
	"errors"
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
