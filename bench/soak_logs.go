package main

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/klauspost/compress/gzip"

	"picket/event"
)

// feeder makes files of a day's logs, again and again, as they would be if they were delivered now: each record is as much
// older than its file as it was. Records of another cycle have other ids.
type feeder struct {
	templates    []template
	logs, staged string // folders
	files        []fed  // that were put
	gone         int    // of them, those that were taken away
	records      int    // in all files
	made         int

	// What is used again and again: the bench must leave the processor to the server.
	in             *bufio.Reader
	unzip          *gzip.Reader
	zip            *gzip.Writer
	all, one, file bytes.Buffer
}

type fed struct {
	path string
	at   time.Time
}

// template is some files of one folder that become one file.
type template struct {
	kind   event.Kind
	folder string // with account, service and place
	name   string // with %s for time and number
	parts  []past
}

type past struct {
	path      string
	delivered time.Time
}

// templateSize is how large a file is, packed, at least: a few large ones cost a server less than many small ones, as its looks
// at the folder do.
const templateSize = 512 << 10

var stampAndNumber = regexp.MustCompile(`_\d{8}T\d{4}Z_[^.]+`)

// newFeeder reads what logs a day has, and makes the folder that is fed.
func newFeeder(day, dir string) (*feeder, error) {
	f := &feeder{logs: filepath.Join(dir, "AWSLogs"), staged: filepath.Join(dir, "staged"), in: bufio.NewReaderSize(nil, 1<<20), unzip: new(gzip.Reader)}
	f.zip, _ = gzip.NewWriterLevel(nil, gzip.BestSpeed)
	last, size := "", int64(0)
	err := filepath.WalkDir(filepath.Join(day, "AWSLogs"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		folder, err := filepath.Rel(filepath.Join(day, "AWSLogs"), filepath.Join(filepath.Dir(path), "../../.."))
		if err != nil {
			return err
		}
		place := event.ParsePath(filepath.ToSlash(path))
		name := stampAndNumber.ReplaceAllString(d.Name(), "_%s")
		if key := filepath.Join(folder, name); key != last || size >= templateSize {
			f.templates, last, size = append(f.templates, template{kind: place.Kind, folder: folder, name: name}), key, 0
		}
		t := &f.templates[len(f.templates)-1]
		t.parts, size = append(t.parts, past{path, place.Time}), size+info.Size()
		return nil
	})
	rand.New(rand.NewPCG(1, 1)).Shuffle(len(f.templates), func(i, j int) { f.templates[i], f.templates[j] = f.templates[j], f.templates[i] })
	return f, cmp.Or(err, os.Mkdir(f.logs, 0o755), os.Mkdir(f.staged, 0o755))
}

// stage makes the next file, where nobody looks, and returns its path.
func (f *feeder) stage(now time.Time) (string, error) {
	t := f.templates[f.made%len(f.templates)]
	cycle := fmt.Sprintf("%08x", f.made/len(f.templates))
	f.all.Reset()
	for i, p := range t.parts {
		b, err := f.unpacked(p.path)
		if err != nil {
			return "", err
		}
		body, n := asOf(t.kind, b, now.Truncate(time.Second).Sub(p.delivered), cycle)
		f.records += n
		if i > 0 {
			body = t.further(&f.all, body)
		}
		f.all.Write(body)
	}
	name := fmt.Sprintf(t.name, fmt.Sprintf("%s_%08x", now.UTC().Format("20060102T150405Z"), f.made))
	path := filepath.Join(f.staged, t.folder, now.UTC().Format("2006/01/02"), name)
	f.made++
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return "", err
	}
	f.file.Reset()
	f.zip.Reset(&f.file)
	if _, err := f.zip.Write(f.all.Bytes()); err != nil {
		return "", err
	}
	if err := f.zip.Close(); err != nil {
		return "", err
	}
	return path, os.WriteFile(path, f.file.Bytes(), 0o644)
}

func (f *feeder) unpacked(path string) ([]byte, error) {
	in, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	f.in.Reset(in)
	if err := f.unzip.Reset(f.in); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	f.one.Reset()
	if _, err := f.one.ReadFrom(f.unzip); err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return f.one.Bytes(), nil
}

// further is what of a body follows what is written already, of which it takes the end away.
func (t template) further(all *bytes.Buffer, body []byte) []byte {
	switch t.kind {
	case event.KindCloudTrail:
		all.Truncate(all.Len() - len("]}"))
		all.WriteByte(',')
		return body[len(`{"Records":[`):]
	case event.KindFlow:
		_, body, _ = bytes.Cut(body, []byte("\n"))
	}
	return body
}

// put moves a file to the folder.
func (f *feeder) put(staged string, now time.Time) error {
	rel, err := filepath.Rel(f.staged, staged)
	if err != nil {
		return err
	}
	path := filepath.Join(f.logs, rel)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f.files = append(f.files, fed{path, now})
	return os.Rename(staged, path)
}

// forget takes away what was put before a time, of the first n files.
func (f *feeder) forget(n int, before time.Time) error {
	for ; f.gone < n && f.files[f.gone].at.Before(before); f.gone++ {
		if err := os.Remove(f.files[f.gone].path); err != nil {
			return err
		}
	}
	return nil
}

// asOf makes records later, and their ids those of a cycle, and counts them.
func asOf(kind event.Kind, b []byte, shift time.Duration, cycle string) (body []byte, n int) {
	switch kind {
	case event.KindCloudTrail:
		each(b, `"eventID":"`, func(at []byte) { copy(at, cycle) })
		return b, each(b, `"eventTime":"`, func(at []byte) { later(at, shift) })
	case event.KindDNS:
		return b, each(b, `"query_timestamp":"`, func(at []byte) { later(at, shift) })
	}
	header, rest, _ := bytes.Cut(b, []byte("\n"))
	columns := bytes.Fields(header)
	start := slices.IndexFunc(columns, func(c []byte) bool { return string(c) == "start" }) // "end" follows it
	for line := range bytes.Lines(rest) {
		for range start {
			line = line[bytes.IndexByte(line, ' ')+1:]
		}
		for range 2 {
			end := bytes.IndexByte(line, ' ')
			if s, err := strconv.ParseInt(string(line[:end]), 10, 64); err == nil {
				copy(line[:end], strconv.FormatInt(s+int64(shift/time.Second), 10))
			}
			line = line[end+1:]
		}
		_, status, _ := bytes.Cut(line, []byte(" "))
		if !bytes.HasPrefix(status, []byte("NODATA")) && !bytes.HasPrefix(status, []byte("SKIPDATA")) { // these are no records of flows
			n++
		}
	}
	return b, n
}

// each calls f with what follows each key.
func each(b []byte, key string, f func(at []byte)) (n int) {
	for k := []byte(key); ; n++ {
		i := bytes.Index(b, k)
		if i < 0 {
			return n
		}
		b = b[i+len(k):]
		f(b)
	}
}

// later moves the time that stands there.
func later(at []byte, shift time.Duration) {
	if t, err := time.Parse(time.RFC3339, string(at[:len("2006-01-02T15:04:05Z")])); err == nil {
		copy(at, t.Add(shift).Format(time.RFC3339))
	}
}
