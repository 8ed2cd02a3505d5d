package service_test

import (
	"context"
	"strings"
	"testing"

	"picket/guardduty"
)

// What GuardDuty's documentation refuses is refused for its row alone.
func TestEmailsOfMembers(t *testing.T) {
	w := newWorld(t)
	admin := w.account("111122223333")
	w.enable(admin)
	n := 0
	add := func(email string) error {
		n++
		out, err := w.CreateMembers(context.Background(), admin, &guardduty.CreateMembersRequest{
			DetectorId:     w.detector(admin),
			AccountDetails: guardduty.List[guardduty.AccountDetail]{{AccountId: guardduty.Ptr(accountNumber(n)), Email: &email}},
		})
		w.ok(err)
		return one(out.UnprocessedAccounts, nil)
	}
	for _, email := range []string{"a@b.co", "first.last+aws@mail-1.example.com", "o_n-e/2@x.y.z", strings.Repeat("a", 52) + "@example.com"} {
		if err := add(email); err != nil {
			t.Errorf("%q: %v", email, err)
		}
	}
	for _, email := range []string{
		"ab.com", "a@b.c", "a@@b.com", "a b@c.com", "ä@b.com", "a@b.com\r\nBcc: x@y.com", "a@bücher.de", ".a@b.com", "a@.b.com", "a@-b.com",
		"a@b.com-", "a@b.com.", "a@bcom1", "<a@b.com>", "a,b@c.com", `"a"@b.com`, "a%b@c.com", "@bbb.com", "aaaaaa@", strings.Repeat("a", 53) + "@example.com",
	} {
		w.refused(add(email), "The request is rejected because an invalid or out-of-range value")
	}
	if _, err := w.ResendInvitation(context.Background(), admin, accountNumber(1), "nobody"); err == nil {
		t.Error("an address that is none was taken as a correction")
	}
}
