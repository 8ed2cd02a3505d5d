package intel

// Location is where an address is, as far as the data says; unknown fields are zero.
type Location struct {
	CountryCode string // ISO 3166, two letters
	CountryName string
	City        string
	Lat, Lon    float64 // the country's middle where the data has no city
	ASN         string  // the number in digits, "64500"
	Org         string  // the holder of ASN
}
