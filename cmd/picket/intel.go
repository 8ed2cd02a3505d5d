package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"
	"gopkg.in/yaml.v3"

	"picket/export/text"
	"picket/fetch"
	"picket/geodata"
	"picket/intel"
)

// intelFlags are the flags that the intel commands share.
type intelFlags struct{ dir, feeds string }

func newIntelCommand(d deps) *cobra.Command {
	var o intelFlags
	c := &cobra.Command{
		Use:   "intel",
		Short: "Fetch, list and look up threat lists",
		Long: `Threat lists live in a folder. A file is a list, and its name is the category of its entries ("c2.txt",
"scanner-office.csv"), or the name of a feed. A scan reads the folder and never fetches; update does, and from then on a running
server (picket serve) fetches the same feeds again, each as often as its table says.`,
	}
	f := c.PersistentFlags()
	f.StringVar(&o.dir, "dir", defaultIntelDir(), "folder of the lists")
	f.StringVar(&o.feeds, "feeds", "", "YAML table of feeds, instead of the built-in one (picket intel feeds prints it)")
	c.AddCommand(newIntelUpdateCommand(d, &o), newIntelListCommand(d, &o), newIntelLookupCommand(d, &o), newIntelFeedsCommand(d, &o))
	return c
}

// defaultIntelDir is where lists are kept unless --dir names another folder.
func defaultIntelDir() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		dir = "."
	}
	return filepath.Join(dir, "picket", "intel")
}

// readFeeds reads a feed table; without a path it is the built-in one.
func readFeeds(path string) ([]fetch.Feed, error) {
	if path == "" {
		return fetch.DefaultFeeds(), nil
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	feeds, err := parseFeeds(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return feeds, nil
}

// parseFeeds reads a feed table in YAML; every feed of it can be used.
func parseFeeds(b []byte) ([]fetch.Feed, error) {
	var table struct{ Feeds []fetch.Feed }
	if err := yaml.Unmarshal(b, &table); err != nil {
		return nil, err
	}
	for _, f := range table.Feeds {
		if err := f.Check(); err != nil {
			return nil, err
		}
	}
	if len(table.Feeds) == 0 {
		return nil, errors.New("no feeds: want a list under \"feeds:\"")
	}
	return table.Feeds, nil
}

func newIntelUpdateCommand(d deps, o *intelFlags) *cobra.Command {
	var only, allow []string
	c := &cobra.Command{
		Use: "update", Short: "Fetch the feeds; what fails keeps its last copy", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			feeds, err := readFeeds(o.feeds)
			if err != nil {
				return err
			}
			if feeds, err = chooseFeeds(feeds, only); err != nil {
				return err
			}
			var p fetch.Policy
			for _, a := range allow {
				prefix, err := netip.ParsePrefix(a)
				if err != nil {
					return fmt.Errorf("--allow: %w", err)
				}
				p.Allow = append(p.Allow, prefix)
			}
			return updateFeeds(c.Context(), d, feeds, o.dir, p)
		},
	}
	c.Flags().StringSliceVar(&only, "only", nil, "fetch these feeds only, by name")
	c.Flags().StringSliceVar(&allow, "allow", nil, "private network that feeds may be fetched from, as 10.0.0.0/8")
	return c
}

func chooseFeeds(feeds []fetch.Feed, only []string) ([]fetch.Feed, error) {
	if len(only) == 0 {
		return feeds, nil
	}
	byName := map[string]fetch.Feed{}
	for _, f := range feeds {
		byName[f.Name] = f
	}
	var chosen []fetch.Feed
	for _, name := range only {
		f, ok := byName[name]
		if !ok {
			return nil, fmt.Errorf("--only: no feed is called %q; picket intel feeds names them", name)
		}
		chosen = append(chosen, f)
	}
	return chosen, nil
}

func updateFeeds(ctx context.Context, d deps, feeds []fetch.Feed, dir string, p fetch.Policy) error {
	failed := false
	for _, r := range fetch.Update(ctx, feeds, dir, p) {
		switch {
		case r.Err != nil:
			failed = true
			fmt.Fprintf(d.out, "%-22s failed: %s\n", r.Feed, text.Clean(r.Err.Error()))
		case r.Changed:
			fmt.Fprintf(d.out, "%-22s %s, %s\n", r.Feed, plural(r.Entries, "entry"), bytes(int64(r.Bytes)))
		default:
			fmt.Fprintf(d.out, "%-22s unchanged\n", r.Feed)
		}
	}
	if failed {
		return exit(exitError)
	}
	return nil
}

func newIntelListCommand(d deps, o *intelFlags) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the lists of the folder: entries, age, what could not be used", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			lists, problems, err := readLists(o.dir, o.feeds)
			if err != nil {
				return err
			}
			t := table.NewWriter()
			t.SetStyle(table.StyleLight)
			t.Style().Options.DrawBorder = false
			t.AppendHeader(table.Row{"list", "category", "entries", "left out", "expires", "fetched", "next"})
			feeds, err := readFeeds(o.feeds)
			if err != nil {
				return err
			}
			now, states := time.Now(), map[string]fetch.State{}
			for _, s := range fetch.States(o.dir, feeds) {
				states[s.Feed] = s
			}
			_, reports := intel.Build(lists, intel.Options{Now: now})
			for i, r := range reports {
				left, expires := r.Duplicates+r.Expired, "never"
				for _, n := range r.Rejected {
					left += n
				}
				if e := lists[i].Expires; !e.IsZero() {
					expires = text.Stamp(e.Unix())
				}
				fetched, next := "", ""
				if s := states[r.Name]; !s.Fetched.IsZero() {
					fetched, next = ago(now.Sub(s.Fetched))+" ago", text.Stamp(s.Next.Unix())
				}
				t.AppendRow(table.Row{r.Name, lists[i].Category, r.Entries, left, expires, fetched, next})
			}
			fmt.Fprintln(d.out, t.Render())
			for _, name := range slices.Sorted(maps.Keys(states)) {
				if s := states[name]; s.Failures > 0 {
					fmt.Fprintln(d.out, text.Clean(name+" "+failureOf(s, now)))
				}
			}
			for _, p := range problems {
				fmt.Fprintln(d.err, "warning  ", text.Clean(p))
			}
			return nil
		},
	}
}

func newIntelLookupCommand(d deps, o *intelFlags) *cobra.Command {
	return &cobra.Command{
		Use: "lookup ADDRESS|NAME…", Short: "Say what the lists, AWS's ranges and the country data know of addresses and names", Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			lists, _, err := readLists(o.dir, o.feeds)
			if err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
			tables, _ := intel.Build(lists, intel.Options{})
			geo, err := intel.NewGeo(geodata.Country(), geodata.ASN())
			if err != nil {
				return err
			}
			for _, a := range args {
				fmt.Fprintln(d.out, text.Clean(a))
				lookUp(d, tables, geo, strings.ToLower(strings.TrimSuffix(a, ".")))
			}
			return nil
		},
	}
}

func lookUp(d deps, tables *intel.Tables, geo *intel.Geo, what string) {
	at, matches := time.Now().Unix(), intel.Matches{}
	if addr, err := netip.ParseAddr(what); err == nil {
		matches = tables.IP("", addr)
		if l := geo.Lookup(addr); l.CountryName+l.Org != "" {
			of := l.CountryName
			if l.ASN != "" {
				of += ", AS" + l.ASN + " " + l.Org
			}
			fmt.Fprintln(d.out, "  "+of)
		}
		if service, region, ok := tables.AWS(addr); ok {
			fmt.Fprintf(d.out, "  AWS %s %s\n", service, region)
		}
		if tables.Trusted("", addr) {
			fmt.Fprintln(d.out, "  trusted")
		}
	} else {
		matches = tables.Domain("", what)
	}
	found := false
	for e := range matches.All(at) {
		found = true
		fmt.Fprintf(d.out, "  %s: %s %s (confidence %d)\n", e.List, e.Category, text.Clean(strings.Join(e.Threats, ", ")), e.Confidence)
	}
	if !found {
		fmt.Fprintln(d.out, "  on no threat list")
	}
}

func newIntelFeedsCommand(d deps, o *intelFlags) *cobra.Command {
	return &cobra.Command{
		Use: "feeds", Short: "Print the feed table as YAML, to edit and to give to --feeds", Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			feeds, err := readFeeds(o.feeds)
			if err != nil {
				return err
			}
			return yaml.NewEncoder(d.out).Encode(map[string]any{"feeds": feeds})
		},
	}
}

// readLists reads every list of a folder: feeds by their table, other files by the category in their name.
func readLists(dir, feedTable string) (lists []intel.List, problems []string, err error) {
	feeds, err := readFeeds(feedTable)
	if err != nil {
		return nil, nil, err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, err
	}
	present := map[string]bool{}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name()))
		if e.IsDir() || strings.HasPrefix(e.Name(), ".") || filepath.Ext(e.Name()) == ".meta" {
			continue
		}
		if isFeed(feeds, name) {
			present[name] = true
			continue
		}
		path := filepath.Join(dir, e.Name())
		list, bad, err := readList(path, categoryOf(path))
		if err != nil {
			return nil, nil, err
		}
		if len(bad) > 0 {
			problems = append(problems, fmt.Sprintf("%s: %d lines not understood; the first is line %d: %s", path, len(bad), bad[0].Line, bad[0].Reason))
		}
		lists = append(lists, list)
	}
	var fetched []fetch.Feed
	for _, f := range feeds {
		if present[f.Name] {
			fetched = append(fetched, f)
		}
	}
	loaded, bad := fetch.Load(dir, fetched)
	for _, p := range bad {
		problems = append(problems, p.String())
	}
	return append(lists, loaded...), problems, nil
}

func isFeed(feeds []fetch.Feed, name string) bool {
	for _, f := range feeds {
		if f.Name == name {
			return true
		}
	}
	return false
}
