package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"picket/export/jsonl"
	"picket/export/text"
	"picket/operator"
)

// serverFlags find the server that a command speaks to.
type serverFlags struct {
	config string
	own    config
	json   bool
	first  bool // what the command makes may be the first that is kept: it makes the database too
	served bool // a server answered before: while it restarts, its data is not for others
}

// add gives a command, and those below it, the flags.
func (o *serverFlags) add(c *cobra.Command) {
	f := c.PersistentFlags()
	f.StringVar(&o.own.Data, "data", "", "data folder of the server (default "+defaultData+")")
	f.StringVar(&o.own.Store, "store", "", "postgres:// URL, where the server doesn't keep its data in the folder")
	f.StringVar(&o.config, "config", "", "configuration file of the server")
	f.BoolVar(&o.json, "json", false, "print JSON")
}

// noDatabase is said of a folder without one. A server on PostgreSQL that is down leaves no other trace in its folder.
const (
	noDatabase     = "no server runs on %s and there is no database in it"
	orNamePostgres = "with PostgreSQL name the configuration: --config FILE"
)

// transport returns the way to the server: its socket if it runs, else its work is done in this process, on data that is
// there.
func (o *serverFlags) transport(ctx context.Context) (t http.RoundTripper, done func() error, err error) {
	file, err := readConfig(o.config)
	if err != nil {
		return nil, nil, err
	}
	c := o.own.over(file)
	socket := c.path(socketName)
	conn, err := net.DialTimeout("unix", socket, 5*time.Second)
	if err == nil {
		conn.Close()
		o.served = true
		return operator.Socket(socket), func() error { return nil }, nil
	}
	if o.served {
		return nil, nil, fmt.Errorf("the server on %s answers no more", c.Data)
	}
	if _, statErr := os.Stat(c.Data); errors.Is(statErr, os.ErrNotExist) {
		return nil, nil, fmt.Errorf("there is no folder %s: --data names the data folder of a server (picket serve makes it)", c.Data)
	}
	if !o.first && c.isEmpty() {
		return nil, nil, fmt.Errorf(noDatabase+"; "+orNamePostgres, c.Data)
	}
	s, err := openServer(ctx, c, quiet())
	if err != nil {
		return nil, nil, err
	}
	return operator.Direct{Handler: s.operator()}, s.close, nil
}

// ask sends one operator's command.
func ask[Out any](ctx context.Context, o *serverFlags, path string, in any) (out Out, err error) {
	t, done, err := o.transport(ctx)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, done()) }()
	return out, operator.NewClient(t).Do(ctx, path, in, &out)
}

// serverRuns reports whether the commands of these flags are answered by a server, and not by their own process.
func (o *serverFlags) serverRuns() (bool, error) {
	file, err := readConfig(o.config)
	if err != nil {
		return false, err
	}
	c := o.own.over(file)
	conn, err := net.DialTimeout("unix", c.path(socketName), 5*time.Second)
	if err != nil {
		return false, nil
	}
	return true, conn.Close()
}

// tell sends a command that answers nothing, and says what was done.
func tell(c *cobra.Command, o *serverFlags, path string, in any, format string, args ...any) error {
	if _, err := ask[struct{}](c.Context(), o, path, in); err != nil {
		return err
	}
	fmt.Fprintf(c.ErrOrStderr(), format+"\n", args...)
	return nil
}

// outcomes are what a command did, piece by piece: for people each is said when it is done, for programs all are printed at the end.
type outcomes[T any] struct {
	c    *cobra.Command
	json bool
	all  []T
}

func (t *outcomes[T]) tell(done T, format string, args ...any) {
	t.all = append(t.all, done)
	if !t.json {
		fmt.Fprintf(t.c.OutOrStdout(), format+"\n", args...)
	}
}

// end prints what was done, if programs read it, also where an error came between; it returns that error.
func (t *outcomes[T]) end(err error) error {
	if !t.json || ends(err) && len(t.all) == 0 {
		return err
	}
	if t.all == nil {
		t.all = []T{}
	}
	return cmp.Or(printJSON(t.c, t.all), err)
}

// show prints an answer: as JSON, or as a table of rows.
func show[T any](c *cobra.Command, o *serverFlags, items []T, header table.Row, row func(T) table.Row) error {
	if o.json {
		if items == nil {
			items = []T{}
		}
		return printJSON(c, items)
	}
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Options.DrawBorder = false
	t.AppendHeader(header)
	for _, item := range items {
		cells := row(item)
		for i, cell := range cells {
			if s, ok := cell.(string); ok { // accounts write some of these
				cells[i] = text.Clean(s)
			}
		}
		t.AppendRow(cells)
	}
	fmt.Fprintln(c.OutOrStdout(), t.Render())
	return nil
}

func printJSON(c *cobra.Command, v any) error {
	return encodeJSON(c.OutOrStdout(), v, "  ")
}

// encodeJSON writes v and a line break: with an indent over several lines.
func encodeJSON(w io.Writer, v any, indent string) error {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetIndent("", indent)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return err
	}
	_, err := w.Write(jsonl.Escape([]byte(b.String())))
	return err
}

// day writes a time in milliseconds for people.
func day(ms int64) string {
	if ms == 0 {
		return ""
	}
	return time.UnixMilli(ms).UTC().Format("2006-01-02 15:04")
}
