package console

import (
	"bytes"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// pages serves the console's files, and its first page for every other path: which page that is, the script decides.
func pages() http.Handler {
	index, err := fs.ReadFile(dist, "dist/index.html")
	if err != nil {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "This build of Picket has no web console: make build, with Node installed, makes one that has.", http.StatusNotFound)
		})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := path.Clean(strings.TrimPrefix(r.URL.Path, "/console/"))
		content, err := fs.ReadFile(dist, "dist/"+name)
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
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(content))
	})
}
