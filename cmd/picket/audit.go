package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"picket"
	"picket/operator"
	"picket/service"
)

func newAuditCommand() *cobra.Command {
	o, q := &serverFlags{}, operator.AuditQuery{Limit: 1000}
	c := &cobra.Command{Use: "audit", Short: "Export the audit log, and verify that nobody changed it"}
	o.add(c)
	c.PersistentFlags().StringVar(&q.Account, "account", "", "only the records of this account")
	export := &cobra.Command{
		Use: "export", Short: "Print every record as CloudTrail event, one a line", Args: cobra.NoArgs,
		Long: `Print every record as CloudTrail event, one a line.

What is about no account, such as a source of many, has a record without one: it is there unless --account is given.`,
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
	noted := ""
	verify := &cobra.Command{
		Use: "verify", Short: "Check the chain of records from the first to the last", Args: cobra.NoArgs,
		Long: `Each record is sealed together with the one before it, under the master key: a record that was changed, put in or taken out
breaks the chain. That the last records were cut off shows against an end that was noted before: keep what this prints somewhere
else, and give it with --noted later.`,
		RunE: func(c *cobra.Command, _ []string) error { return verifyAudit(c, o, noted) },
	}
	verify.Flags().StringVar(&noted, "noted", "", "the end that an earlier run printed, as SEQ:HASH")
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

func verifyAudit(c *cobra.Command, o *serverFlags, noted string) error {
	var before service.AuditEnd
	if noted != "" {
		seq, hash, _ := strings.Cut(noted, ":")
		n, err := strconv.ParseInt(seq, 10, 64)
		if err != nil || n < 1 || hash == "" {
			return fmt.Errorf("--noted: %q is not SEQ:HASH, as verify printed it", noted)
		}
		before = service.AuditEnd{Seq: n, Hash: hash}
	}
	end, err := ask[service.AuditEnd](c.Context(), o, "audit/verify", before)
	if err != nil {
		return err
	}
	if o.json {
		return printJSON(c, end)
	}
	fmt.Fprintf(c.OutOrStdout(), "%d records, unbroken; the end is %d:%s\n", end.Seq, end.Seq, end.Hash)
	return nil
}
