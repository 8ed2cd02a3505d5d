package console

import (
	"bytes"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/klauspost/compress/gzip"
)

// pages serves the console's files, and its first page for every other path: which page that is, the script decides. Scripts and
// styles go packed, a fifth of their size, to whoever takes that.
func pages(files fs.FS) http.Handler {
	index, err := fs.ReadFile(files, "dist/index.html")
	if err != nil {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "This build of Picket has no web console: make console build, with Node installed, makes one that has.", http.StatusNotFound)
		})
	}
	packs := packsOf(files)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := path.Clean(strings.TrimPrefix(r.URL.Path, "/console/"))
		content, err := fs.ReadFile(files, "dist/"+name)
		switch {
		case strings.HasPrefix(name, "assets/") && err != nil:
			http.NotFound(w, r)
			return
		case strings.HasPrefix(name, "assets/"): // their names change with their content
			w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		case err != nil:
			name, content = "index.html", index
			fallthrough
		default:
			w.Header().Set("Cache-Control", "no-cache")
		}
		if pack := packs["dist/"+name]; pack != nil {
			w.Header().Set("Vary", "Accept-Encoding")
			if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
				w.Header().Set("Content-Encoding", "gzip")
				content = pack()
			}
		}
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	})
}

// packsOf returns the scripts and styles in gzip, each packed when it is asked for first.
func packsOf(files fs.FS) map[string]func() []byte {
	all := map[string]func() []byte{}
	for _, pattern := range []string{"dist/assets/*.js", "dist/assets/*.css"} {
		names, _ := fs.Glob(files, pattern) // it fails for a bad pattern alone
		for _, name := range names {
			all[name] = sync.OnceValue(func() []byte {
				var b bytes.Buffer
				z := gzip.NewWriter(&b)
				content, _ := fs.ReadFile(files, name)
				_, _ = z.Write(content)
				_ = z.Close()
				return b.Bytes()
			})
		}
	}
	return all
}
