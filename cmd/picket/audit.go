package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"picket"
	"picket/operator"
)

func newAuditCommand() *cobra.Command {
	o, q := &serverFlags{}, operator.AuditQuery{Limit: 1000}
	c := &cobra.Command{Use: "audit", Short: "Export the audit log, and verify that nobody changed it"}
	o.add(c)
	c.PersistentFlags().StringVar(&q.Account, "account", "", "only the records of this account")
	export := &cobra.Command{
		Use: "export", Short: "Print every record as CloudTrail event, one a line", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			return eachAuditRecord(c, o, q, func(r picket.AuditRecord) error {
				if !o.json {
					_, err := fmt.Fprintf(c.OutOrStdout(), "%s\n", r.Event)
					return err
				}
				return json.NewEncoder(c.OutOrStdout()).Encode(r)
			})
		},
	}
	verify := &cobra.Command{
		Use: "verify", Short: "Check the chain of hashes from the first record to the last", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return verifyAudit(c, o) },
	}
	c.AddCommand(export, verify)
	return c
}

func eachAuditRecord(c *cobra.Command, o *serverFlags, q operator.AuditQuery, f func(picket.AuditRecord) error) error {
	for {
		records, err := ask[[]picket.AuditRecord](c.Context(), o, "audit/list", q)
		if err != nil {
			return err
		}
		for _, r := range records {
			if err := f(r); err != nil {
				return err
			}
			q.After = r.Seq
		}
		if len(records) < q.Limit {
			return nil
		}
	}
}

func verifyAudit(c *cobra.Command, o *serverFlags) error {
	var last picket.AuditRecord
	err := eachAuditRecord(c, o, operator.AuditQuery{Limit: 1000}, func(r picket.AuditRecord) error {
		if r.Seq != last.Seq+1 {
			return fmt.Errorf("record %d follows record %d: what was between them is gone", r.Seq, last.Seq)
		}
		if r.Chain(last.Hash) != r.Hash {
			return fmt.Errorf("record %d was changed, or one before it was: its hash doesn't fit", r.Seq)
		}
		last = r
		return nil
	})
	if err == nil {
		fmt.Fprintf(c.OutOrStdout(), "%d records, unbroken; the last hash is %s\n", last.Seq, last.Hash)
	}
	return err
}
