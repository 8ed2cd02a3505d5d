package fetch

import (
	"bytes"
	"fmt"

	"picket/intel"
)

// Problem is a feed, or a part of one, that could not be loaded, and why.
type Problem struct {
	Feed   string
	Line   int // 0: all of it
	Reason string
}

func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.Feed, p.Reason)
	}
	return fmt.Sprintf("%s: line %d: %s", p.Feed, p.Line, p.Reason)
}

// Load reads the copies of feeds from dir, without any network: a cache that Update keeps, or a directory that people filled,
// with files named for the feeds ("feodo.csv"). A feed without a copy, or with one that can't be read, is a problem and
// has no list. Each list's entries expire a TTL after the copy was last known to be current.
func Load(dir string, feeds []Feed) ([]intel.List, []Problem) {
	var lists []intel.List
	var problems []Problem
	for _, f := range feeds {
		l, bad, err := load(dir, f)
		for _, b := range bad {
			problems = append(problems, Problem{f.Name, b.Line, b.Reason})
		}
		if err != nil {
			problems = append(problems, Problem{Feed: f.Name, Reason: err.Error()})
			continue
		}
		lists = append(lists, l)
	}
	return lists, problems
}

func load(dir string, f Feed) (intel.List, []intel.Problem, error) {
	if err := f.Check(); err != nil {
		return intel.List{}, nil, err
	}
	c, err := read(dir, f.Name, intel.MaxFileBytes)
	if err != nil {
		return intel.List{}, nil, err
	}
	l, bad, err := intel.ListFromReader(f.Name, f.Category, f.format(), "", bytes.NewReader(c.body))
	if err != nil {
		return intel.List{}, nil, err
	}
	return f.list(l, c.meta.Fetched), bad, nil
}
