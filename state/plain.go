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
		x := v.Bool()
		c.Bool(&x)
		v.SetBool(x)
	case v.CanInt():
		x := v.Int()
		Int(c, &x)
		if v.OverflowInt(x) {
			c.Fail(fmt.Errorf("%d is out of range", x))
		}
		v.SetInt(x)
	case v.CanUint():
		x := v.Uint()
		Int(c, &x)
		if v.OverflowUint(x) {
			c.Fail(fmt.Errorf("%d is out of range", x))
		}
		v.SetUint(x)
	case v.Kind() == reflect.Float64:
		x := v.Float()
		c.Float(&x)
		v.SetFloat(x)
	case v.Kind() == reflect.String:
		x := v.String()
		Text(c, &x)
		v.SetString(x)
	default:
		composite(c, v)
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
