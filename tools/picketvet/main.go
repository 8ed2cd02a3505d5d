// Command picketvet bundles the analyzers that Picket chose on top of go vet and staticcheck, for `go vet -vettool`.
// It holds no analyzer of its own: what only Picket can know is a test in the root package.
package main

import (
	"github.com/polyfloyd/go-errorlint/errorlint"
	"github.com/timakin/bodyclose/passes/bodyclose"
	"golang.org/x/tools/go/analysis/passes/atomicalign"
	"golang.org/x/tools/go/analysis/passes/deepequalerrors"
	"golang.org/x/tools/go/analysis/passes/nilness"
	"golang.org/x/tools/go/analysis/passes/reflectvaluecompare"
	"golang.org/x/tools/go/analysis/passes/sortslice"
	"golang.org/x/tools/go/analysis/passes/unusedwrite"
	"golang.org/x/tools/go/analysis/passes/waitgroup"
	"golang.org/x/tools/go/analysis/unitchecker"
)

func main() {
	unitchecker.Main(
		atomicalign.Analyzer,
		bodyclose.Analyzer,
		deepequalerrors.Analyzer,
		errorlint.NewAnalyzer(),
		nilness.Analyzer,
		reflectvaluecompare.Analyzer,
		sortslice.Analyzer,
		unusedwrite.Analyzer,
		waitgroup.Analyzer,
	)
}
