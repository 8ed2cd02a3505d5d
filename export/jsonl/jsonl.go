// Package jsonl writes findings as JSON lines, each as GuardDuty exports it to S3. It adds nothing to that form, but for
// the evidence when it is asked for.
package jsonl

import (
	"bufio"
	"encoding/json"
	"io"

	"picket/finding"
)

// Write writes one line a finding. With evidence, each line is {"finding": …, "evidence": …} instead.
func Write(w io.Writer, findings []*finding.Result, evidence bool) error {
	out := bufio.NewWriter(w)
	for _, f := range findings {
		line, err := finding.Export(&f.Finding)
		if err != nil {
			return err
		}
		if evidence {
			line, err = json.Marshal(struct {
				Finding  json.RawMessage `json:"finding"`
				Evidence any             `json:"evidence"`
			}{line, f.Evidence})
			if err != nil {
				return err
			}
		}
		out.Write(line)
		out.WriteByte('\n')
	}
	return out.Flush()
}
