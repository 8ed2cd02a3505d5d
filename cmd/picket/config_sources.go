package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"picket/service"
	"picket/source/s3"
)

// sourceConfig is a source as `picket source add` takes it. The names of its settings are those of the flags.
type sourceConfig struct {
	Location   string `yaml:"location"`
	Account    string `yaml:"account"`
	Region     string `yaml:"region"`
	Endpoint   string `yaml:"endpoint"`
	Role       string `yaml:"role"`
	ExternalID string `yaml:"external-id"`
	Queue      string `yaml:"queue"`
	Since      string `yaml:"since"`
	KeyFile    string `yaml:"key-file"` // of one that is pushed to: has the access key

	line int // of the file
}

// leastKey is how many characters an access key of Firehose has at least, that somebody made.
const leastKey = 32

// sourceLines notes where in a file each source is declared.
func sourceLines(file []byte, sources map[string]sourceConfig) {
	var at struct{ Sources yaml.Node }
	if yaml.Unmarshal(file, &at) != nil {
		return
	}
	for i := 0; i+1 < len(at.Sources.Content); i += 2 {
		id := at.Sources.Content[i]
		s := sources[id.Value]
		s.line = id.Line
		sources[id.Value] = s
	}
}

// source returns a source for the service, or what is wrong with it in any server of these regions.
func (c sourceConfig) source(id string, regions []string) (service.Source, []error) {
	in := service.Source{ID: id, Location: c.Location, Account: c.Account, Region: c.Region, Bucket: service.Bucket{
		Endpoint: c.Endpoint, Role: c.Role, ExternalID: c.ExternalID, Queue: c.Queue,
	}}
	wrong := in.Check(regions)
	if c.Since != "" {
		t, err := parseTime(c.Since)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("since: %w", err))
		}
		in.Since = t.Unix()
	}
	if in.IsBucket() {
		if _, _, err := s3.Parse(in.Location); err != nil {
			wrong = append(wrong, fmt.Errorf("location: %w", err))
		}
	}
	var err error
	if in.Key, err = c.key(in.IsPush()); err != nil {
		wrong = append(wrong, fmt.Errorf("key-file: %w", err))
	}
	return in, wrong
}

func (c sourceConfig) key(push bool) (string, error) {
	switch {
	case c.KeyFile == "" && !push:
		return "", nil
	case c.KeyFile == "":
		return "", errors.New("name a file with the access key that Firehose shall show, as openssl rand -hex 32 makes one")
	case !push:
		return "", errors.New("only who pushes has a key, and the location is not push")
	}
	b, err := os.ReadFile(c.KeyFile)
	if err != nil {
		return "", err
	}
	key := strings.TrimRight(string(b), "\r\n")
	if len(key) < leastKey || strings.ContainsAny(key, " \t\r\n") {
		return "", fmt.Errorf("%s is to hold one key of at least %d characters, as openssl rand -hex 32 makes one", c.KeyFile, leastKey)
	}
	return key, nil
}

// sources returns the declared sources by id, and what is wrong with each.
func (c config) sources() (all []service.Source, wrong []error) {
	locations := map[string]string{}
	inFile := func(a, b string) int {
		return cmp.Or(cmp.Compare(c.Sources[a].line, c.Sources[b].line), cmp.Compare(a, b))
	}
	for _, id := range slices.SortedFunc(maps.Keys(c.Sources), inFile) {
		in, errs := c.Sources[id].source(id, c.Regions)
		if other := locations[in.Location]; other != "" && !in.IsPush() {
			errs = append(errs, fmt.Errorf("source %s reads %s already", other, in.Location))
		}
		locations[in.Location] = id
		if err := c.mayRead(in); err != nil && len(errs) == 0 {
			errs = append(errs, err)
		}
		for _, err := range errs {
			wrong = append(wrong, fmt.Errorf("line %d: sources: %s: %w", c.Sources[id].line, id, err))
		}
		all = append(all, in)
	}
	return all, wrong
}

// declareSources brings the server's sources to what its configuration says.
func (s *server) declareSources(ctx context.Context) error {
	all, wrong := s.config.sources()
	if len(wrong) > 0 {
		return errors.Join(wrong...)
	}
	changes, err := s.service.DeclareSources(ctx, all)
	if err != nil {
		return fmt.Errorf("sources of the configuration: %w", err)
	}
	for _, what := range changes {
		s.log.Info("source", "change", what)
	}
	return nil
}
