package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"
)

// enough is how many bytes of real logs, unpacked, are measured: smaller data sets are repeated.
const enough = 2 << 30

// repeat writes the files that match pattern, together as one file a day, into out, day after day: the same records at the
// same time of each day, so that none counts as read twice.
func repeat(pattern, out string) error {
	paths, err := filepath.Glob(pattern)
	if err != nil {
		return err
	}
	var all []byte
	for _, p := range paths {
		b, err := unpacked(p)
		if err != nil {
			return err
		}
		all = append(all, b...)
	}
	if len(all) == 0 {
		return fmt.Errorf("%s: no records", pattern)
	}
	times := stamps.FindAllIndex(all, -1)
	day := time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)
	for size := 0; size < enough; size += len(all) {
		move(all, times, day)
		if err := write(filepath.Join(out, day.Format("2006/01/02"), "records.gz"), all); err != nil {
			return err
		}
		day = day.AddDate(0, 0, 1)
	}
	return nil
}

// unpacked reads a file, gunzipped, JSON without the white space that AWS doesn't write either.
func unpacked(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var in io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if in, err = gzip.NewReader(f); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
	}
	b, err := io.ReadAll(in)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	var compact bytes.Buffer
	if strings.HasSuffix(path, ".json") {
		if err := json.Compact(&compact, b); err != nil {
			return nil, fmt.Errorf("read %s: %w", path, err)
		}
		b = append(compact.Bytes(), '\n')
	}
	return b, nil
}

// stamps are the dates of ISO 8601 times, and times in seconds since the epoch.
var stamps = regexp.MustCompile(`\b\d{4}-\d\d-\d\dT|\b1\d{9}\b`)

// move gives the times at places in records another date.
func move(records []byte, places [][]int, day time.Time) {
	for _, p := range places {
		stamp := records[p[0]:p[1]]
		if stamp[4] == '-' {
			day.AppendFormat(stamp[:0], "2006-01-02T")
			continue
		}
		sec, _ := strconv.ParseInt(string(stamp), 10, 64)
		strconv.AppendInt(stamp[:0], day.Unix()+sec%86400, 10)
	}
}

func write(path string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	if _, err := z.Write(b); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return os.WriteFile(path, zipped.Bytes(), 0o644)
}
