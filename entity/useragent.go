package entity

import "strings"

// pentestSystems are the Linux distributions for penetration testers that GuardDuty's PenTest types name.
var pentestSystems = [...]string{"kali", "parrot", "pentoo"}

// PenTestSystem returns the penetration testers' Linux distribution that a user agent names, as a word of its own:
// "kali", "parrot", "pentoo", or "". It does not allocate.
//
// SDKs write it as "md/distrib#kali.2025" or inside the kernel's version, "Linux/6.6.9-kali1-amd64".
func PenTestSystem(userAgent string) string {
	for i := range len(userAgent) {
		if c := userAgent[i] | 0x20; c != 'k' && c != 'p' || i > 0 && !strings.ContainsRune("-_/# [", rune(userAgent[i-1])) {
			continue
		}
		for _, name := range pentestSystems {
			if rest := userAgent[i:]; len(rest) >= len(name) && strings.EqualFold(rest[:len(name)], name) && wordEnds(rest[len(name):]) {
				return name
			}
		}
	}
	return ""
}

// wordEnds reports whether a distribution's name can end before rest: at its version, at a separator or at the end.
func wordEnds(rest string) bool {
	return rest == "" || rest[0]-'0' <= 9 || strings.ContainsRune("-_./# \t]", rune(rest[0]))
}
