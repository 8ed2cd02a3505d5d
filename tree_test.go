package picket_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// source is one Go file of the module, parsed. The tree is read with go/parser rather than go list, so that files behind
// build tags and tests are held to the same rules.
type source struct {
	path string // slash-separated, from the module's root
	pkg  string // its folder; "" is the root package
	ast  *ast.File
	fset *token.FileSet
}

func (s source) isTest() bool      { return strings.HasSuffix(s.path, "_test.go") }
func (s source) isGenerated() bool { return ast.IsGenerated(s.ast) }
func (s source) lines() int        { return s.fset.File(s.ast.FileStart).LineCount() }

// at is where n stands, as an editor understands it.
func (s source) at(n ast.Node) string { return s.fset.Position(n.Pos()).String() }

// imports are the import paths of s.
func (s source) imports() []string {
	var paths []string
	for _, spec := range s.ast.Imports {
		paths = append(paths, strings.Trim(spec.Path.Value, `"`))
	}
	return paths
}

var parseTree = sync.OnceValues(func() ([]source, error) {
	var tree []source
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if d.IsDir() {
			if name != "." && outside(name, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(name, ".go") {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		tree = append(tree, source{path: name, pkg: folder(name), ast: file, fset: fset})
		return nil
	})
	return tree, err
})

// outside reports whether a folder holds no package of this module: tools is a module of its own.
func outside(name, base string) bool {
	return name == "tools" || base == "node_modules" || base == "testdata" || base == "vendor" ||
		strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_")
}

// sources is every Go file of the module.
func sources(t *testing.T) []source {
	t.Helper()
	tree, err := parseTree()
	if err != nil {
		t.Fatal(err)
	}
	if len(tree) == 0 {
		t.Fatal("no Go files: is the test run in the module's root?")
	}
	return tree
}

// fileAt is a source of which only the place is known.
func fileAt(name string) source { return source{path: name, pkg: folder(name)} }

// folder is the package of the file name.
func folder(name string) string {
	if dir := path.Dir(name); dir != "." {
		return dir
	}
	return ""
}
