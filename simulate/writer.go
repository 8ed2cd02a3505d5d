package simulate

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"picket/event"
)

// Deliveries are cut at these sizes, before compression.
const (
	maxCloudTrailFile = 6 << 20
	maxLinesFile      = 32 << 20
)

// writer writes units, one at a time. Its buffers are used again and again.
type writer struct {
	w       *world
	out     string
	plan    plan
	volumes [4]Volume // by kind

	zip  *gzip.Writer
	file bytes.Buffer
	dirs map[string]bool

	slots  [slotsAnHour + maxLate]delivery
	record []byte
}

const (
	slotsAnHour = 3600 / slot
	maxLate     = 3 // slots that a CloudTrail record can be late
)

// delivery is what arrives in one slot: records, each ended by sep.
type delivery struct {
	buf     []byte
	records int
}

func newWriter(w *world, out string, p plan) *writer {
	zip, _ := gzip.NewWriterLevel(nil, gzip.DefaultCompression)
	return &writer{w: w, out: out, plan: p, zip: zip, dirs: map[string]bool{}}
}

func (wr *writer) unit(u unit) error {
	switch u.kind {
	case event.KindCloudTrail:
		return wr.cloudTrail(u)
	case event.KindFlow:
		return wr.flows(u)
	}
	return wr.queries(u)
}

// rng returns the generator of a unit.
func (wr *writer) rng(u unit) rng {
	return newRNG(wr.w.opts.Seed, u.kind.String(), u.acct.id, u.reg.name, time.Unix(u.hour, 0).UTC().Format(time.RFC3339))
}

// lines writes the delivery of one slot as a file of lines, perhaps more than one.
func (wr *writer) lines(u unit, r *rng, d *delivery, header, service, place, stem string, at int64) error {
	if d.records == 0 {
		return nil
	}
	for rest := d.buf; len(rest) > 0; {
		part := rest
		if len(part) > maxLinesFile {
			part = part[:bytes.LastIndexByte(part[:maxLinesFile], '\n')+1]
		}
		rest = rest[len(part):]
		name := fmt.Sprintf("%s_%s_%s.log.gz", stem, stamp(at), r.hex(8))
		if err := wr.compress(u, service, place, name, at, header, part, ""); err != nil {
			return err
		}
	}
	wr.volumes[u.kind].Records += d.records
	*d = delivery{buf: d.buf[:0]}
	return nil
}

// compress writes a file of three parts.
func (wr *writer) compress(u unit, service, place, name string, at int64, head string, body []byte, tail string) error {
	folder := dir(wr.out, u.acct.id, service, place, time.Unix(at, 0).UTC())
	if !wr.dirs[folder] {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			return fmt.Errorf("create folder of logs: %w", err)
		}
		wr.dirs[folder] = true
	}
	wr.file.Reset()
	wr.zip.Reset(&wr.file)
	for _, part := range [][]byte{[]byte(head), body, []byte(tail)} {
		if _, err := wr.zip.Write(part); err != nil {
			return fmt.Errorf("compress %s: %w", name, err)
		}
	}
	if err := wr.zip.Close(); err != nil {
		return fmt.Errorf("compress %s: %w", name, err)
	}
	if err := os.WriteFile(filepath.Join(folder, name), wr.file.Bytes(), 0o644); err != nil {
		return fmt.Errorf("write log: %w", err)
	}
	v := &wr.volumes[u.kind]
	v.Files++
	v.Raw += int64(len(head) + len(body) + len(tail))
	v.Bytes += int64(wr.file.Len())
	return nil
}

// stamp is the time in a file's name.
func stamp(at int64) string { return time.Unix(at, 0).UTC().Format("20060102T1504Z") }

// fileID is the random end of a CloudTrail file's name.
func (r *rng) fileID() string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
	var b strings.Builder
	for range 16 {
		b.WriteByte(alphabet[r.n(len(alphabet))])
	}
	return b.String()
}

// appendTime appends a time as CloudTrail and Resolver write it.
func appendTime(b []byte, t int64) []byte {
	return time.Unix(t, 0).UTC().AppendFormat(b, "2006-01-02T15:04:05Z")
}
