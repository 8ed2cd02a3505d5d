package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket/export/text"
	"picket/operator"
)

// outcome is how a check ended.
type outcome string

const (
	fine   outcome = "ok"
	warns  outcome = "warn" // it works, and not for long or not as it should
	failed outcome = "fail"
)

// checked is a line of picket doctor.
type checked struct {
	Check   string  `json:"check"`
	Outcome outcome `json:"outcome"`
	What    string  `json:"what"`
	Do      string  `json:"do,omitempty"`
}

// examination gathers lines.
type examination []checked

func (e *examination) ok(check, format string, args ...any) {
	*e = append(*e, checked{check, fine, fmt.Sprintf(format, args...), ""})
}

// bad adds a line about what isn't as it should be, with what to do.
func (e *examination) bad(check string, o outcome, do, format string, args ...any) {
	*e = append(*e, checked{check, o, fmt.Sprintf(format, args...), do})
}

// doctorTime bounds an examination.
const doctorTime = 2 * time.Minute

func newDoctorCommand() *cobra.Command {
	o := &serverFlags{}
	c := &cobra.Command{
		Use: "doctor", Short: "Check a server and its surroundings, and say what to do", Args: cobra.NoArgs,
		Long: `Doctor checks the configuration, the data folder and its key, the store, the clock, the addresses and the certificate, the mail
server, that each source can be read, destinations, lists, threat lists, and since when no logs of an account came. A running server
examines itself; without one its work is done here. It sends nothing, and asks each source for one object.

Exit codes: 0 nothing failed, 1 something did, 2 the examination itself could not be done.`,
		RunE: func(c *cobra.Command, _ []string) error {
			ctx, cancel := context.WithTimeout(c.Context(), doctorTime)
			defer cancel()
			all := examine(ctx, o)
			if o.json {
				if err := printJSON(c, all); err != nil {
					return err
				}
			} else {
				printExamination(c.OutOrStdout(), all)
			}
			for _, line := range all {
				if line.Outcome == failed {
					return exit(exitFailed)
				}
			}
			return nil
		},
	}
	o.add(c)
	return c
}

func printExamination(out io.Writer, all examination) {
	count := map[outcome]int{}
	for _, line := range all {
		count[line.Outcome]++
		fmt.Fprintf(out, "%-4s  %-14s  %s\n", line.Outcome, line.Check, indentedBy(line.What, strings.Repeat(" ", 22)))
		if line.Do != "" {
			fmt.Fprintf(out, "%-21s → %s\n", "", text.Clean(line.Do))
		}
	}
	fmt.Fprintf(out, "%s: %d ok, %d warn, %d fail\n", plural(len(all), "check"), count[fine], count[warns], count[failed])
}

// examine asks the server, or does its work where none runs.
func examine(ctx context.Context, o *serverFlags) (all examination) {
	file, err := readConfig(o.config)
	if err != nil {
		all.bad("config", failed, "picket config check FILE says more", "%v", err)
		return all
	}
	c := o.own.over(file)
	if err := c.check(); err != nil {
		all.bad("config", failed, "correct "+orFlags(o.config), "%v", err)
	} else {
		all.ok("config", "%s is right", orFlags(o.config))
	}
	socket := c.path(socketName)
	conn, err := net.DialTimeout("unix", socket, 5*time.Second)
	if err == nil {
		conn.Close()
		all.ok("server", "it runs, and answers its operator at %s", socket)
		var more examination
		if err := operator.NewClient(operator.Socket(socket)).Do(ctx, "doctor", struct{}{}, &more); err != nil {
			all.bad("server", failed, "look at its log; if it hangs, restart it", "it can't examine itself: %v", err)
		}
		return append(all, more...)
	}
	all.bad("server", warns, "picket serve", "it doesn't run: nothing listens at %s", socket)
	all.machine(ctx, c, false)
	if c.isEmpty() {
		all.bad("store", warns, "picket serve makes it; "+orNamePostgres, noDatabase, c.Data)
		return all
	}
	s, err := openServer(ctx, c, quiet())
	if err != nil {
		all.bad("store", failed, "the text says what to do; picket restore brings a backup back into an empty folder", "%v", err)
		return all
	}
	all.data(ctx, s)
	if err := s.close(); err != nil {
		all.bad("store", failed, "look at the disk", "%v", err)
	}
	return all
}

func orFlags(file string) string {
	if file == "" {
		return "what flags and defaults say"
	}
	return file
}

// examine is what a server says of itself.
func (s *server) examine(ctx context.Context, _ struct{}) (examination, error) {
	var all examination
	all.machine(ctx, s.config, true)
	all.data(ctx, s)
	return all, ctx.Err()
}
