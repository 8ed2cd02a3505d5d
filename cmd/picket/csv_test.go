package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadAccounts(t *testing.T) {
	f := func(text string, want ...string) {
		t.Helper()
		rows, bad, err := readAccounts(strings.NewReader(text), "999999999999")
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range rows {
			got = append(got, fmt.Sprintf("%d %s %s", r.line, r.account, r.email))
		}
		for _, b := range bad {
			got = append(got, b.String())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q: -want +got\n%s", text, diff)
		}
	}
	f("111122223333,a@example.com\n444455556666,b@example.com", "1 111122223333 a@example.com", "2 444455556666 b@example.com")
	f("\xef\xbb\xbfAccount ID,Email\r\n111122223333, \"a@example.com\"\r\n\r\n", "2 111122223333 a@example.com")
	f("AccountId,EmailAddress,Name\n000022223333,a@example.com,x", "2 000022223333 a@example.com")
	f("22223333,a@example.com", "1 000022223333 a@example.com")
	f("'022223333344,a@example.com", "1 022223333344 a@example.com")
	f(`="000022223333",a@example.com`, "1 000022223333 a@example.com")
	f("111122223333,a@example.com\n111122223333,b@example.com", "1 111122223333 a@example.com", "line 2: account 111122223333 is on line 1 already")
	f("999999999999,a@example.com", "line 1: account 999999999999 can't be a member of itself")
	f("1.11122E+11,a@example.com\n1234567890123,a@example.com\n111122223333", `line 1: account id "1.11122E+11" is not 12 digits`,
		`line 2: account id "1234567890123" is not 12 digits`, `line 3: "111122223333" is not an account id, a comma and an e-mail address`)
	f("111122223333,nobody\n444455556666,x <b@example.com>", `line 1: "nobody" is no e-mail address of 6 to 64 characters`,
		`line 2: "x <b@example.com>" is no e-mail address of 6 to 64 characters`)
	longest := strings.Repeat("a", 52) + "@example.com"
	f("111122223333,"+longest+"\n444455556666,a"+longest, "1 111122223333 "+longest, `line 2: "a`+longest+`" is no e-mail address of 6 to 64 characters`)
	f("111122223333,\"a@example.com\n444455556666,b@example.com", "2 444455556666 b@example.com",
		`line 1: "111122223333,\"a@example.com" has a quote that is not closed`)
	f("Account ID,Email\r111122223333,a@example.com\r444455556666,b@example.com\r", "2 111122223333 a@example.com", "3 444455556666 b@example.com")
	f("what is this\n111122223333,a@example.com", "2 111122223333 a@example.com", `line 1: "what is this" is not an account id, a comma and an e-mail address`)
	f("Konto,E-Mail\n111122223333,a@example.com", "2 111122223333 a@example.com")
	f("", []string(nil)...)
}

func FuzzReadAccounts(f *testing.F) {
	f.Add("111122223333,a@example.com\n")
	f.Add("\xef\xbb\xbfAccount ID,Email\r\n\"22223333\",\"a@example.com\"\r\n")
	f.Add("\"unclosed,\n\x00,")
	f.Fuzz(func(t *testing.T, text string) {
		rows, _, err := readAccounts(strings.NewReader(text), "999999999999")
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range rows {
			if len(r.account) != 12 || strings.Trim(r.account, "0123456789") != "" || !strings.Contains(r.email, "@") || r.line < 1 {
				t.Errorf("%+v of %q", r, text)
			}
		}
	})
}
