package picket_test

import (
	"go/ast"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const (
	maxFile      = 800
	maxRuleFile  = 150
	maxRoot      = 1500
	maxInterface = 8
)

// longFiles may pass maxFile or maxRuleFile, each for the reason beside it.
var longFiles = map[string]string{}

func TestPackageDocs(t *testing.T) {
	docs := map[string][]source{}
	for _, s := range sources(t) {
		if s.isTest() {
			continue
		}
		files := docs[s.pkg]
		if s.ast.Doc != nil {
			files = append(files, s)
		}
		docs[s.pkg] = files
	}
	for pkg, files := range docs {
		if len(files) != 1 {
			t.Errorf("package %q has %d doc comments, want one, in one file", pkg, len(files))
			continue
		}
		if doc := files[0].ast.Doc.Text(); !longerThanASentence(doc) {
			t.Errorf("%s: the package's doc comment is too short: say what it is for and what it refuses\n%s", files[0].path, doc)
		}
	}
}

var sentenceEnd = regexp.MustCompile(`[.;:!?](\s|$)`)

func longerThanASentence(doc string) bool {
	return len(sentenceEnd.FindAllString(strings.TrimSpace(doc), -1)) >= 2
}

func TestFileSizes(t *testing.T) {
	root := 0
	for _, s := range sources(t) {
		if s.isGenerated() {
			continue
		}
		limit := maxFile
		if family(s.pkg) && !s.isTest() {
			limit = maxRuleFile
		}
		if n := s.lines(); n > limit && longFiles[s.path] == "" {
			t.Errorf("%s has %d lines, more than %d: split it by subject", s.path, n, limit)
		}
		if s.pkg == "" && !s.isTest() {
			root += s.lines()
		}
	}
	if root > maxRoot {
		t.Errorf("the root package has %d lines, more than %d: nouns only", root, maxRoot)
	}
	for name := range longFiles {
		if _, err := os.Stat(name); err != nil {
			t.Errorf("longFiles names a file that is gone: %v", err)
		}
	}
}

func TestGeneratedCodeIsApart(t *testing.T) {
	for _, s := range sources(t) {
		named := strings.HasSuffix(s.path, "_gen.go") || s.pkg == "guardduty"
		if s.isGenerated() && !named {
			t.Errorf("%s is generated: it belongs in a directory of its own or ends in _gen.go", s.path)
		}
		if strings.HasSuffix(s.path, "_gen.go") && !s.isGenerated() {
			t.Errorf("%s is named as generated code but does not say so", s.path)
		}
	}
}

func TestNothingHappensAtImport(t *testing.T) {
	for _, s := range sources(t) {
		for _, decl := range s.ast.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == "init" {
				t.Errorf("%s: no init functions", s.at(fn))
			}
		}
		for _, spec := range s.ast.Imports {
			if spec.Name != nil && spec.Name.Name == "_" && spec.Path.Value != `"embed"` {
				t.Errorf("%s: no blank imports for effect", s.at(spec))
			}
		}
	}
}

// frameworks are the ways of testing that Picket does without.
var frameworks = []string{
	"github.com/stretchr/testify", "github.com/golang/mock", "go.uber.org/mock", "github.com/onsi/", "gotest.tools",
	"github.com/matryer/is", "github.com/smartystreets/",
}

func TestTestsAreStandard(t *testing.T) {
	for _, s := range sources(t) {
		for _, imp := range s.imports() {
			for _, f := range frameworks {
				if strings.HasPrefix(imp, f) {
					t.Errorf("%s imports %s: standard testing and go-cmp only", s.path, imp)
				}
			}
		}
		if s.isTest() {
			for _, call := range uses(s, "time", "Sleep") {
				t.Errorf("%s: a test that sleeps is slow or flaky: wait for what it waits for, or hand in a clock", s.at(call))
			}
		}
	}
}

func TestClocksAreHandedIn(t *testing.T) {
	for _, s := range sources(t) {
		if key, _ := row(s.pkg); s.isTest() || !table[key].pure {
			continue
		}
		for _, name := range []string{"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTicker", "NewTimer"} {
			for _, call := range uses(s, "time", name) {
				t.Errorf("%s: time.%s in a package whose results must follow from its input", s.at(call), name)
			}
		}
	}
}

// uses finds where s speaks of pkg.name.
func uses(s source, pkg, name string) []ast.Node {
	var found []ast.Node
	ast.Inspect(s.ast, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == name {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == pkg {
				found = append(found, n)
			}
		}
		return true
	})
	return found
}

func TestInterfacesAreSmall(t *testing.T) {
	for _, s := range sources(t) {
		ast.Inspect(s.ast, func(n ast.Node) bool {
			if i, ok := n.(*ast.InterfaceType); ok && i.Methods.NumFields() > maxInterface {
				t.Errorf("%s: an interface of %d methods; the limit is %d", s.at(i), i.Methods.NumFields(), maxInterface)
			}
			return true
		})
	}
}

// TestEveryBehaviourHasItsPage passes over about_*.go: what several rules of a family share.
func TestEveryBehaviourHasItsPage(t *testing.T) {
	for _, s := range sources(t) {
		name := strings.TrimSuffix(path.Base(s.path), ".go")
		if !family(s.pkg) || s.isTest() || s.isGenerated() || name == path.Base(s.pkg) || strings.HasPrefix(name, "about_") {
			continue
		}
		if _, err := os.Stat(strings.TrimSuffix(s.path, ".go") + ".md"); err != nil {
			t.Errorf("%s has no page beside it: %v", s.path, err)
		}
	}
	err := fs.WalkDir(os.DirFS("."), "rules", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(name, ".md") {
			return err
		}
		if _, err := os.Stat(filepath.FromSlash(strings.TrimSuffix(name, ".md") + ".go")); err != nil {
			t.Errorf("%s is a page without a rule: %v", name, err)
		}
		return nil
	})
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
}

// family reports whether pkg is a family of rules.
func family(pkg string) bool { return path.Dir(pkg) == "rules" }
