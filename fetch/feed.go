package fetch

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"picket/intel"
)

// Feed is a list that is published somewhere, as configuration names it.
type Feed struct {
	Name       string         `yaml:"name"` // lower-case letters, digits and "-"; also the name of its file
	URL        string         `yaml:"url"`
	Format     intel.Format   `yaml:"format"` // "": by content
	Column     string         `yaml:"column"` // of a CSV file, by name or number
	Category   intel.Category `yaml:"category"`
	Threat     string         `yaml:"threat"`     // what findings call it where the list names nothing
	Subdomains bool           `yaml:"subdomains"` // a listed name stands for the names below it too
	Confidence uint8          `yaml:"confidence"` // 0 to 100, where the list does not say
	TTL        time.Duration  `yaml:"ttl"`        // how long after its download a copy counts; 0: for ever
	Every      time.Duration  `yaml:"every"`      // how often to look for another; 0: a day
	Licence    string         `yaml:"licence"`    // note for people
}

// ErrFeed is returned for a feed that configuration names wrongly.
var ErrFeed = errors.New("feed is not usable")

// Check returns ErrFeed, with the reason, unless f can be used.
func (f Feed) Check() error {
	u, err := url.Parse(f.URL)
	switch {
	case !fileName(f.Name):
		return fmt.Errorf("%w: name %q is not of lower-case letters, digits and \"-\"", ErrFeed, f.Name)
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "":
		return fmt.Errorf("%w: %s: not an http or https address: %q", ErrFeed, f.Name, f.URL)
	case f.Category == "":
		return fmt.Errorf("%w: %s has no category", ErrFeed, f.Name)
	case f.Confidence > 100:
		return fmt.Errorf("%w: %s: confidence is over 100", ErrFeed, f.Name)
	case f.TTL < 0 || f.Every < 0:
		return fmt.Errorf("%w: %s: ttl or every is less than nothing", ErrFeed, f.Name)
	}
	return nil
}

func fileName(s string) bool {
	for _, c := range s {
		if !('a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-') {
			return false
		}
	}
	return s != "" && len(s) <= 64
}

// format is the format with the column, as intel.Read wants it.
func (f Feed) format() intel.Format {
	if f.Column == "" {
		return f.Format
	}
	return intel.CSV + ":" + intel.Format(f.Column)
}

// list gives what was read what the feed says of it. It expires up to an eighth of the TTL late, so that a copy which is found to be
// current again and again makes the same list for a while.
func (f Feed) list(l intel.List, fetched time.Time) intel.List {
	l.Confidence, l.Subdomains = f.Confidence, f.Subdomains
	if f.Threat != "" {
		l.Threats = []string{f.Threat}
	}
	if f.TTL > 0 {
		step := max(f.TTL/8, 1)
		l.Expires = fetched.Add(f.TTL + step - 1).UTC().Truncate(step)
	}
	return l
}
