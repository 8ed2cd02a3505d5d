package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"picket/service"
)

// csvRow is an account to be added, and the line that names it.
type csvRow struct {
	line           int
	account, email string
}

// badRow is a line that names none, and why.
type badRow struct {
	line   int
	reason string
}

func (b badRow) String() string { return fmt.Sprintf("line %d: %s", b.line, b.reason) }

// readAccounts reads "Account ID,Email" lines: with or without that header, a byte order mark, line ends of any system,
// quotes, spaces and further columns. Account ids that a spreadsheet made numbers of get their leading zeros back. A bad line
// is reported, and the others are kept, after a quote that nobody closes too; own is the account that adds them.
func readAccounts(r io.Reader, own string) (rows []csvRow, bad []badRow, err error) {
	content, err := io.ReadAll(r)
	if err != nil {
		return nil, nil, fmt.Errorf("read accounts: %w", err)
	}
	text := strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(string(content), "\ufeff"))
	seen, first := map[string]int{}, true
	for i, text := range strings.Split(text, "\n") {
		if strings.TrimSpace(text) == "" {
			continue
		}
		line := i + 1
		fields, err := csvFields(text)
		if err != nil {
			bad = append(bad, badRow{line, err.Error()})
			continue
		}
		if first && header(fields) {
			first = false
			continue
		}
		first = false
		row, reason := parseRow(fields)
		row.line = line
		switch {
		case reason == "" && row.account == own:
			reason = "account " + own + " can't be a member of itself"
		case reason == "" && seen[row.account] > 0:
			reason = fmt.Sprintf("account %s is on line %d already", row.account, seen[row.account])
		}
		if reason != "" {
			bad = append(bad, badRow{line, reason})
			continue
		}
		seen[row.account] = line
		rows = append(rows, row)
	}
	return rows, bad, nil
}

// csvFields reads the fields of one line; no field of ours goes on in the next.
func csvFields(line string) ([]string, error) {
	if strings.Count(line, `"`)%2 != 0 {
		return nil, fmt.Errorf("%q has a quote that is not closed", line)
	}
	c := csv.NewReader(strings.NewReader(line))
	c.TrimLeadingSpace, c.LazyQuotes = true, true
	fields, err := c.Read()
	var wrong *csv.ParseError
	if errors.As(err, &wrong) {
		return nil, fmt.Errorf("%q: %w", line, wrong.Err)
	}
	return fields, err
}

// header reports whether the first line names the columns: one is of accounts, or of mail.
func header(fields []string) bool {
	line := strings.ToLower(strings.Join(fields, ","))
	return !strings.ContainsAny(line, "0123456789@") && (strings.Contains(line, "account") || strings.Contains(line, "mail"))
}

func parseRow(fields []string) (row csvRow, reason string) {
	if len(fields) < 2 {
		return row, fmt.Sprintf("%q is not an account id, a comma and an e-mail address", strings.Join(fields, ","))
	}
	id, ok := accountIn(strings.TrimSpace(fields[0]))
	if !ok {
		return row, fmt.Sprintf("account id %q is not 12 digits", fields[0])
	}
	email := strings.TrimSpace(fields[1])
	if !service.IsEmail(email) {
		return row, fmt.Sprintf("%q is no e-mail address of 6 to 64 characters", fields[1])
	}
	return csvRow{account: id, email: email}, ""
}

// accountIn reads an account id: 12 digits, or the fewer that a spreadsheet leaves of one with leading zeros. Below six it is
// more likely something else.
func accountIn(field string) (string, bool) {
	field = strings.Trim(field, `'="`) // how people protect ids from spreadsheets
	if strings.Trim(field, "0123456789") != "" || len(field) < 6 || len(field) > 12 {
		return "", false
	}
	return strings.Repeat("0", 12-len(field)) + field, true
}
