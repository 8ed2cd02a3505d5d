package guardduty_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"picket/guardduty"
)

// byName turns a shape of ours or of the Go SDK into a tree by member names, so
// that the two can be compared without a look at the wire. What is nil is left
// out; an instant becomes {"$date": milliseconds}, as in gen/call.cjs.
func byName(t *testing.T, shape any) any {
	t.Helper()
	data, err := json.Marshal(named(reflect.ValueOf(shape)))
	if err != nil {
		t.Fatal(err)
	}
	var tree any
	if err := json.Unmarshal(data, &tree); err != nil {
		t.Fatal(err)
	}
	return tree
}

func named(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Pointer:
		return named(v.Elem())
	case reflect.Struct:
		switch at := v.Interface().(type) {
		case time.Time:
			return map[string]any{"$date": at.UnixMilli()}
		case guardduty.Timestamp:
			return map[string]any{"$date": at.UnixMilli()}
		}
		members := map[string]any{}
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if field.IsExported() && field.Name != "ResultMetadata" && !isNil(v.Field(i)) {
				members[field.Name] = named(v.Field(i))
			}
		}
		return members
	case reflect.Slice:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = named(v.Index(i))
		}
		return list
	case reflect.Map:
		object := map[string]any{}
		for _, key := range v.MapKeys() {
			object[key.String()] = named(v.MapIndex(key))
		}
		return object
	}
	return v.Interface()
}

func isNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return v.IsNil()
	}
	return false
}

// convert sets dst, a shape of the Go SDK, to the members of src, a shape of
// ours, that it knows. A member that only the SDK knows is an error, and so is
// one of another type.
func convert(t *testing.T, dst, src reflect.Value) {
	t.Helper()
	if src.Kind() == reflect.Pointer {
		src = src.Elem()
	}
	switch dst.Kind() {
	case reflect.Pointer:
		dst.Set(reflect.New(dst.Type().Elem()))
		convert(t, dst.Elem(), src)
	case reflect.Struct:
		if at, ok := src.Interface().(guardduty.Timestamp); ok {
			dst.Set(reflect.ValueOf(at.Time))
			return
		}
		for i := range dst.NumField() {
			field := dst.Type().Field(i)
			if !field.IsExported() || field.Name == "ResultMetadata" {
				continue
			}
			from := src.FieldByName(field.Name)
			if !from.IsValid() {
				t.Errorf("%s.%s of the SDK is missing", src.Type(), field.Name)
				continue
			}
			if widened[src.Type().Name()+"."+field.Name] {
				narrow := int32(from.Elem().Int())
				from = reflect.ValueOf(&narrow)
			}
			convert(t, dst.Field(i), from)
		}
	case reflect.Slice:
		dst.Set(reflect.MakeSlice(dst.Type(), src.Len(), src.Len()))
		for i := range src.Len() {
			convert(t, dst.Index(i), src.Index(i))
		}
	case reflect.Map:
		dst.Set(reflect.MakeMap(dst.Type()))
		for _, key := range src.MapKeys() {
			value := reflect.New(dst.Type().Elem()).Elem()
			convert(t, value, src.MapIndex(key))
			dst.SetMapIndex(key, value)
		}
	default:
		if dst.Kind() != src.Kind() {
			t.Errorf("%s of the SDK is %s here", dst.Type(), src.Type())
			return
		}
		dst.Set(src.Convert(dst.Type()))
	}
}
