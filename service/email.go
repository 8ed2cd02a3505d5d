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

// IsEmail reports whether an address can be a member's: 6 to 64 characters of ASCII, with a domain.
func IsEmail(address string) bool {
	user, domain, _ := strings.Cut(address, "@")
	return len(address) >= 6 && len(address) <= 64 && emailUser.MatchString(user) && !strings.ContainsAny(user, `"'();<>[]:,\|%&`) &&
		user[0] != '.' && emailDomain.MatchString(domain)
}

// checkEmail refuses what can't be a member's e-mail address.
func checkEmail(address string) error {
	if !IsEmail(address) {
		return refuse(invalidValue, "%q is no e-mail address of 6 to 64 characters.", address)
	}
	return nil
}
