package guardduty_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"picket/guardduty"
)

// limits is a row of gen/constraints.tsv.
type limits struct {
	low, high float64
	has       struct{ low, high bool }
	pattern   string
}

// limitsOf reads gen/constraints.tsv by "Shape.Member", the member as written
// there.
func limitsOf(t *testing.T) map[string]limits {
	t.Helper()
	f, err := os.Open("gen/constraints.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = '\t'
	r.LazyQuotes = true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]limits{}
	for _, row := range rows[1:] {
		l := limits{pattern: row[5]}
		if row[3] != "" {
			l.low, l.has.low = number(t, row[3]), true
		}
		if row[4] != "" {
			l.high, l.has.high = number(t, row[4]), true
		}
		all[row[0]+"."+row[1]] = l
	}
	return all
}

func number(t *testing.T, s string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// samples has a text for each pattern, by the part that tells it apart.
var samples = []struct{ part, text string }{
	{"ENFORCED", "ENFORCED"},
	{"DRAFT", "DRAFT"},
	{"guardduty:", "arn:aws:guardduty:us-east-1:123456789012:detector/" + detectorID + "/ipset/" + detectorID},
	{"guardrail", "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123"},
	{"aws-us-gov", "arn:aws:lambda:us-east-1:123456789012:function/name"},
	{`arn:[A-Za-z-]+:`, "arn:aws:s3:us-east-1:123456789012:bucket/name"},
}

const detectorID = "0123456789abcdef0123456789abcdef"

// filler sets every member of a shape to a value of its own that the contract
// allows.
type filler struct {
	limits map[string]limits
	n      int
	unions int
	filled map[string]bool // "Shape.Member" of everything set
}

func newFiller(t *testing.T) *filler {
	return &filler{limits: limitsOf(t), filled: map[string]bool{}}
}

func (f *filler) fill(v reflect.Value) {
	t := v.Type()
	f.n++
	only := -1
	if t.Name() == "SupportingData" { // the one union
		f.unions++
		only = f.unions % t.NumField()
	}
	for i := range t.NumField() {
		if only < 0 || only == i {
			member := t.Name() + "." + t.Field(i).Name
			f.filled[member] = true
			f.set(v.Field(i), member, member)
		}
	}
}

// set fills v. The row of constraints for a text may be that of the items, keys
// or values of the member.
func (f *filler) set(v reflect.Value, member, row string) {
	f.n++
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.set(v.Elem(), member, row)
	case reflect.Struct:
		if _, ok := v.Interface().(guardduty.Timestamp); ok {
			v.Set(reflect.ValueOf(*guardduty.NewTimestamp(time.UnixMilli(1_700_000_000_123 + int64(f.n)*1001))))
			return
		}
		f.fill(v)
	case reflect.Slice:
		n := 2
		switch item := v.Type().Elem(); {
		case item.Name() == "InvestigationRecord":
			n = reflect.TypeFor[guardduty.SupportingData]().NumField()
		case item.Kind() == reflect.Struct:
			n = 1
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			f.set(v.Index(i), member, member+"[]")
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.set(key, member, member+".key")
		if keys, ok := enumKeys[member]; ok {
			key.SetString(keys)
		}
		f.set(value, member, member+".value")
		v.SetMapIndex(key, value)
	case reflect.String:
		v.SetString(f.text(v, row))
	case reflect.Bool:
		v.SetBool(f.n%2 == 0)
	case reflect.Int32, reflect.Int64:
		v.SetInt(f.whole(v, row))
	case reflect.Float64:
		v.SetFloat(float64(f.n) + 0.25)
	default:
		panic("BUG: no value for " + v.Type().String())
	}
}

// enumKeys are the maps whose keys are enumerated.
var enumKeys = map[string]string{
	"CoverageStatistics.CountByResourceType":   "EKS",
	"CoverageStatistics.CountByCoverageStatus": "HEALTHY",
	"ScanResourceCriteria.Include":             string(guardduty.ScanCriterionKeyEc2InstanceTag),
	"ScanResourceCriteria.Exclude":             string(guardduty.ScanCriterionKeyEc2InstanceTag),
	"InvestigationFilterCriteria.Criterion":    string(guardduty.InvestigationFilterCriterionKey("").Values()[0]),
}

// widened are the members that take 64 bits though the model says 32: clients have sent milliseconds since the epoch in
// them since before there were others.
var widened = map[string]bool{"Condition.Gt": true, "Condition.Gte": true, "Condition.Lt": true, "Condition.Lte": true}

func (f *filler) whole(v reflect.Value, row string) int64 {
	n, l := int64(f.n), f.limits[row]
	if v.Kind() == reflect.Int64 && !widened[row] {
		n += 1 << 40
	}
	if l.has.high {
		n = int64(l.low) + n%int64(l.high-l.low+1)
	}
	return n
}

func (f *filler) text(v reflect.Value, row string) string {
	if values := v.MethodByName("Values"); values.IsValid() {
		all := values.Call(nil)[0]
		return all.Index(f.n % all.Len()).String()
	}
	l := f.limits[row]
	for _, s := range samples {
		if strings.Contains(l.pattern, s.part) {
			return s.text
		}
	}
	s := strconv.Itoa(f.n)
	if l.pattern == "" {
		s = fmt.Sprintf("%d é/%%+&<%s>", f.n, row)
	}
	for l.has.low && len([]rune(s)) < int(l.low) {
		s += "0"
	}
	if l.has.high && len([]rune(s)) > int(l.high) {
		s = string([]rune(s)[:int(l.high)])
	}
	return s
}
