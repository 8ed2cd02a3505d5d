package html

import (
	"bytes"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	dom "golang.org/x/net/html"
)

// browse opens a page in Chromium at a fragment and returns what became of it, and what the console said.
func browse(t *testing.T, page, fragment string) (root *dom.Node, console []string) {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("chromium is missing: make test installs it (scripts/need chromium chromium)")
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "report.html")
	if err := os.WriteFile(file, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	address := url.URL{Scheme: "file", Path: file, Fragment: fragment}
	cmd := exec.CommandContext(t.Context(), chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
		"--user-data-dir="+filepath.Join(dir, "profile"), "--enable-logging=stderr", "--virtual-time-budget=2000", "--dump-dom", address.String())
	var out, log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &log
	if err := cmd.Run(); err != nil {
		t.Fatalf("run chromium: %v\n%s", err, log.String())
	}
	for line := range strings.Lines(log.String()) {
		if strings.Contains(line, "CONSOLE") {
			console = append(console, line)
		}
	}
	return parse(t, out.String()), console
}

// shown are the ids of the findings that can be seen, in order.
func shown(root *dom.Node) []string {
	var ids []string
	for _, n := range elements(root, "details") {
		hidden := slices.ContainsFunc(n.Attr, func(a dom.Attribute) bool { return a.Key == "hidden" })
		if id, ok := strings.CutPrefix(attribute(n, "id"), "f-"); ok && !hidden {
			ids = append(ids, id)
		}
	}
	return ids
}

func TestBrowserFiltersAndSorts(t *testing.T) {
	page := write(t, &Report{Findings: samples(6)})
	f := func(fragment string, want ...string) {
		t.Helper()
		root, console := browse(t, page, fragment)
		if got := shown(root); !slices.Equal(got, want) {
			t.Errorf("#%s shows %q, want %q", fragment, got, want)
		}
		if len(console) > 0 {
			t.Errorf("#%s: the console says %q", fragment, console)
		}
	}
	f("", "id-0005", "id-0003", "id-0001", "id-0004", "id-0002", "id-0000")
	f("q=alice+disabled&sort=count", "id-0000", "id-0002", "id-0004")
	f("severity=High&account=444455556666&sort=first-down", "id-0005", "id-0003", "id-0001")
	f("severity=High&account=111122223333")
}

func TestBrowserOpensTheFindingNamed(t *testing.T) {
	root, _ := browse(t, write(t, &Report{Findings: samples(3)}), "f-id-0001")
	for _, n := range elements(root, "details") {
		open := slices.ContainsFunc(n.Attr, func(a dom.Attribute) bool { return a.Key == "open" })
		if id := attribute(n, "id"); open != (id == "f-id-0001") {
			t.Errorf("%q open: %v", id, open)
		}
	}
}

func TestBrowserRunsNothingFromLogs(t *testing.T) {
	page := write(t, hostileReport())
	if _, console := browse(t, page, ""); len(console) > 0 {
		t.Errorf("the console says %q", console)
	}
	// What would be said if a script got in: the policy refuses it.
	broken := strings.Replace(page, "<main>", "<main><script>document.body.id = 'owned'</script>", 1)
	root, console := browse(t, broken, "")
	if len(console) == 0 || !strings.Contains(console[0], "Content Security Policy") {
		t.Errorf("a strange script: the console says %q", console)
	}
	if attribute(elements(root, "body")[0], "id") == "owned" {
		t.Error("a strange script ran")
	}
}
