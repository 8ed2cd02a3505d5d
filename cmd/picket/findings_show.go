package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"picket"
	"picket/export/text"
	"picket/guardduty"
)

func newFindingsShowCommand(a *actAs) *cobra.Command {
	return &cobra.Command{
		Use: "show ID...", Short: "Show findings: what happened, to what, by whom, how often", Args: cobra.MinimumNArgs(1),
		Long: `Show findings by their ids, or the beginnings of them. --json prints them as GetFindings has them.`,
		RunE: func(c *cobra.Command, ids []string) error {
			found, err := a.byID(c, ids)
			if err != nil {
				return err
			}
			if a.json {
				var all []guardduty.Finding
				for _, f := range found {
					all = append(all, f.Finding)
				}
				return printJSON(c, all)
			}
			for i := range found {
				if i > 0 {
					fmt.Fprintln(c.OutOrStdout())
				}
				if err := showFinding(c.OutOrStdout(), a.account, &found[i]); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// explained is a finding as `findings explain --json` prints it.
type explained struct {
	Finding  guardduty.Finding `json:"finding"`
	Page     string            `json:"page,omitempty"` // Markdown
	Evidence picket.Evidence   `json:"evidence"`
}

func newFindingsExplainCommand(a *actAs) *cobra.Command {
	return &cobra.Command{
		Use: "explain ID", Short: "Say what a finding means, what is harmless, what to do, and show the log records behind it",
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, ids []string) error {
			found, err := a.byID(c, ids)
			if err != nil {
				return err
			}
			f := &found[0]
			p, err := pageOf(*f.Finding.Type)
			if err != nil {
				return err
			}
			prose := ""
			if p != nil {
				prose = p.Prose()
			}
			if a.json {
				return printJSON(c, explained{f.Finding, prose, f.Evidence})
			}
			explainFinding(c.OutOrStdout(), f, prose)
			return nil
		},
	}
}

func explainFinding(w io.Writer, f *located, prose string) {
	headline(w, &f.Finding)
	if prose == "" {
		fmt.Fprintln(w, "\nPicket has no rule for this type, and so no page about it.")
	} else {
		fmt.Fprintf(w, "\n%s\nExamples: picket rules explain '%s'\n", prose, text.Clean(*f.Finding.Type))
	}
	if len(f.Evidence.Crossed) > 0 {
		fmt.Fprintln(w)
		text.Crossed(w, f.Evidence)
	}
	if n := len(f.Evidence.Records); n > 0 {
		fmt.Fprintf(w, "\n%s behind it, of %s:\n", plural(n, "log record"), plural(int(occurrences(&f.Finding)), "occurrence"))
		text.Evidence(w, f.Evidence)
		return
	}
	fmt.Fprintln(w, "\nNo log records are kept with it.")
}

func headline(w io.Writer, f *guardduty.Finding) {
	fmt.Fprintf(w, "%s  %s\n  %s\n", picket.Severity(*f.Severity).Label(), called(f), text.Clean(str(f.Title)))
	if d := str(f.Description); d != "" && d != str(f.Title) {
		fmt.Fprintf(w, "  %s\n", text.Clean(d))
	}
}

// sheet writes the lines of a finding: what each is, and what it says.
type sheet struct{ io.Writer }

func (s sheet) line(what, says string) {
	if says != "" {
		fmt.Fprintf(s, "  %-10s  %s\n", what, text.Clean(says))
	}
}

// section writes a line and below it all that a part of the finding's document has.
func (s sheet) section(what, says string, part any, without ...string) {
	all := map[string][]string{}
	leaves(all, "", part, without)
	s.line(what, says)
	for i, path := range slices.Sorted(maps.Keys(all)) {
		if says != "" || i > 0 {
			what = ""
		}
		s.line(what, path+": "+strings.Join(all[path], ", "))
	}
}

// leaves collects the values of a document by their paths, each once.
func leaves(out map[string][]string, path string, v any, without []string) {
	switch v := v.(type) {
	case map[string]any:
		for key, child := range v {
			if !slices.Contains(without, key) {
				leaves(out, strings.TrimPrefix(path+"."+key, "."), child, without)
			}
		}
	case []any:
		for _, child := range v {
			leaves(out, path, child, without)
		}
	case nil:
	default:
		if says := fmt.Sprint(v); says != "" && !slices.Contains(out[path], says) {
			out[path] = append(out[path], says)
		}
	}
}

// shown are the members of service and action that have a line of their own, or say what other lines do.
var shown = []string{
	"archived", "count", "detectorId", "eventFirstSeen", "eventLastSeen", "resourceRole", "serviceName", "userFeedback", "action",
	"additionalInfo", "evidence",
}

func showFinding(out io.Writer, viewer string, f *located) error {
	doc, err := document(f.Finding)
	if err != nil {
		return err
	}
	s, about := sheet{out}, f.Finding.Service
	headline(out, &f.Finding)
	fmt.Fprintln(out)
	s.line("id", *f.Finding.Id)
	s.line("account", *f.Finding.AccountId+", "+*f.Finding.Region+copied(viewer, f))
	s.line("seen", seen(&f.Finding))
	s.line("updated", fmt.Sprintf("%s, created %s", minute(*f.Finding.UpdatedAt), minute(*f.Finding.CreatedAt)))
	if f.Latency > 0 {
		s.line("found", (time.Duration(f.Latency)*time.Millisecond).Round(time.Second).String()+" after its event")
	}
	s.line("state", state(f))
	s.line("ATT&CK", strings.Join(f.Techniques, ", "))
	s.line("signals", strings.Join(f.Signals, ", "))
	service := part(doc, "service")
	other := "actor"
	if str(about.ResourceRole) == "ACTOR" {
		other = "target"
	}
	for _, who := range remotes(part(service, "action")) {
		s.line(other, who)
	}
	resource := part(doc, "resource")
	s.section("resource", fmt.Sprintf("%v, the %s", resource["resourceType"], strings.ToLower(str(about.ResourceRole))), inner(resource, "resourceType"))
	action := part(service, "action")
	kind, _ := action["actionType"].(string)
	s.section("action", kind, inner(action, "actionType"), "remoteIpDetails")
	s.section("threats", "", service["evidence"])
	s.section("details", "", service, shown...)
	s.section("more", "", additional(about), "sample")
	s.line("next", "picket findings explain "+(*f.Finding.Id)[:8]+" --account "+viewer)
	return nil
}

// copied says whose a finding is, if it isn't the viewer's own.
func copied(viewer string, f *located) string {
	switch {
	case *f.Finding.AccountId == viewer:
		return ""
	case f.FrozenAt > 0:
		return "; a copy of a former member's, as it was on " + day(f.FrozenAt)
	}
	return "; a member's, shared with " + viewer
}

// state is what the viewer made of a finding.
func state(f *located) string {
	says := "current"
	if about := f.Finding.Service; about.Archived != nil && *about.Archived {
		says = "archived"
	}
	if feedback := str(f.Finding.Service.UserFeedback); feedback != "" {
		says += "; feedback " + strings.ToLower(strings.ReplaceAll(feedback, "_", " "))
	}
	if f.Comments != "" {
		says += ": " + f.Comments
	}
	return says
}

// seen says how often and when the finding occurred.
func seen(f *guardduty.Finding) string {
	first, last := minute(str(f.Service.EventFirstSeen)), minute(str(f.Service.EventLastSeen))
	if n := occurrences(f); n > 1 {
		return fmt.Sprintf("%s times, from %s to %s", number(int64(n)), first, last)
	}
	return "once, " + first
}

// document is a finding as its JSON has it.
func document(f guardduty.Finding) (doc map[string]any, err error) {
	b, err := json.Marshal(f)
	if err == nil {
		d := json.NewDecoder(strings.NewReader(string(b)))
		d.UseNumber()
		err = d.Decode(&doc)
	}
	return doc, err
}

func part(doc map[string]any, name string) map[string]any {
	p, _ := doc[name].(map[string]any)
	return p
}

// inner is what the members of a union say, whichever it has, without the member that says which.
func inner(union map[string]any, tag string) []any {
	var all []any
	for name, v := range union {
		if name != tag {
			all = append(all, v)
		}
	}
	return all
}

// remotes are the remote addresses of an action: each with where it is and whose.
func remotes(v any) []string {
	var all []string
	switch v := v.(type) {
	case map[string]any:
		if remote := part(v, "remoteIpDetails"); remote != nil {
			all = append(all, address(remote))
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			all = append(all, remotes(v[key])...)
		}
	case []any:
		for _, child := range v {
			all = append(all, remotes(child)...)
		}
	}
	return all
}

func address(remote map[string]any) string {
	says := func(doc map[string]any, name string) string {
		text, _ := doc[name].(string)
		if strings.EqualFold(text, "unknown") || text == "-1" {
			return ""
		}
		return text
	}
	organization := part(remote, "organization")
	place := strings.Trim(says(part(remote, "city"), "cityName")+", "+says(part(remote, "country"), "countryName"), ", ")
	whose := cmp.Or(says(organization, "org"), says(organization, "asnOrg"), says(organization, "isp"))
	if asn := says(organization, "asn"); asn != "" {
		whose = strings.TrimSpace(whose + " (AS" + asn + ")")
	}
	parts := []string{says(remote, "ipAddressV4"), says(remote, "ipAddressV6"), place, whose}
	return strings.Join(slices.DeleteFunc(parts, func(p string) bool { return p == "" }), "; ")
}

// additional is service.additionalInfo, which the API has as text.
func additional(about *guardduty.Service) any {
	if about.AdditionalInfo == nil {
		return nil
	}
	var info any
	d := json.NewDecoder(strings.NewReader(str(about.AdditionalInfo.Value)))
	d.UseNumber()
	if d.Decode(&info) != nil {
		return nil
	}
	return info
}

func str(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
