package main

import (
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// TestExamples holds that the examples of all help texts have flags and arguments that their commands take, and all that they need.
func TestExamples(t *testing.T) {
	root := newRootCommand(deps{nil, io.Discard, io.Discard, false})
	words := regexp.MustCompile(`'[^']*'|"[^"]*"|\S+`)
	n := 0
	var each func(*cobra.Command)
	each = func(c *cobra.Command) {
		for line := range strings.Lines(c.Example) {
			_, args, _ := strings.Cut(line, "picket ")
			found, rest, err := newRootCommand(deps{nil, io.Discard, io.Discard, false}).Find(words.FindAllString(args, -1))
			if err == nil {
				err = found.ParseFlags(rest)
			}
			if err == nil {
				err = found.ValidateArgs(found.Flags().Args())
			}
			if err == nil {
				err = found.ValidateRequiredFlags()
			}
			if n++; err != nil || !found.Runnable() {
				t.Errorf("%s: %s: %v", c.CommandPath(), strings.TrimSpace(line), err)
			}
		}
		for _, sub := range c.Commands() {
			each(sub)
		}
	}
	each(root)
	if n < 20 {
		t.Errorf("there are %d examples", n)
	}
}
