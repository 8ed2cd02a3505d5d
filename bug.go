package picket

import (
	"fmt"
	"path"
	"runtime"
	"strings"
)

// Bug makes an error of what recover returned; nil of nil. A panic is a mistake of ours: the error says so in one line, with
// the functions that led to it. It must be called before the function that recovered returns.
func Bug(recovered any) error {
	if recovered == nil {
		return nil
	}
	return fmt.Errorf("BUG: %s, at %s: please report this", strings.TrimPrefix(fmt.Sprint(recovered), "BUG: "), panicked())
}

// Guarded runs f, and makes an error of its panic.
func Guarded(f func() error) (err error) {
	defer func() {
		if bug := Bug(recover()); bug != nil {
			err = bug
		}
	}()
	return f()
}

// maxFrames is how many functions tell where a panic began.
const maxFrames = 5

// panicked names the functions that were running when the panic began that is being recovered, the innermost first.
func panicked() string {
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	var at []string
	for begun, more := false, true; more && len(at) < maxFrames; {
		var f runtime.Frame
		f, more = frames.Next()
		switch {
		case f.Function == "runtime.gopanic":
			begun, at = true, nil
		case begun && !strings.HasPrefix(f.Function, "runtime."):
			at = append(at, fmt.Sprintf("%s (%s:%d)", path.Base(f.Function), path.Base(f.File), f.Line))
		}
	}
	return strings.Join(at, " < ")
}
