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

// pages are what people read.
func pages(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"*.md", "docs/*.md"} {
		some, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, some...)
	}
	return all
}

func TestTablesHaveLines(t *testing.T) {
	for _, name := range pages(t) {
		for n, line := range strings.Split(read(t, name), "\n") {
			if strings.Contains(line, "|---|") && strings.Trim(line, "|-: ") != "" {
				t.Errorf("%s:%d: a table's head is in one line with others", name, n+1)
			}
		}
	}
}

func TestLinksLeadSomewhere(t *testing.T) {
	for _, name := range pages(t) {
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
