package webhook

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"

	"picket"
	"picket/export/asff"
	"picket/export/csv"
	"picket/export/ocsf"
	"picket/finding"
	"picket/publish"
)

// Formats names the forms for people.
const Formats = "eventbridge, asff, ocsf, csv, slack, teams or pagerduty"

// formats write an event, or nothing if the form has no place for it. PagerDuty's secret is its routing key, in the body.
var formats = map[string]func(e publish.Event, secret string) ([]byte, error){
	"eventbridge": func(e publish.Event, _ string) ([]byte, error) { return publish.EventBridge(e) },
	"asff":        ofFinding(asffBatch),
	"ocsf":        ofFinding(func(e publish.Event) ([]byte, error) { return ocsf.Marshal(e.Finding, e.ID) }),
	csvFormat:     ofFinding(table),
	"slack":       func(e publish.Event, _ string) ([]byte, error) { return slack(e) },
	"teams":       func(e publish.Event, _ string) ([]byte, error) { return teams(e) },
	"pagerduty":   pagerDuty,
}

const csvFormat = "csv"

// contentType is that of a format's bodies.
func contentType(format string) string {
	if format == csvFormat {
		return "text/csv; charset=utf-8; header=present"
	}
	return "application/json"
}

func ofFinding(write func(publish.Event) ([]byte, error)) func(publish.Event, string) ([]byte, error) {
	return func(e publish.Event, _ string) ([]byte, error) {
		if e.Finding == nil {
			return nil, nil
		}
		return write(marked(e))
	}
}

// marked is an event whose title says that it is a sample, if it is one: outside GuardDuty's own form that shows nowhere else.
func marked(e publish.Event) publish.Event {
	if e.Finding != nil && e.Finding.AdditionalInfo["sample"] == true {
		sample, title := *e.Finding, "[SAMPLE] "+value(e.Finding.Title)
		sample.Title, e.Finding = &title, &sample
	}
	return e
}

// asffBatch is the body of BatchImportFindings.
func asffBatch(e publish.Event) ([]byte, error) {
	f, err := asff.Marshal(e.Finding)
	if err != nil {
		return nil, err
	}
	return json.Marshal(map[string]any{"Findings": []json.RawMessage{f}})
}

// table is a line with the names of the columns, and one of the finding: each request stands by itself.
func table(e publish.Event) ([]byte, error) {
	var b bytes.Buffer
	err := csv.Write(&b, []*finding.Result{{Finding: *e.Finding}})
	return b.Bytes(), err
}

// summary is an event in a line for people, and what there is to say below it.
func summary(e publish.Event) (line string, below []string, err error) {
	if e.Finding == nil {
		below, err = e.Lines()
		return e.Type, below, err
	}
	f := marked(e).Finding
	severity := picket.Severity(value(f.Severity))
	line = fmt.Sprintf("%s (%v): %s", severity.Label(), float64(severity), value(f.Title))
	count := int32(0)
	if f.Service != nil {
		count = value(f.Service.Count)
	}
	return line, []string{
		value(f.Description),
		fmt.Sprintf("%s · account %s · %s · %s · count %d", value(f.Type), value(f.AccountId), value(f.Region), finding.Subject(&f.Finding), count),
		"Finding " + value(f.Id),
	}, nil
}

// plain makes of a text from a log one that can neither mention anybody, nor link, nor hide: it is an attacker's.
func plain(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// slack writes blocks of plain text: in Slack's other kind a name could mention everybody.
func slack(e publish.Event) ([]byte, error) {
	type text struct {
		Type string `json:"type"`
		Text string `json:"text"`
	}
	type block struct {
		Type string `json:"type"`
		Text text   `json:"text"`
	}
	line, below, err := summary(e)
	if err != nil {
		return nil, err
	}
	out := struct {
		Text   string  `json:"text"`
		Blocks []block `json:"blocks"`
	}{Text: strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(cut(plain(line), 300))}
	for i, t := range append([]string{line}, below...) {
		kind, most := "section", 2900
		if i == 0 {
			kind, most = "header", 150
		}
		if t != "" {
			out.Blocks = append(out.Blocks, block{kind, text{"plain_text", cut(plain(t), most)}})
		}
	}
	return json.Marshal(out)
}

// teams writes an adaptive card, as a workflow of Teams takes it. Its texts are Markdown: what marks it up is escaped.
func teams(e publish.Event) ([]byte, error) {
	line, below, err := summary(e)
	if err != nil {
		return nil, err
	}
	var body []map[string]any
	for i, t := range append([]string{line}, below...) {
		b := map[string]any{"type": "TextBlock", "wrap": true, "text": markdown.Replace(cut(plain(t), 4000))}
		if i == 0 {
			b["weight"], b["size"] = "Bolder", "Medium"
		}
		body = append(body, b)
	}
	return json.Marshal(map[string]any{"type": "message", "attachments": []any{map[string]any{
		"contentType": "application/vnd.microsoft.card.adaptive",
		"content":     map[string]any{"type": "AdaptiveCard", "version": "1.4", "body": body},
	}}})
}

var markdown = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "*", `\*`, "_", `\_`, "`", "\\`", "<", `\<`, "{", `\{`)

// pagerDuty writes an event of the Events API v2: one alert a finding, however often it is seen.
func pagerDuty(e publish.Event, routingKey string) ([]byte, error) {
	if e.Finding == nil {
		return nil, nil
	}
	line, below, err := summary(e)
	if err != nil {
		return nil, err
	}
	level := map[string]string{"Low": "info", "Medium": "warning", "High": "error", "Critical": "critical"}
	return json.Marshal(map[string]any{
		"routing_key": routingKey, "event_action": "trigger", "dedup_key": value(e.Finding.Id), "client": "Picket",
		"payload": map[string]any{
			"summary": cut(plain(line), 1000), "timestamp": e.Time, "source": value(e.Finding.AccountId) + " " + e.Region,
			"severity": level[picket.Severity(value(e.Finding.Severity)).Label()], "class": value(e.Finding.Type),
			"custom_details": map[string]any{"description": plain(below[0]), "about": plain(below[1]), "event": e.ID},
		},
	})
}

func cut(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return text
}

func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}
