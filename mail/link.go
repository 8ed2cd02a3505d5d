package mail

import (
	"net/url"
	"strings"
)

// Link returns the address of the console's page of invitations, for a region and an inviter. The console's own address is
// what people open, such as https://picket.example.com/console/; the link is empty without it. Who follows the link must
// sign in all the same: it names the invitation and grants nothing.
func Link(console, region, inviter string) string {
	if console == "" {
		return ""
	}
	query := url.Values{"region": {region}, "inviter": {inviter}}
	return strings.TrimSuffix(console, "/") + "/invitations?" + query.Encode()
}
