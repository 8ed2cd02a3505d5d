package service

import (
	"regexp"
	"strings"
)

// The contract's documentation of a member's address, as patterns; its own pattern says less.
var (
	emailUser   = regexp.MustCompile(`^[!-~]+$`)
	emailDomain = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9.-]*\.([A-Za-z0-9.-]*[A-Za-z0-9])$`)
)

// checkEmail refuses what can't be a member's e-mail address.
func checkEmail(address string) error {
	user, domain, _ := strings.Cut(address, "@")
	if len(address) < 6 || len(address) > 64 || !emailUser.MatchString(user) || strings.ContainsAny(user, `"'();<>[]:,\|%&`) ||
		user[0] == '.' || !emailDomain.MatchString(domain) {
		return refuse(invalidValue, "%q is no e-mail address.", address)
	}
	return nil
}
