package main

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"picket/event"
	"picket/scan"
)

// check refuses values of flags that would quietly choose everything or match nothing.
func (o *scanFlags) check(given *pflag.FlagSet, paths []string) error {
	if err := noneEmpty(given); err != nil {
		return err
	}
	for _, f := range []struct {
		flag   string
		values []string
		ok     func(string) bool
		want   string
	}{
		{"account", o.accounts, orUnknown(event.IsAccount), "12 digits, or unknown"},
		{"region", o.regions, orUnknown(event.IsRegion), "a name like eu-west-1, or unknown"},
		{"own", o.organization, event.IsAccount, "12 digits"},
		{"default-account", []string{o.account}, event.IsAccount, "12 digits"},
		{"default-region", []string{o.region}, event.IsRegion, "a name like eu-west-1"},
		{"endpoint-url", []string{o.endpoint}, isWebAddress, "an address like https://s3.example.com"},
	} {
		for _, v := range f.values {
			if given.Changed(f.flag) && !f.ok(v) {
				return fmt.Errorf("--%s: %q: want %s", f.flag, v, f.want)
			}
		}
	}
	if o.flowFormat != "" {
		if err := event.CheckFlowFormat(o.flowFormat); err != nil {
			return fmt.Errorf("--flow-format: %w: want the names of all columns in their order", err)
		}
	}
	if (o.resume != "" || o.endpoint != "") && !slices.ContainsFunc(paths, inBucket) {
		return errors.New("--resume and --endpoint-url are for s3:// paths, and there is none")
	}
	if o.workers < 0 || o.maxBytes < 0 {
		return errors.New("--workers and --max-object-bytes can't be negative")
	}
	return nil
}

// noneEmpty refuses a flag without a value, which an unset variable of a shell makes.
func noneEmpty(given *pflag.FlagSet) (err error) {
	given.Visit(func(f *pflag.Flag) {
		if v := f.Value.String(); v == "" || v == "[]" {
			err = fmt.Errorf("--%s is empty: give it a value or leave it out", f.Name)
		}
	})
	return err
}

func orUnknown(ok func(string) bool) func(string) bool {
	return func(s string) bool { return ok(s) || s == scan.Unknown }
}

func inBucket(path string) bool { return strings.HasPrefix(path, "s3://") }

func isWebAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
}
