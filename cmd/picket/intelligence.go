package main

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"picket/geodata"
	"picket/intel"
	"picket/rule"
)

// intelligence is what a scan knows beside the logs.
type intelligence struct {
	lists  []intel.List
	tables *intel.Tables
	geo    rule.Locator
	keys   map[string]bool
	notes  []string // what people should know of it
}

// perSecond writes a rate of records.
func perSecond(n int64, in time.Duration) string {
	return fmt.Sprintf("%.0f records/s", float64(n)/max(in.Seconds(), 0.001))
}

func (o *scanFlags) intelligence() (*intelligence, error) {
	i, err := o.readLists()
	if err != nil {
		return nil, err
	}
	tables, reports := intel.Build(append(i.lists, intel.Resolvers()...), intel.Options{})
	i.tables = tables
	entries := 0
	for _, r := range reports[:len(i.lists)] {
		entries += r.Entries
	}
	if len(i.lists) > 0 {
		i.notes = append(i.notes, fmt.Sprintf("%s, %s", plural(len(i.lists), "threat list"), plural(entries, "entry")))
	}
	return i, i.readGeo()
}

// readLists reads lists and keys.
func (o *scanFlags) readLists() (*intelligence, error) {
	i := &intelligence{keys: map[string]bool{}}
	add := func(path string, c intel.Category) error {
		list, problems, err := readList(path, c)
		if err != nil {
			return err
		}
		if len(problems) > 0 {
			i.notes = append(i.notes, fmt.Sprintf("%s: %d lines not understood; the first is line %d: %s", path, len(problems), problems[0].Line, problems[0].Reason))
		}
		i.lists = append(i.lists, list)
		return nil
	}
	for _, path := range o.trusted {
		if err := add(path, intel.Trusted); err != nil {
			return nil, err
		}
	}
	for _, arg := range o.threats {
		path, category, found := cutCategory(arg)
		switch {
		case !found:
			category = intel.Custom
		case !slices.Contains(intel.Categories(), category):
			return nil, fmt.Errorf("--threat %s: no category %q: want one of %v", arg, category, intel.Categories())
		}
		if err := add(path, category); err != nil {
			return nil, err
		}
	}
	for _, dir := range o.listFolders() {
		found, problems, err := readLists(dir, o.feeds)
		if err != nil {
			return nil, fmt.Errorf("--intel: %w", err)
		}
		i.notes = append(i.notes, problems...)
		i.lists = append(i.lists, found...)
	}
	return i, i.readKeys(o.keys)
}

// listFolders are the folders of lists to read: those named, else the one that picket intel update fills, if it is there.
func (o *scanFlags) listFolders() []string {
	if len(o.intel) > 0 {
		return o.intel
	}
	if dir := defaultIntelDir(); len(o.threats) == 0 {
		if _, err := os.Stat(dir); err == nil {
			return []string{dir}
		}
	}
	return nil
}

// cutCategory splits FILE:CATEGORY where what follows the colon is no part of a path.
func cutCategory(arg string) (path string, c intel.Category, found bool) {
	n := strings.LastIndexByte(arg, ':')
	if n < 0 || strings.ContainsAny(arg[n:], `/\`) {
		return arg, "", false
	}
	return arg[:n], intel.Category(arg[n+1:]), true
}

// categoryOf is what a list file is about, from its name: "c2.txt", "c2-more.txt".
func categoryOf(path string) intel.Category {
	name := filepath.Base(path)
	name = name[:len(name)-len(filepath.Ext(name))]
	name, _, _ = strings.Cut(name, "-")
	return intel.Category(name)
}

func readList(path string, c intel.Category) (intel.List, []intel.Problem, error) {
	f, err := os.Open(path)
	if err != nil {
		return intel.List{}, nil, err
	}
	defer f.Close()
	return intel.ListFromReader(filepath.Base(path), c, "", "", f)
}

var keyID = regexp.MustCompile(`^[0-9A-Z]{4,128}$`)

// readKeys reads access key ids, one a line.
func (i *intelligence) readKeys(path string) error {
	if path == "" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("--compromised-keys: %w", err)
	}
	defer f.Close()
	sc, odd, first := bufio.NewScanner(f), 0, 0
	for line := 1; sc.Scan(); line++ {
		key := strings.TrimSpace(sc.Text())
		switch {
		case key == "" || key[0] == '#':
		case keyID.MatchString(key):
			i.keys[key] = true
		default:
			odd, first = odd+1, cmp.Or(first, line)
		}
	}
	if err := sc.Err(); err != nil {
		return fmt.Errorf("--compromised-keys %s: %w", path, err)
	}
	if odd > 0 {
		i.notes = append(i.notes, fmt.Sprintf("%s: no access key id in %s; the first is line %d", path, plural(odd, "line"), first))
	}
	return nil
}

func (i *intelligence) readGeo() error {
	geo, err := intel.NewGeo(geodata.Country(), geodata.ASN())
	if err != nil {
		return fmt.Errorf("read the country and network data: %w", err)
	}
	if country, _ := geo.Has(); country {
		i.geo = geo
	} else {
		i.notes = append(i.notes, "no country and network data in this binary (make build with geodata): addresses have no place")
	}
	return nil
}
