package intel

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"time"
)

// maxDepth is more than any STIX document nests its elements.
const maxDepth = 1_000

// readSTIX1 reads the addresses, ranges, names and URLs of a STIX 1.x package, wherever in it they stand. The title,
// confidence and end of validity of the Indicator around them, if any, hold for them.
func readSTIX1(r *reading) {
	in := &bounded{Reader: bytes.NewReader(r.data)}
	d := xml.NewDecoder(in)
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	s := stix1{from: -1}
	for !r.full() {
		in.left = mostOfToken(r.data[d.InputOffset():])
		token, err := d.RawToken()
		if err != nil {
			if !errors.Is(err, io.EOF) {
				line, _ := d.InputPos()
				r.bad(line, "not XML: "+err.Error())
			}
			return
		}
		switch token := token.(type) {
		case xml.StartElement:
			s.start(token)
			if len(s.path) > maxDepth {
				line, _ := d.InputPos()
				r.bad(line, "elements are nested too deeply")
				return
			}
		case xml.CharData:
			s.text.Write(token)
		case xml.EndElement:
			line, _ := d.InputPos()
			s.end(r, line, token.Name.Local)
		}
	}
}

// mostOfToken is how long the token that data begins with may be. A decoder makes of an attribute of two bytes what takes sixty;
// texts, CDATA and comments take what they are long.
func mostOfToken(data []byte) int {
	if len(data) > 1 && data[0] == '<' && data[1] != '!' && data[1] != '?' {
		return maxTagBytes
	}
	return len(data) + 1
}

// bounded yields the bytes of XML as long as the token may have more.
type bounded struct {
	*bytes.Reader
	left int // of the token
}

// ReadByte implements io.ByteReader, by which xml.Decoder reads.
func (b *bounded) ReadByte() (byte, error) {
	if b.left--; b.left < 0 {
		return 0, errors.New("a tag is too long")
	}
	return b.Reader.ReadByte()
}

// stix1 is where in the document the reader is.
type stix1 struct {
	path    []string // local names of the open elements
	object  string   // xsi:type or category of the innermost Properties
	exclude bool     // the value is under a condition other than equality
	text    strings.Builder
	about   Indicator // what the open Indicator element says
	from    int       // first indicator of the open Indicator element
}

func (s *stix1) start(e xml.StartElement) {
	s.path = append(s.path, e.Name.Local)
	s.text.Reset()
	switch e.Name.Local {
	case "Indicator":
		s.about = Indicator{}
		s.from = -1
	case "Properties":
		s.object = attribute(e, "type") + " " + attribute(e, "category")
	case "Address_Value", "Value":
		condition := attribute(e, "condition")
		s.exclude = condition != "" && condition != "Equals"
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (s *stix1) end(r *reading, line int, name string) {
	text := strings.TrimSpace(s.text.String())
	s.text.Reset()
	switch {
	case name == "Address_Value", name == "Value" && (strings.Contains(s.object, "DomainName") || strings.Contains(s.object, "URIObj") || strings.Contains(s.object, "Hostname")):
		if s.exclude {
			r.bad(line, "the condition is not equality")
			break
		}
		if strings.Contains(s.object, "e-mail") || strings.Contains(s.object, "mac") {
			break
		}
		s.add(r, line, text)
	case name == "Title" && s.inside("Indicator"):
		s.about.Threats = []string{threatName(text)}
	case name == "Value" && s.inside("Confidence"):
		s.about.Confidence = confidenceWord(text)
	case name == "End_Time":
		if t, err := time.Parse(time.RFC3339, text); err == nil {
			s.about.Expires = t
		}
	case name == "Indicator":
		s.close(r)
	}
	if n := len(s.path); n > 0 {
		s.path = s.path[:n-1]
	}
}

// inside reports whether the element that ends now is a child of the named one.
func (s *stix1) inside(parent string) bool {
	n := len(s.path)
	return n >= 2 && s.path[n-2] == parent
}

// add reads a value, which may hold several, separated by "##comma##".
func (s *stix1) add(r *reading, line int, text string) {
	if s.from < 0 {
		s.from = len(r.indicators)
	}
	for value := range strings.SplitSeq(text, "##comma##") {
		ind, err := parseIndicator(value)
		r.add(line, ind, err)
	}
}

// close gives the indicators of an Indicator element what it says of them, which may come after them.
func (s *stix1) close(r *reading) {
	if s.from >= 0 {
		for i := s.from; i < len(r.indicators); i++ {
			ind := &r.indicators[i]
			ind.Threats, ind.Confidence, ind.Expires = s.about.Threats, s.about.Confidence, s.about.Expires
		}
	}
	s.about, s.from = Indicator{}, -1
}

// confidenceWord is the number for STIX's words.
func confidenceWord(s string) uint8 {
	switch strings.ToLower(s) {
	case "high":
		return 85
	case "medium":
		return 50
	case "low":
		return 15
	}
	return 0
}
