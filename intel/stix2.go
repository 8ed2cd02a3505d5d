package intel

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"time"
)

// stix2Object is what matters of a STIX 2.x object.
type stix2Object struct {
	Type        string
	Name        string
	Pattern     string
	PatternType string `json:"pattern_type"`
	ValidUntil  string `json:"valid_until"`
	Confidence  int
	Revoked     bool
}

// readSTIX2 reads the indicators of a STIX 2.x bundle, of an array of objects, or of objects one after another. The objects
// before a syntax error are kept.
func readSTIX2(r *reading) {
	d := json.NewDecoder(bytes.NewReader(r.data))
	lines := lineCounter{data: r.data}
	stop := func(err error) {
		if !errors.Is(err, io.EOF) {
			r.bad(lines.at(d.InputOffset()), "not STIX: "+err.Error())
		}
	}
	for !r.full() {
		token, err := d.Token()
		if err != nil {
			stop(err)
			return
		}
		switch token {
		case json.Delim('['):
			err = readObjects(r, d, &lines)
		case json.Delim('{'):
			err = readTop(r, d, &lines)
		case json.Delim(']'), json.Delim('}'):
		default:
			err = errors.New("neither object nor array")
		}
		if err != nil {
			stop(cmpEOF(err))
			return
		}
	}
}

// cmpEOF makes the end of input inside of a value an error like any other.
func cmpEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// readTop reads an object whose brace has been read: a bundle or envelope, whose "objects" are read one by one, or a single
// object.
func readTop(r *reading, d *json.Decoder, lines *lineCounter) error {
	start := d.InputOffset()
	var o stix2Object
	fields := map[string]any{
		"type": &o.Type, "name": &o.Name, "pattern": &o.Pattern, "pattern_type": &o.PatternType,
		"valid_until": &o.ValidUntil, "confidence": &o.Confidence, "revoked": &o.Revoked,
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		if name == "objects" {
			open, err := d.Token()
			if err != nil {
				return err
			}
			if open != json.Delim('[') {
				return errors.New("objects is no array")
			}
			if err := readObjects(r, d, lines); err != nil {
				return err
			}
			continue
		}
		target := fields[name]
		if target == nil {
			target = new(json.RawMessage)
		}
		if err := d.Decode(target); err != nil {
			return err
		}
	}
	r.stix2(lines.at(start), &o)
	_, err := d.Token()
	return err
}

// readObjects reads the elements of an array whose bracket has been read, and its end.
func readObjects(r *reading, d *json.Decoder, lines *lineCounter) error {
	for d.More() {
		if r.full() {
			return ErrTooMany
		}
		var o stix2Object
		err := d.Decode(&o)
		line := lines.at(d.InputOffset())
		var wrongType *json.UnmarshalTypeError
		switch {
		case errors.As(err, &wrongType):
			r.bad(line, "not an object of STIX: "+wrongType.Error())
		case err != nil:
			return err
		default:
			r.stix2(line, &o)
		}
	}
	_, err := d.Token()
	return err
}

// stix2 adds what an indicator object names. Objects of other types are left out without a word.
func (r *reading) stix2(line int, o *stix2Object) {
	if o.Type != "indicator" {
		return
	}
	if o.Revoked {
		r.bad(line, "indicator is revoked")
		return
	}
	if o.PatternType != "" && o.PatternType != "stix" {
		r.bad(line, "pattern is not in STIX's language")
		return
	}
	found, err := parsePattern(o.Pattern, r.most-len(r.indicators))
	if err != nil {
		r.bad(line, err.Error())
		return
	}
	name := threatName(o.Name)
	for _, ind := range found {
		ind.Confidence = percent(o.Confidence)
		if name != "" {
			ind.Threats = []string{name}
		}
		if t, err := time.Parse(time.RFC3339, o.ValidUntil); err == nil {
			ind.Expires = t
		}
		r.indicators = append(r.indicators, ind)
	}
}

// lineCounter turns growing offsets into line numbers.
type lineCounter struct {
	data   []byte
	offset int64
	line   int
}

func (c *lineCounter) at(offset int64) int {
	if offset > c.offset {
		c.line += bytes.Count(c.data[c.offset:offset], []byte{'\n'})
		c.offset = offset
	}
	return c.line + 1
}
