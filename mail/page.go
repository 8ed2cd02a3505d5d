package mail

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"text/template"
)

//go:embed *.html *.txt
var pages embed.FS

// page is the two parts of a kind of mail, as templates.
type page struct {
	text *template.Template
	html *htmltemplate.Template
}

// pageOf returns the templates of name.txt and name.html, which stands between what page.html begins and ends with.
func pageOf(name string) page {
	return page{
		template.Must(template.New(name+".txt").Funcs(template.FuncMap{"wrap": wrap}).ParseFS(pages, name+".txt")),
		htmltemplate.Must(htmltemplate.New(name+".html").Funcs(htmltemplate.FuncMap{"segments": segments}).ParseFS(pages, name+".html", "page.html")),
	}
}

// write adds the parts that show a value to a mail.
func (p page) write(m Message, shown any) (Message, error) {
	var text, html bytes.Buffer
	if err := p.text.Execute(&text, shown); err != nil {
		return m, fmt.Errorf("write text: %w", err)
	}
	if err := p.html.Execute(&html, shown); err != nil {
		return m, fmt.Errorf("write HTML: %w", err)
	}
	m.Text, m.HTML = text.String(), html.String()
	return m, nil
}
