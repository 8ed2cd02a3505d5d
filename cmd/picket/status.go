package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket/export/text"
	"picket/fetch"
	"picket/mail"
	"picket/pipeline"
	"picket/service"
)

func newStatusCommand() *cobra.Command {
	o := &serverFlags{}
	c := &cobra.Command{
		Use: "status", Short: "Tell how the server is doing: its sources, what waits, and what fails", Args: cobra.NoArgs,
		Long: "Status tells what a person wants to know of a server. Exit codes: 0, 1 if logs can't be applied now, 2 if no server runs or it doesn't answer.",
		RunE: func(c *cobra.Command, _ []string) error {
			running, err := o.serverRuns()
			if err != nil {
				return err
			}
			s, err := ask[service.Status](c.Context(), o, "status", struct{}{})
			if err != nil {
				return err
			}
			if o.json {
				err = printJSON(c, s)
			} else {
				printStatus(c.OutOrStdout(), s, time.Now())
			}
			switch {
			case err != nil:
				return err
			case !running:
				return errors.New("no server runs on this data, so that nothing is read or sent: picket serve starts it; what is shown is as it was left")
			case s.Failing != "":
				return exit(exitFailed)
			}
			return nil
		},
	}
	o.add(c)
	return c
}

// mostShown is how many of a kind are shown one by one.
const mostShown = 10

func printStatus(out io.Writer, s service.Status, now time.Time) {
	say := func(format string, args ...any) { fmt.Fprintf(out, format+"\n", args...) }
	if s.Standby {
		say("another server on the same store reads and sends; this one answers calls, and takes over when that ends")
	}
	for _, from := range s.Sources {
		say("source %s: %s read from %s%s", from.ID, plural(int(from.Objects), "object"), from.Location, stateOf(from, now))
	}
	if len(s.Sources) == 0 {
		say("no sources: picket source add says where logs come from")
	}
	for i, a := range s.Silent {
		if i == mostShown {
			say("and %s more: picket coverage list --account ID", plural(len(s.Silent)-i, "silence"))
			break
		}
		say("account %s in %s: no %s logs since %s", a.Account, a.Region, a.Kind, time.Unix(a.Since, 0).UTC().Format(time.RFC3339))
	}
	say("%s to be read", plural(int(s.Waiting), "object"))
	if s.Failing != "" {
		say("  which can't be done now: %s", indented(s.Failing))
	}
	if s.Unread > 0 {
		say("%s that could not be read: picket quarantine list", plural(s.Unread, "place"))
	}
	for _, a := range strainAdvice(s.Strain) {
		say("%s:\n  %s", a.what, a.do)
	}
	waiting, dead := 0, 0
	for _, d := range s.Destinations {
		waiting, dead = waiting+d.Waiting, dead+d.GivenUp
	}
	if len(s.Destinations) > 0 {
		say("%s to go to %s", plural(waiting, "event"), plural(len(s.Destinations), "destination"))
	}
	printFailing(say, s)
	if dead > 0 {
		say("%s given up: picket destination replay sends them again", plural(dead, "event"))
	}
	if s.Mails.Waiting > 0 {
		say("%s to be sent%s", plural(s.Mails.Waiting, "mail"), inVain(s.Mails))
	}
	for i, f := range s.IdleFilters {
		if i == mostShown {
			say("and %s more", plural(len(s.IdleFilters)-i, "filter"))
			break
		}
		say("filter %s of account %s in %s archived nothing for 30 days", f.Name, f.Account, f.Region)
	}
	printFeeds(say, s, now)
	for i, l := range s.Lists {
		if i == mostShown {
			say("and %s more", plural(len(s.Lists)-i, "list"))
			break
		}
		say("list %s (%s) of account %s in %s is not in force: %s", text.Clean(l.Name), l.ID, l.Account, l.Region, indented(l.Reason))
	}
}

// printFeeds says which feeds can't be fetched.
func printFeeds(say func(string, ...any), s service.Status, now time.Time) {
	failing := 0
	for _, f := range s.Feeds {
		if f.Failures > 0 {
			failing++
			say("feed %s %s", f.Feed, indented(failureOf(f, now)))
		}
	}
	if n := len(s.Feeds); n > failing {
		say("%s fetched as they should be", plural(n-failing, "feed"))
	}
	if s.IntelFailing != "" {
		say("threat lists stay as they were: %s", indented(s.IntelFailing))
	}
}

// failureOf says why a feed is not as fresh as it should be.
func failureOf(f fetch.State, now time.Time) string {
	since := "was never fetched"
	if !f.Fetched.IsZero() {
		since = "was fetched " + ago(now.Sub(f.Fetched)) + " ago"
	}
	return fmt.Sprintf("%s; %s since then failed, the next is at %s: %s", since, plural(f.Failures, "try"), f.Next.UTC().Format(time.RFC3339), f.Error)
}

// advice is what is not as it should be, and what to do.
type advice struct{ what, do string }

// strainAdvice says what was not judged as rules say in the last days, or not at all.
func strainAdvice(s service.Strain) (all []advice) {
	if l := s.Late; l.Records > 0 {
		day := func(sec int64) string { return time.Unix(sec, 0).UTC().Format(time.DateOnly) }
		all = append(all, advice{
			fmt.Sprintf("%s from %s to %s came after others of their time were decided, the last %s, and were judged by themselves",
				plural(int(l.Records), "record"), day(l.First), day(l.Last), time.Unix(l.At, 0).UTC().Format(time.RFC3339)),
			"picket source backfill ID --since " + day(l.First) + " judges all together; picket coverage list --account ID shows an account's",
		})
	}
	for _, line := range limitTexts(s.Limits) {
		all = append(all, advice{line, "so it was in the last week; docs/design.md has the bounds: give the accounts that write most a server of their own"})
	}
	if n := s.Limits[pipeline.FindingsLimit]; n > 0 {
		all = append(all, advice{
			plural(int(n), "hit") + " of findings not kept in the last week: more of a type at once, in an account and region, than there is room for",
			"picket findings list has those that were kept: see what sets them off; picket source backfill, of a day at a time, finds more of them",
		})
	}
	if len(s.Accounts) > 0 {
		all = append(all, advice{
			strangers(s.Accounts, "account", "without an enabled detector"), "picket account create, and a detector, or leave their logs out of the source",
		})
	}
	if len(s.Regions) > 0 {
		all = append(all, advice{
			strangers(s.Regions, "region", "that the server doesn't have"), "add to regions in the configuration, and make detectors, or leave these logs out of the source",
		})
	}
	return all
}

// strangers says how many records there were, and of whom the most.
func strangers(by map[string]int64, noun, why string) string {
	total := int64(0)
	for _, n := range by {
		total += n
	}
	names := service.Busiest(by)
	var most []string
	for _, name := range names[:min(len(names), mostShown)] {
		most = append(most, fmt.Sprintf("%s (%s)", text.Clean(name), number(by[name])))
	}
	if len(names) > mostShown || by[""] > 0 {
		most = append(most, "and others")
	}
	return fmt.Sprintf("not analysed in the last week: %s of %s %s, %s", plural(int(total), "record"), manyOf(len(names), noun, by[""] > 0), why, strings.Join(most, ", "))
}

// printFailing says which destinations can't be reached.
func printFailing(say func(string, ...any), s service.Status) {
	failing := 0
	for _, d := range s.Destinations {
		if d.State.FailingSince == 0 {
			continue
		}
		if failing++; failing <= mostShown {
			say("destination %s of account %s fails since %s: %s", d.ID, d.Account, day(d.State.FailingSince), indented(d.State.Error))
		}
	}
	if failing > mostShown {
		say("and %s more: picket destination list", plural(failing-mostShown, "destination"))
	}
}

func inVain(m mail.Backlog) string {
	switch {
	case m.Failing == 0:
		return ""
	case m.To == "":
		return fmt.Sprintf(", %d of them can't be sent", m.Failing)
	}
	return fmt.Sprintf(", %d of them tried in vain, like the one to %s for account %s: picket member show MEMBER --account %s says why",
		m.Failing, text.Clean(m.To), m.Administrator, m.Administrator)
}

// indented is a text of others in a line of ours, or in several.
func indented(s string) string { return indentedBy(s, "  ") }

func indentedBy(s, indent string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = text.Clean(lines[i])
	}
	return strings.Join(lines, "\n"+indent)
}

// stateOf says of a source how far it is read, and what isn't as it should be.
func stateOf(s service.SourceStatus, now time.Time) string {
	state := ""
	if s.Paused {
		state += ", paused"
	}
	if s.Unseen {
		state += ", not looked through yet since the server started"
	}
	if lag := now.Sub(time.Unix(s.Through, 0)); s.Through > 0 && lag > time.Minute {
		state += ", " + ago(lag) + " behind"
	}
	switch {
	case s.Silent && s.Last == 0:
		state += ", nothing has come yet"
	case s.Silent:
		state += ", silent since " + time.Unix(s.Last, 0).UTC().Format(time.RFC3339)
	}
	if s.Failed != "" {
		state += "\n  it can't be read in full: " + indented(s.Failed)
	}
	return state
}

// ago writes a duration as people say it.
func ago(d time.Duration) string {
	switch {
	case d < 2*time.Minute:
		return plural(int(d.Seconds()), "second")
	case d < 2*time.Hour:
		return plural(int(d.Minutes()), "minute")
	case d < 48*time.Hour:
		return plural(int(d.Hours()), "hour")
	}
	return plural(int(d.Hours()/24), "day")
}
