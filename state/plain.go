package state

import (
	"fmt"
	"net/netip"
	"reflect"
)

// Stater is a value that says its own form.
type Stater interface{ State(*Codec) }

// Plain writes or reads what v points to, field by field: numbers, texts, addresses, Staters, and structs, arrays, slices
// and pointers of such, all of whose fields are exported. It is for what is not kept by the million.
func Plain[V any](c *Codec, v *V) { plain(c, reflect.ValueOf(v).Elem()) }

func plain(c *Codec, v reflect.Value) {
	switch p := v.Addr().Interface().(type) {
	case Stater:
		p.State(c)
		return
	case *netip.Addr:
		c.Addr(p)
		return
	}
	switch {
	case v.Kind() == reflect.Bool:
		scalar(c, v.Bool(), c.Bool, v.SetBool)
	case v.CanInt():
		scalar(c, v.Int(), func(x *int64) { inRange(c, x, v.OverflowInt) }, v.SetInt)
	case v.CanUint():
		scalar(c, v.Uint(), func(x *uint64) { inRange(c, x, v.OverflowUint) }, v.SetUint)
	case v.Kind() == reflect.Float64:
		scalar(c, v.Float(), c.Float, v.SetFloat)
	case v.Kind() == reflect.String:
		scalar(c, v.String(), func(x *string) { Text(c, x) }, v.SetString)
	default:
		composite(c, v)
	}
}

func scalar[V any](c *Codec, x V, one func(*V), set func(V)) {
	if one(&x); c.Reading() {
		set(x)
	}
}

func inRange[N Integer](c *Codec, x *N, overflows func(N) bool) {
	if Int(c, x); overflows(*x) {
		c.Fail(fmt.Errorf("%d is out of range", *x))
	}
}

func composite(c *Codec, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			plain(c, v.Field(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			plain(c, v.Index(i))
		}
	case reflect.Slice:
		n := c.Len(v.Len())
		if c.Reading() {
			v.SetZero()
		}
		for i := 0; i < n && c.err == nil; i++ {
			if c.Reading() {
				v.Set(reflect.Append(v, reflect.Zero(v.Type().Elem())))
			}
			plain(c, v.Index(i))
		}
	case reflect.Pointer:
		there := !v.IsNil()
		c.Bool(&there)
		if c.Reading() {
			v.SetZero()
			if there {
				v.Set(reflect.New(v.Type().Elem()))
			}
		}
		if there {
			plain(c, v.Elem())
		}
	default:
		panic("BUG: no form for " + v.Type().String())
	}
}
