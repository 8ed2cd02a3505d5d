package picket_test

import (
	"slices"
	"strings"
	"testing"
)

// deps says what a package may import.
type deps struct {
	imports string // packages of this module beside itself; "rules/*" is any one family, "*" all
	tests   string // what its tests may import on top
	stdOnly bool   // nothing from outside but the standard library
	pure    bool   // no I/O, no clock, no randomness: what is computed follows from what is handed in
}

// The groups that many lines share.
const (
	contract = "picket guardduty "
	records  = contract + "event entity intel rule state "
	findings = records + "finding "
)

// table is the dependency rule of docs/design.md, from the top of the house to the bottom. An import that it doesn't allow
// fails, and so does a package that it doesn't name: a new package is a decision. Later lines of the design stand here
// already, so that the first import is judged too.
var table = map[string]deps{
	"cmd/picket": {imports: "*"},
	"bench":      {imports: "*"},
	"eval":       {imports: "*"},
	"apptest":    {tests: contract + "access s3test simulate sqlstore storetest"},

	"console":   {imports: contract + "api service access", tests: "sqlstore"},
	"operator":  {imports: contract + "service"},
	"api":       {imports: contract + "service access criteria", tests: "sqlstore event"},
	"source/*":  {imports: contract + "event scan pipeline service", tests: "s3test"},
	"publish/*": {imports: findings + "publish fetch mail export/*", tests: "s3test"},
	"simulate":  {imports: contract + "event", tests: findings + "engine scan rules source/file"},

	"pipeline": {imports: findings + "engine service", tests: "access rules scan simulate source/file sqlstore"},
	"scan":     {imports: findings + "engine", tests: "rules ruletest simulate source/file"},

	"service":  {imports: contract + "access criteria event fetch finding intel mail publish rule", tests: "sqlstore storetest mail"},
	"publish":  {imports: contract + "finding"},
	"access":   {imports: contract, stdOnly: true},
	"export/*": {imports: findings, tests: "rules"},

	"page": {imports: findings + "engine"},

	"engine":  {imports: findings, tests: "ruletest rules simulate", pure: true},
	"finding": {imports: records, tests: "ruletest", pure: true},

	"rules":   {imports: contract + "page rule rules/*", tests: findings + "engine ruletest", pure: true},
	"rules/*": {imports: records, tests: "ruletest page", pure: true},

	"rule":   {imports: contract + "event entity intel state", tests: "ruletest", pure: true},
	"intel":  {imports: contract, pure: true},
	"entity": {imports: contract + "event state", pure: true},
	"event":  {pure: true},
	"state":  {stdOnly: true, pure: true},

	"sqlstore": {imports: contract + "criteria", tests: "storetest"},
	"natslog":  {imports: contract, tests: "storetest"},

	"criteria": {imports: contract, pure: true},
	"fetch":    {imports: contract + "intel"},
	"mail":     {imports: contract, tests: "sqlstore storetest"},
	"geodata":  {},

	"guardduty":       {stdOnly: true},
	"guardduty/gen":   {stdOnly: true},
	"geodata/compile": {imports: "*"},
	"":                {imports: "guardduty", stdOnly: true, pure: true},

	"ruletest":  {imports: findings + "engine page"},
	"storetest": {imports: contract + "criteria", tests: "sqlstore"},
	"s3test":    {},
}

// impure are the standard packages that a pure package does without; time.Now is looked for apart.
var impure = []string{"crypto/rand", "math/rand", "math/rand/v2", "net", "net/http", "os", "os/exec", "syscall"}

const module = "picket"

func TestDependencies(t *testing.T) {
	for _, s := range sources(t) {
		key, known := row(s.pkg)
		if !known {
			t.Errorf("package %q is not in the table: say what it may import", s.pkg)
			continue
		}
		for _, imp := range s.imports() {
			if complaint := judge(table[key], s, imp); complaint != "" {
				t.Errorf("%s imports %s: %s", s.path, imp, complaint)
			}
		}
	}
}

// row finds the line of the table that speaks for pkg.
func row(pkg string) (key string, known bool) {
	if _, ok := table[pkg]; ok {
		return pkg, true
	}
	if i := strings.LastIndexByte(pkg, '/'); i >= 0 {
		_, ok := table[pkg[:i]+"/*"]
		return pkg[:i] + "/*", ok
	}
	return "", false
}

// judge says what is wrong with file s importing imp, or nothing.
func judge(d deps, s source, imp string) string {
	if own, inside := cutModule(imp); inside {
		allowed := strings.Fields(d.imports)
		if s.isTest() {
			allowed = append(allowed, strings.Fields(d.tests)...)
		}
		if own == s.pkg || slices.ContainsFunc(allowed, func(a string) bool { return covers(a, own) }) {
			return ""
		}
		return "the table does not allow it"
	}
	std := !strings.Contains(strings.Split(imp, "/")[0], ".")
	switch {
	case s.isTest():
		return ""
	case d.stdOnly && !std:
		return "only the standard library is allowed"
	case d.pure && slices.Contains(impure, imp):
		return "the package does no I/O and draws no lots"
	}
	return ""
}

// cutModule strips the module from an import path: "picket/rule" is "rule", "picket" is "".
func cutModule(imp string) (pkg string, inside bool) {
	if imp == module {
		return "", true
	}
	return strings.CutPrefix(imp, module+"/")
}

// covers reports whether the table's word allows pkg: "picket" is the root package, "rules/*" any one family.
func covers(word, pkg string) bool {
	if word == "*" {
		return true
	}
	if word == module {
		return pkg == ""
	}
	if parent, ok := strings.CutSuffix(word, "*"); ok {
		rest, below := strings.CutPrefix(pkg, parent)
		return below && !strings.Contains(rest, "/")
	}
	return word == pkg
}

func TestTableIsReadAsWritten(t *testing.T) {
	f := func(file, imp string, allowed bool) {
		t.Helper()
		s := fileAt(file)
		key, known := row(s.pkg)
		if got := known && judge(table[key], s, imp) == ""; got != allowed {
			t.Errorf("%s importing %s: allowed = %v, want %v", file, imp, got, allowed)
		}
	}
	f("engine/engine.go", "picket/rule", true)
	f("engine/engine.go", "picket/rules/iam", false)
	f("engine/engine.go", "os", false)
	f("rules/iam/x.go", "picket/ruletest", false)
	f("rules/iam/x_test.go", "picket/ruletest", true)
	f("rules/iam/x.go", "picket/rules/s3", false)
	f("rules/rules.go", "picket/rules/s3", true)
	f("source/s3/s3.go", "picket/source/file", false)
	f("export/html/html.go", "picket/export/jsonl", false)
	f("event/cloudtrail.go", "picket", false)
	f("rule/rule.go", "picket", true)
	f("picket.go", "picket/guardduty", true)
	f("picket.go", "github.com/spf13/cobra", false)
	f("cmd/picket/main.go", "picket/source/s3", true)
	f("utils/strings.go", "strings", false)
}
