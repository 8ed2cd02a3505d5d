//go:build geo

package geodata

import _ "embed" // for the two files below

//go:embed country.mmdb
var country []byte

//go:embed asn.mmdb
var asn []byte
