package console

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/gzip"
)

// TestPagesArePacked: scripts go packed to whoever takes that, and are the same to everyone.
func TestPagesArePacked(t *testing.T) {
	script := strings.Repeat("const a = 1;\n", 1000)
	h := pages(fstest.MapFS{
		"dist/index.html":     {Data: []byte("<html>")},
		"dist/assets/a-1.js":  {Data: []byte(script)},
		"dist/assets/b-1.svg": {Data: []byte("<svg>")},
	})
	f := func(path, accept, want string, packed bool) {
		t.Helper()
		r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		got := w.Body.Bytes()
		if encoding := w.Header().Get("Content-Encoding"); (encoding == "gzip") != packed {
			t.Errorf("%s for %q came in encoding %q", path, accept, encoding)
		}
		if packed {
			if len(got) > len(want)/5 {
				t.Errorf("%s is %d bytes of %d", path, len(got), len(want))
			}
			z, err := gzip.NewReader(bytes.NewReader(got))
			if err != nil {
				t.Fatal(err)
			}
			if got, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		if string(got) != want {
			t.Errorf("%s for %q is %.40q", path, accept, got)
		}
		if strings.HasSuffix(path, ".js") && (w.Header().Get("Vary") != "Accept-Encoding" || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/javascript")) {
			t.Errorf("%s came with %v", path, w.Header())
		}
	}
	f("/console/assets/a-1.js", "gzip, deflate, br", script, true)
	f("/console/assets/a-1.js", "", script, false)
	f("/console/assets/b-1.svg", "gzip", "<svg>", false)
	f("/console/us-east-1/findings", "gzip", "<html>", false)
}
