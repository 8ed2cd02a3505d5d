// Package geodata carries the country and network databases inside the binary, so that there is nothing to install beside
// it. They are fetched at build time (fetch.sh), never committed, and embedded under the build tag "geo"; a binary built
// without the tag has none, and says so instead of guessing where addresses are. NOTICE.md names the sources.
package geodata

// Country returns the country database in MaxMind's format, nil in a binary built without it.
func Country() []byte { return country }

// ASN returns the database of networks and their holders in MaxMind's format, nil in a binary built without it.
func ASN() []byte { return asn }
