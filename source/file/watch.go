package file

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"picket"
	"picket/event"
	"picket/pipeline"
	"picket/scan"
)

// Folder is a folder tree that logs are put into; files may appear whole, or grow by lines. It implements pipeline.Source.
type Folder struct {
	Path            string
	Account, Region string // of files whose path names none

	// May says why what is at a path, which has no links, must not be read. It is nil where everything may be.
	May func(real string) error

	looked map[string]pipeline.Object // files that grow by lines, as they were
}

// byLines are the names of files that may be read before they are whole, also once they were rotated: app.log, app.log.1.
var byLines = regexp.MustCompile(`(?i)\.(log|txt|jsonl|ndjson)([.-][0-9][0-9T.-]*)?$`)

// Look implements pipeline.Source. It looks at everything each time.
func (f *Folder) Look(context.Context, int64) (pipeline.Look, error) {
	now := time.Now().Unix()
	objects, problems := f.List(&scan.Filter{})
	var errs []error
	for _, p := range problems {
		errs = append(errs, fmt.Errorf("%s: %s", p.Object, p.Reason))
	}
	out, growing := make([]pipeline.Object, 0, len(objects)), map[string]pipeline.Object{}
	for _, o := range objects {
		if o.Place.Skip != "" && !o.Place.Digest {
			continue
		}
		changed, _ := time.Parse(time.RFC3339Nano, o.Version) // as List writes it
		p := pipeline.Object{Size: o.Size, Digest: o.Place.Digest, LogObject: picket.LogObject{
			Name: o.Name, Version: o.Version, Account: o.Place.Account, Region: o.Place.Region, Delivered: o.Place.Time.Unix(),
		}}
		if o.Place.Time.IsZero() {
			p.Delivered = changed.Unix()
		}
		p.Account, p.Region = cmp.Or(p.Account, f.Account), cmp.Or(p.Region, f.Region)
		if byLines.MatchString(o.Name) {
			if old, ok := f.looked[o.Name]; ok && old.Version == p.Version && old.Size == p.Size {
				p = old
			} else if err := lines(&p); err != nil {
				if !errors.Is(err, fs.ErrNotExist) { // else it went since the folder was listed
					errs = append(errs, err)
				}
				continue
			}
			growing[o.Name] = p
			if p.Lines && p.To < p.Size && time.Since(changed) > settled {
				p.To = p.Size
			}
		}
		out = append(out, p)
	}
	f.looked = growing
	return pipeline.Look{Objects: out, Through: now}, errors.Join(errs...)
}

// List returns what is in the folder as List does, and what must not be read as a problem.
func (f *Folder) List(filter *scan.Filter) ([]scan.Object, []scan.Problem) {
	return list([]string{f.Path}, filter, f.May)
}

const (
	longestLine = 16 << 20         // how far from its end the last whole line of a file is looked for
	settled     = 10 * time.Minute // without a change, after which the last line of a file is taken for whole without an end
)

// lines finds where the whole lines of a file end, and the names of its columns if it is a flow log. A last line that is JSON is
// whole without an end. What is compressed has no lines, whatever it is called: it is taken when it stopped changing.
func lines(p *pipeline.Object) error {
	f, err := os.Open(p.Name)
	if err != nil {
		return err
	}
	defer f.Close()
	magic := make([]byte, 4)
	if n, err := f.ReadAt(magic, 0); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("look how it begins: %w", err)
	} else if event.Binary(magic[:n]) {
		return nil
	}
	p.Lines = true
	from := max(0, p.Size-longestLine)
	for at, piece := p.Size, int64(64<<10); at > from; at -= piece {
		begin := max(from, at-piece)
		b := make([]byte, at-begin)
		if _, err := f.ReadAt(b, begin); err != nil {
			return fmt.Errorf("look for whole lines: %w", err)
		}
		if i := bytes.LastIndexByte(b, '\n'); i >= 0 {
			p.To = begin + int64(i) + 1
			break
		}
	}
	if n := p.Size - p.To; n > 0 && n <= longestLine {
		last := make([]byte, n)
		if _, err := f.ReadAt(last, p.To); err != nil {
			return fmt.Errorf("look for whole lines: %w", err)
		}
		if isDocument(last) {
			p.To = p.Size
		}
	}
	p.FlowFormat, p.Head = begins(f)
	return nil
}

// isDocument reports whether a line is an object or a list of JSON, which no more bytes could belong to.
func isDocument(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) > 0 && (line[0] == '{' || line[0] == '[') && json.Valid(line)
}

// begins returns the names of a file's columns, if it is a flow log, and what tells its first record from others.
func begins(f io.ReaderAt) (columns, head string) {
	in := bufio.NewReader(io.NewSectionReader(f, 0, 64<<10))
	first, err := in.ReadString('\n')
	if err == nil && strings.Contains(first, "srcaddr") {
		columns = strings.TrimSpace(first)
		first, _ = in.ReadString('\n') // that of columns says nothing of the records
	}
	if !strings.HasSuffix(first, "\n") && isDocument([]byte(first)) {
		first += "\n" // as it will be
	}
	if strings.HasSuffix(first, "\n") {
		sum := sha256.Sum256([]byte(first))
		head = hex.EncodeToString(sum[:8])
	}
	return columns, head
}

// Open implements pipeline.Source. A file is read only if it is the one that was listed, and again where it ends: another one in
// its place would be read twice, as it is listed by itself. One that grew by lines may have another name since.
func (f *Folder) Open(_ context.Context, o *picket.LogObject) (io.ReadCloser, error) {
	in, err := f.open(o.Name, o)
	if err != nil && o.Head != "" {
		entries, _ := os.ReadDir(filepath.Dir(o.Name)) // without them it stays as it is
		for _, e := range entries {
			if name := filepath.Join(filepath.Dir(o.Name), e.Name()); err != nil && byLines.MatchString(name) {
				if found, wrong := f.open(name, o); wrong == nil {
					in, err = found, nil
				}
			}
		}
	}
	if err != nil {
		return nil, err
	}
	if o.To == 0 {
		return &listed{in, in, o}, nil
	}
	return &listed{io.NewSectionReader(in, o.From, o.To-o.From), in, o}, nil
}

// open opens a file if it is what was listed.
func (f *Folder) open(name string, o *picket.LogObject) (*os.File, error) {
	if f.May != nil {
		real, err := filepath.EvalSymlinks(name)
		if err == nil {
			err = f.May(real)
		}
		if err != nil {
			return nil, err
		}
	}
	in, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	if err := same(in, o); err != nil {
		in.Close()
		return nil, err
	}
	return in, nil
}

// same returns an error if a file is not what was listed.
func same(in *os.File, o *picket.LogObject) error {
	info, err := in.Stat()
	switch {
	case err != nil:
		return err
	case o.To == 0 && info.ModTime().UTC().Format(time.RFC3339Nano) != o.Version:
		return fmt.Errorf("%s: %w as it was listed: it was changed", o.Name, fs.ErrNotExist)
	case o.To == 0:
		return nil
	case info.Size() < o.To:
		return fmt.Errorf("%s: it had %d bytes, and has %d now", o.Name, o.To, info.Size()) // it may be written anew just now
	case o.Head == "":
		return nil
	}
	if _, head := begins(in); head != o.Head {
		return fmt.Errorf("%s: %w as it was listed: it begins with another record now", o.Name, fs.ErrNotExist)
	}
	return nil
}

// listed is a file that must be what was listed until its end.
type listed struct {
	io.Reader
	file *os.File
	of   *picket.LogObject
}

// Read implements io.Reader.
func (l *listed) Read(into []byte) (int, error) {
	n, err := l.Reader.Read(into)
	if errors.Is(err, io.EOF) {
		err = cmp.Or(same(l.file, l.of), err)
	}
	return n, err
}

// Close implements io.Closer.
func (l *listed) Close() error { return l.file.Close() }
