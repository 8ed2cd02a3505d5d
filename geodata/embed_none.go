//go:build !geo

package geodata

var country, asn []byte
