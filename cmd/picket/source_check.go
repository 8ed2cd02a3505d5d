package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"picket/event"
	"picket/operator"
	"picket/scan"
	"picket/service"
)

func newSourceTestCommand(o *serverFlags) *cobra.Command {
	return &cobra.Command{
		Use: "test ID", Short: "Try whether a source can be read, and how long its records take", Args: cobra.ExactArgs(1),
		Long: `Test lists what is in a folder or bucket, reads its latest object, and asks for the queue. Then it sends a marked record, which is
read and stored like others, and neither counted nor judged. It goes into the folder, if the server may write there, and is taken
away again; else, and for buckets and what is pushed, into the server's log, so that it isn't measured how long delivery and
noticing take. The output says which. Nothing is written to buckets or queues.`,
		RunE: func(c *cobra.Command, args []string) error {
			steps, err := ask[[]service.TestStep](c.Context(), o, "source/test", operator.SourceOf{ID: args[0]})
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(c, steps)
			}
			failed := false
			for _, s := range steps {
				fmt.Fprintf(c.OutOrStdout(), "%8s  %s", s.Took.Round(time.Millisecond), s.What)
				switch {
				case s.Failed != "":
					failed = true
					fmt.Fprintf(c.OutOrStdout(), " FAILED: %s", indented(s.Failed))
				case s.Found != "":
					fmt.Fprintf(c.OutOrStdout(), ": %s", s.Found)
				}
				fmt.Fprintln(c.OutOrStdout())
			}
			if failed {
				return fmt.Errorf("source %s does not work as it is", args[0])
			}
			marked := steps[len(steps)-2].Took + steps[len(steps)-1].Took
			fmt.Fprintf(c.OutOrStdout(), "The marked record was stored %s after it was put there.\n", marked.Round(time.Millisecond))
			return nil
		},
	}
}

// testSource is service.Service.TestSource of a server.
func (c config) testSource(ctx context.Context, o service.Source) (steps []service.TestStep) {
	if o.IsPush() {
		return nil
	}
	var objects []scan.Object
	filter := &scan.Filter{}
	if o.IsBucket() {
		filter.Since = time.Now().UTC().AddDate(0, 0, -2).Truncate(24 * time.Hour) // a bucket may hold years
		o.Since = time.Now().Unix()
	}
	service.Step(&steps, "list "+o.Location, func() (string, error) {
		var problems []scan.Problem
		var err error
		objects, problems, err = c.before(ctx, o, filter)
		if err == nil && len(problems) > 0 {
			err = errors.New(problems[0].Reason)
			if problems[0].Object != o.Location {
				err = fmt.Errorf("%s: %w", problems[0].Object, err)
			}
		}
		return plural(len(objects), "object"), err
	})
	objects = slices.DeleteFunc(objects, func(o scan.Object) bool { return o.Place.Skip != "" })
	if len(objects) > 0 {
		last := slices.MaxFunc(objects, func(a, b scan.Object) int {
			return cmp.Or(a.Place.Time.Compare(b.Place.Time), cmp.Compare(a.Name, b.Name))
		})
		service.Step(&steps, "read "+last.Name, func() (string, error) { return tryObject(ctx, last) })
	}
	if o.Queue != "" {
		service.Step(&steps, "ask for "+o.Queue, func() (string, error) {
			client, err := c.client(ctx, o)
			if err != nil {
				return "", err
			}
			q, err := client.Queue(o.Queue)
			if err != nil {
				return "", err
			}
			n, err := q.Waiting(ctx)
			return "about " + plural(n, "message") + " in it", err
		})
	}
	return steps
}

// putMarked is service.Service.PutMarked of a server. The file appears whole: names that begin with a dot are not listed.
func putMarked(o service.Source, name string, record []byte) (remove func() error, err error) {
	switch {
	case o.Paused:
		return nil, errors.New("it is paused")
	case o.IsPush():
		return nil, errors.New("it is pushed to")
	case o.IsBucket():
		return nil, errors.New("the server only reads buckets")
	}
	at, hidden := filepath.Join(o.Location, name), filepath.Join(o.Location, "."+name)
	if err := os.WriteFile(hidden, record, 0o600); err != nil {
		return nil, err
	}
	if err := os.Rename(hidden, at); err != nil {
		return nil, errors.Join(err, os.Remove(hidden))
	}
	return func() error { return os.Remove(at) }, nil
}

// tryObject reads an object and says what is in it.
func tryObject(ctx context.Context, o scan.Object) (string, error) {
	in, err := o.Open(ctx)
	if err != nil {
		return "", err
	}
	defer in.Close()
	stats, err := event.Read(in, event.Options{}, ignored{})
	said := plural(int(stats.Records), fmt.Sprintf("%s record", stats.Kind))
	if stats.Records == 0 {
		said = "no records"
	}
	if stats.Bad > 0 {
		said += fmt.Sprintf(", and %s that can't be read", plural(int(stats.Bad), "place"))
	}
	return said, err
}

// ignored ignores records. It implements event.Handler.
type ignored struct{}

func (ignored) CloudTrail(*event.CloudTrail) {}
func (ignored) Flow(*event.Flow)             {}
func (ignored) DNS(*event.DNS)               {}
func (ignored) Bad(event.Bad)                {}
