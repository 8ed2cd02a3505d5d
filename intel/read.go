package intel

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// Format names the layout of a list's file. Of CSV, the column that holds the indicators may follow: "CSV:dst_ip", or by
// number from 1, "CSV:2".
type Format string

// The formats: GuardDuty's six, and what public registers publish.
const (
	Detect       Format = "" // by content
	TXT          Format = "TXT"
	STIX         Format = "STIX" // 1.x in XML, 2.x in JSON
	OTXCSV       Format = "OTX_CSV"
	AlienVault   Format = "ALIEN_VAULT"
	ProofPoint   Format = "PROOF_POINT"
	FireEye      Format = "FIRE_EYE"
	CSV          Format = "CSV"
	AWSRanges    Format = "AWS_RANGES"    // ip-ranges.json
	TorConsensus Format = "TOR_CONSENSUS" // a network status
)

// GuardDuty's limits.
const (
	MaxFileBytes   = 35 << 20
	MaxTrustedIPs  = 2_000
	MaxThreatIPs   = 250_000
	MaxEntities    = 1_000
	maxProblems    = 1_000
	maxLineBytes   = 64 << 10
	maxTagBytes    = 1 << 20 // of XML, with the attributes
	maxThreats     = 100     // of one indicator
	maxThreatBytes = 1 << 10 // of a name that many indicators may share
	detectionBytes = 4 << 10
)

// ErrTooLarge is returned by Read for a file over the limit.
var ErrTooLarge = errors.New("list is too large")

// ErrTooMany is returned by ListUpTo for a file of too many indicators.
var ErrTooMany = errors.New("list has too many entries")

// ErrFormat is returned by Read for a format that does not exist.
var ErrFormat = errors.New("unknown list format")

// Problem is a part of a file that could not be used, and why.
type Problem struct {
	Line   int // from 1
	Reason string
}

func (p Problem) String() string { return fmt.Sprintf("line %d: %s", p.Line, p.Reason) }

// layout is how a format is recognised and read.
type layout struct {
	format Format
	looks  func(head string) bool // nil: never by content
	read   func(*reading)
}

// layouts are in the order in which content is tried.
var layouts = []layout{
	{TorConsensus, looksTor, readTor},
	{AWSRanges, looksAWS, readAWS},
	{STIX, looksSTIX, readSTIX},
	{OTXCSV, looksOTX, readOTX},
	{FireEye, looksFireEye, readFireEye},
	{ProofPoint, looksProofPoint, readProofPoint},
	{AlienVault, looksAlienVault, readAlienVault},
	{CSV, looksCSV, readCSV},
	{TXT, nil, readTXT},
}

// reading is one file being read, and what came of it so far.
type reading struct {
	data       []byte
	column     string // of CSV
	most       int    // indicators
	indicators []Indicator
	problems   []Problem
	unkept     int // problems beyond maxProblems
}

// Read returns the indicators of a file in format f, gzip-compressed or not, and the parts that could not be used. Bad parts are
// never an error; the errors are those of r, ErrTooLarge for more than maxBytes (after decompression), and ErrFormat.
func Read(f Format, r io.Reader, maxBytes int64) ([]Indicator, []Problem, error) {
	data, err := readAll(r, maxBytes)
	if err != nil {
		return nil, nil, err
	}
	return parse(f, data, math.MaxInt)
}

// ListFromReader reads a list of at most MaxFileBytes whose entries are of category c, for account ("" for all).
func ListFromReader(name string, c Category, f Format, account string, r io.Reader) (List, []Problem, error) {
	return ListUpTo(math.MaxInt, name, c, f, account, r)
}

// ListUpTo is ListFromReader for files of strangers: it reads no more than most indicators, and returns ErrTooMany where there are
// more.
func ListUpTo(most int, name string, c Category, f Format, account string, r io.Reader) (List, []Problem, error) {
	data, err := readAll(r, MaxFileBytes)
	if err != nil {
		return List{}, nil, fmt.Errorf("read list %s: %w", name, err)
	}
	indicators, problems, err := parse(f, data, most)
	if err != nil {
		return List{}, nil, fmt.Errorf("read list %s: %w", name, err)
	}
	sum := sha256.Sum256(data)
	return List{Name: name, Category: c, Account: account, SHA256: hex.EncodeToString(sum[:]), Indicators: indicators}, problems, nil
}

func readAll(r io.Reader, maxBytes int64) ([]byte, error) {
	data, err := readBounded(r, maxBytes)
	if err != nil || !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		return data, err
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("decompress list: %w", err)
	}
	data, err = readBounded(z, maxBytes)
	if err != nil {
		return nil, fmt.Errorf("decompress list: %w", err)
	}
	return data, nil
}

func readBounded(r io.Reader, maxBytes int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxBytes+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > maxBytes {
		return nil, fmt.Errorf("%w: over %d bytes", ErrTooLarge, maxBytes)
	}
	return data, nil
}

func parse(f Format, data []byte, most int) ([]Indicator, []Problem, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	name, column, _ := strings.Cut(string(f), ":")
	l, ok := layoutOf(Format(name), data)
	if !ok {
		return nil, nil, fmt.Errorf("%w: %q", ErrFormat, f)
	}
	r := &reading{data: data, column: column, most: most}
	l.read(r)
	if r.full() {
		return nil, nil, fmt.Errorf("%w: over %d", ErrTooMany, most)
	}
	if r.unkept > 0 {
		r.problems = append(r.problems, Problem{r.problems[len(r.problems)-1].Line, fmt.Sprintf("%d more problems after this line", r.unkept)})
	}
	return r.indicators, r.problems, nil
}

func layoutOf(f Format, data []byte) (layout, bool) {
	head := string(data[:min(len(data), detectionBytes)])
	for _, l := range layouts {
		if l.format == f || f == Detect && (l.looks == nil || l.looks(head)) {
			return l, true
		}
	}
	return layout{}, false
}

// bad records that something on a line could not be used.
func (r *reading) bad(line int, reason string) {
	if len(r.problems) >= maxProblems {
		r.unkept++
		return
	}
	r.problems = append(r.problems, Problem{line, reason})
}

// add records an indicator, or the problem with it.
func (r *reading) add(line int, ind Indicator, err error) {
	if err != nil {
		r.bad(line, err.Error())
		return
	}
	if !r.full() {
		r.indicators = append(r.indicators, ind)
	}
}

// threatName bounds a name that a list gives to any number of indicators.
func threatName(s string) string {
	return strings.Clone(strings.ToValidUTF8(s[:min(len(s), maxThreatBytes)], ""))
}

// full reports whether there are too many indicators, so that nothing more need be read.
func (r *reading) full() bool { return len(r.indicators) > r.most }

// lines yields the lines of the file with their numbers, without space at the ends, until the reading is full. Empty and overlong
// ones are left out.
func (r *reading) lines(yield func(int, string) bool) {
	n := 0
	for raw := range bytes.Lines(r.data) {
		if r.full() {
			return
		}
		n++
		raw = bytes.TrimSpace(raw)
		if len(raw) > maxLineBytes {
			r.bad(n, "line is too long")
			continue
		}
		if len(raw) > 0 && !yield(n, string(raw)) {
			return
		}
	}
}

// firstLine returns the first line of head that is not empty or a comment, in lower case.
func firstLine(head string) string {
	for line := range strings.Lines(head) {
		line = strings.TrimSpace(line)
		if line != "" && line[0] != '#' && line[0] != ';' {
			return strings.ToLower(line)
		}
	}
	return ""
}
