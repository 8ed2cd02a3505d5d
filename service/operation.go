package service

import (
	"context"
	"fmt"
	"reflect"

	"picket"
	"picket/guardduty"
)

// Operation does one operation of the contract. Its input is that operation's, and valid.
type Operation func(ctx context.Context, c picket.Caller, in guardduty.Shape) (guardduty.Shape, error)

// Operations returns what s can do, by operation name: each method named for an operation.
func (s *Service) Operations() map[string]Operation {
	all := map[string]Operation{}
	for _, op := range guardduty.Operations() {
		if m := reflect.ValueOf(s).MethodByName(op.Name); m.IsValid() {
			all[op.Name] = operation(op, m)
		}
	}
	return all
}

func operation(op guardduty.Operation, method reflect.Value) Operation {
	want := reflect.FuncOf(
		[]reflect.Type{reflect.TypeFor[context.Context](), reflect.TypeFor[picket.Caller](), reflect.TypeOf(op.New())},
		[]reflect.Type{reflect.TypeOf(op.NewOutput()), reflect.TypeFor[error]()}, false)
	if method.Type() != want {
		panic(fmt.Sprintf("BUG: method %s is %v, its operation wants %v", op.Name, method.Type(), want))
	}
	return func(ctx context.Context, c picket.Caller, in guardduty.Shape) (guardduty.Shape, error) {
		out := method.Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(c), reflect.ValueOf(in)})
		if err, _ := out[1].Interface().(error); err != nil {
			return nil, err
		}
		return out[0].Interface().(guardduty.Shape), nil
	}
}
