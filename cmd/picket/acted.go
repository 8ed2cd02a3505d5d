package main

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"
	"github.com/spf13/cobra"

	"picket/export/text"
)

// batch is how many accounts GuardDuty takes in a call.
const batch = 50

// acted is what was done to accounts in a region, as --json prints it.
type acted struct {
	Region   string           `json:"region"`
	Done     string           `json:"done"` // as in "invited"
	Accounts []string         `json:"accountIds"`
	Already  []string         `json:"alreadyMembers,omitempty"` // that needed nothing
	Refused  []refusedAccount `json:"refused"`
}

// refusedAccount is an account that it was not done to, or a line that names none.
type refusedAccount struct {
	Account string `json:"accountId,omitempty"`
	Line    int    `json:"line,omitempty"` // of the file that the account comes from
	Result  string `json:"result"`
}

func (a *actAs) outcomes(c *cobra.Command) *outcomes[acted] {
	return &outcomes[acted]{c: c, json: a.json}
}

// inBatches calls f with as many accounts as a call takes, and tells to how many does was done and which f refused; f notes itself which
// needed nothing. rows are those of the file that the accounts come from, if any. It is an exit code if some were refused.
func inBatches(done *outcomes[acted], does *acted, accounts []string, rows map[string]csvRow, f func([]string) ([]types.UnprocessedAccount, error)) error {
	does.Accounts, does.Refused = []string{}, append([]refusedAccount{}, does.Refused...)
	all, bad := len(accounts)+len(does.Already), len(does.Refused)
	for chunk := range slices.Chunk(accounts, batch) {
		before := len(does.Already)
		unprocessed, err := f(chunk)
		if err != nil {
			done.all = append(done.all, *does) // what was done before
			return err
		}
		not := map[string]bool{}
		for _, id := range does.Already[before:] {
			not[id] = true
		}
		for _, u := range unprocessed {
			r := refusedAccount{aws.ToString(u.AccountId), rows[aws.ToString(u.AccountId)].line, aws.ToString(u.Result)}
			not[r.Account], does.Refused = true, append(does.Refused, r)
			fmt.Fprintf(done.c.ErrOrStderr(), "%s: %s\n", does.Region, r)
		}
		for _, id := range chunk {
			if !not[id] {
				does.Accounts = append(does.Accounts, id)
			}
		}
	}
	refused, already := len(does.Refused)-bad, ""
	if n := len(does.Already); n > 0 {
		already = fmt.Sprintf(", members already: %d", n)
	}
	done.tell(*does, "%s: %s %d of %d%s", does.Region, does.Done, len(does.Accounts), all, already)
	if refused > 0 {
		return exit(exitError)
	}
	return nil
}

func (r refusedAccount) String() string {
	from := ""
	if r.Line > 0 {
		from = fmt.Sprintf("line %d: ", r.Line)
	}
	return fmt.Sprintf("%s%s: %s", from, r.Account, text.Clean(r.Result))
}
