package guardduty

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
)

// decode reads one JSON object into the structure v. encoding/json alone would
// take keys in any case and would name Go types, not members, in its errors.
func decode(data []byte, v reflect.Value) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return &ValidationError{Reason: "the body must be JSON: " + err.Error()}
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return &ValidationError{Reason: "the body must be one JSON object"}
	}
	if _, ok := tree.(map[string]any); !ok {
		return &ValidationError{Reason: "the body must be a JSON object"}
	}
	return assign(v, tree, "")
}

// assign sets v to a value of the JSON tree.
func assign(v reflect.Value, tree any, path string) error {
	if tree == nil {
		return nil
	}
	switch v.Kind() {
	case reflect.Pointer:
		p := reflect.New(v.Type().Elem())
		if err := assign(p.Elem(), tree, path); err != nil {
			return err
		}
		v.Set(p)
		return nil
	case reflect.Struct:
		if t, ok := v.Addr().Interface().(*Timestamp); ok {
			return assignTimestamp(t, tree, path)
		}
		return assignStruct(v, tree, path)
	case reflect.Slice:
		return assignList(v, tree, path)
	case reflect.Map:
		return assignMap(v, tree, path)
	case reflect.String:
		s, ok := tree.(string)
		if !ok {
			return &ValidationError{Path: path, Reason: "must be a string"}
		}
		v.SetString(s)
	case reflect.Bool:
		b, ok := tree.(bool)
		if !ok {
			return &ValidationError{Path: path, Reason: "must be true or false"}
		}
		v.SetBool(b)
	default:
		return assignNumber(v, tree, path)
	}
	return nil
}

func assignStruct(v reflect.Value, tree any, path string) error {
	object, ok := tree.(map[string]any)
	if !ok {
		return &ValidationError{Path: path, Reason: "must be an object"}
	}
	if path != "" {
		path += "."
	}
	for i := range v.NumField() {
		key, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		if key == "-" {
			continue
		}
		if err := assign(v.Field(i), object[key], path+key); err != nil {
			return err
		}
	}
	return nil
}

func assignList(v reflect.Value, tree any, path string) error {
	list, ok := tree.([]any)
	if !ok {
		return &ValidationError{Path: path, Reason: "must be a list"}
	}
	v.Set(reflect.MakeSlice(v.Type(), len(list), len(list)))
	for i, item := range list {
		at := index(path, i)
		if item == nil {
			return &ValidationError{Path: at, Reason: "must not be null"}
		}
		if err := assign(v.Index(i), item, at); err != nil {
			return err
		}
	}
	return nil
}

func assignMap(v reflect.Value, tree any, path string) error {
	object, ok := tree.(map[string]any)
	if !ok {
		return &ValidationError{Path: path, Reason: "must be an object"}
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(object)))
	for _, key := range sortedKeys(object) {
		at := path + "." + key
		if object[key] == nil {
			return &ValidationError{Path: at, Reason: "must not be null"}
		}
		value := reflect.New(v.Type().Elem()).Elem()
		if err := assign(value, object[key], at); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key), value)
	}
	return nil
}

func assignTimestamp(t *Timestamp, tree any, path string) error {
	n, ok := tree.(json.Number)
	if !ok || t.UnmarshalJSON([]byte(n)) != nil {
		return &ValidationError{Path: path, Reason: "must be a number of seconds since 1970"}
	}
	return nil
}

// assignNumber takes whole numbers written as floats too, as some encoders do.
func assignNumber(v reflect.Value, tree any, path string) error {
	n, ok := tree.(json.Number)
	if v.Kind() == reflect.Float64 {
		f, err := n.Float64()
		if !ok || err != nil {
			return &ValidationError{Path: path, Reason: "must be a number"}
		}
		v.SetFloat(f)
		return nil
	}
	whole, err := n.Int64()
	if f, floatErr := n.Float64(); err != nil && floatErr == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		whole, err = int64(f), nil
	}
	if !ok || err != nil || v.OverflowInt(whole) {
		return &ValidationError{Path: path, Reason: fmt.Sprintf("must be a whole number of %d bits", v.Type().Bits())}
	}
	v.SetInt(whole)
	return nil
}
