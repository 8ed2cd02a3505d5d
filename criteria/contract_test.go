package criteria

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket"
	"picket/guardduty"
)

// absent are the attributes that GuardDuty documents though its findings have no such member.
var absent = []string{
	"resource.rdsdbinstancedetails.dbsecuritygroups.name",
	"resource.rdsdbinstancedetails.dbsecuritygroups.status",
	"resource.rdsdbinstancedetails.iamdatabaseauthenticationenabled",
	"resource.rdsdbinstancedetails.publiclyaccessible",
	"resource.rdsdbinstancedetails.vpcid",
	"resource.rdsdbinstancedetails.vpcsecuritygroups.status",
	"resource.rdsdbinstancedetails.vpcsecuritygroups.vpcsecuritygroupid",
	"service.detection.sequence.resources.data.iaminstanceprofile.id",
}

// TestEveryAttributeIsSomewhere shows that a finding with every member has every attribute: no path leads astray.
func TestEveryAttributeIsSomewhere(t *testing.T) {
	f := &picket.StoredFinding{}
	fill(reflect.ValueOf(&f.Finding.Finding).Elem())
	f.UserIdentity = below("resource.accessKeyDetails.userIdentity.")
	f.AdditionalInfo = below("service.additionalInfo.")
	delete(f.AdditionalInfo, "type")
	delete(f.AdditionalInfo, "value")
	attrs := Attributes(f)
	SetSide(attrs, picket.Side{Feedback: guardduty.FeedbackUseful})
	var missing []string
	for attribute := range catalogue().kinds {
		if len(attrs[attribute]) == 0 {
			missing = append(missing, attribute)
		}
	}
	slices.Sort(missing)
	if d := cmp.Diff(absent, missing); d != "" {
		t.Error(d)
	}
	for attribute, values := range attrs {
		kind, known := catalogue().kinds[attribute]
		for _, v := range values {
			if again, ok := value(kind, v); !known || !ok || again != v {
				t.Errorf("%s has the value %q, which no criteria can ask for", attribute, v)
			}
		}
	}
}

// below makes an object with all attributes below a path, in other cases than documented.
func below(path string) map[string]any {
	doc := map[string]any{}
	for _, name := range catalogue().names {
		rest, ok := strings.CutPrefix(name, path)
		if !ok {
			continue
		}
		m, steps := doc, strings.Split(strings.ToUpper(rest[:1])+rest[1:], ".")
		for _, step := range steps[:len(steps)-1] {
			m = object(m, step)
		}
		m[steps[len(steps)-1]] = map[Kind]any{Text: "x", Number: json.Number("1"), Bool: "true"}[catalogue().kinds[strings.ToLower(name)]]
	}
	return doc
}

// fill sets every member of a shape, texts to a time.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		if at, ok := v.Interface().(*guardduty.Timestamp); ok {
			*at = *guardduty.NewTimestamp(at.AddDate(2025, 0, 0))
			return
		}
		fill(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.String:
		v.SetString("2026-01-05T10:00:00.000Z")
	case reflect.Int32, reflect.Int64:
		v.SetInt(7)
	case reflect.Float64:
		v.SetFloat(0.5)
	}
}
