package picket_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestDesignNamesEveryPackage(t *testing.T) {
	page := read(t, "docs/design.md")
	exists := map[string]bool{}
	for _, s := range sources(t) {
		key, _ := row(s.pkg)
		exists[key] = true
	}
	placeholder := strings.NewReplacer("source/*", "source/<tech>", "publish/*", "publish/<tech>",
		"export/*", "export/<format>", "rules/*", "rules/<family>")
	for pkg := range table {
		name := "`" + placeholder.Replace(pkg) + "`"
		if pkg == "" {
			name = "`picket` (root)"
		}
		switch planned := strings.Contains(page, name+" ○"); {
		case !strings.Contains(page, name):
			t.Errorf("docs/design.md does not speak of %s", name)
		case planned && exists[pkg]:
			t.Errorf("docs/design.md marks %s as planned, but it is there", name)
		}
	}
}

var link = regexp.MustCompile(`\]\(([^)#\s]+)`)

func TestLinksLeadSomewhere(t *testing.T) {
	pages, err := filepath.Glob("*.md")
	if err != nil {
		t.Fatal(err)
	}
	more, err := filepath.Glob("docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(pages, more...) {
		for _, m := range link.FindAllStringSubmatch(read(t, name), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s links to what is not there: %v", name, err)
			}
		}
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
