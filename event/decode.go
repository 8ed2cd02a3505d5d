package event

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

var (
	magicGzip    = []byte{0x1f, 0x8b}
	magicZstd    = []byte{0x28, 0xb5, 0x2f, 0xfd}
	magicParquet = []byte("PAR1")
)

// Binary reports whether an object that begins so is no text: it is compressed, or Parquet.
func Binary(begin []byte) bool {
	return bytes.HasPrefix(begin, magicGzip) || bytes.HasPrefix(begin, magicZstd) || bytes.HasPrefix(begin, magicParquet)
}

// maxLayers is how often an object may be compressed over: Firehose makes gzip in gzip.
const maxLayers = 4

// layer undoes one compression. Its parts are made when first needed and used again for the next object.
type layer struct {
	in *bufio.Reader
	gz *gzip.Reader
	zs *zstd.Decoder
}

// decoder undoes the compressions of an object, told by their magic bytes.
type decoder struct {
	layers [maxLayers + 1]layer
}

// open returns the decompressed bytes of r and whether they are Parquet. No layer may hold more than most bytes: what the
// innermost holds says nothing of those around it.
func (d *decoder) open(r io.Reader, most int64) (_ io.Reader, parquet bool, _ error) {
	for i := range d.layers {
		l := &d.layers[i]
		if l.in == nil {
			l.in = bufio.NewReaderSize(nil, 64<<10)
		}
		l.in.Reset(r)
		magic, err := l.in.Peek(len(magicZstd))
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, false, fmt.Errorf("read object: %w", err)
		}
		switch {
		case bytes.Equal(magic, magicParquet):
			return l.in, true, nil
		case bytes.HasPrefix(magic, magicGzip):
			r, err = l.gunzip()
		case bytes.Equal(magic, magicZstd):
			r, err = l.unzstd()
		default:
			return l.in, false, nil
		}
		if err != nil {
			return nil, false, fmt.Errorf("open compressed object: %w", err)
		}
		r = &capped{Reader: r, left: most, cap: most}
	}
	return nil, false, errors.New("object is compressed more than 4 times over")
}

// capped is an error from where it reads more than so many bytes.
type capped struct {
	io.Reader
	left, cap int64
}

// Read implements io.Reader.
func (c *capped) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if c.left -= int64(n); c.left < 0 {
		err = tooLarge(c.cap)
	}
	return n, err
}

func tooLarge(most int64) error {
	return fmt.Errorf("object is larger than the cap of %d decompressed bytes", most)
}

func (l *layer) gunzip() (io.Reader, error) {
	if l.gz != nil {
		return l.gz, l.gz.Reset(l.in)
	}
	var err error
	l.gz, err = gzip.NewReader(l.in)
	return l.gz, err
}

func (l *layer) unzstd() (io.Reader, error) {
	if l.zs != nil {
		return l.zs, l.zs.Reset(l.in)
	}
	var err error
	l.zs, err = zstd.NewReader(l.in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
	return l.zs, err
}

// stream is a window on decompressed bytes: buf[pos:end] is read and not yet used.
type stream struct {
	in       io.Reader
	buf      []byte
	pos, end int
	base     int64 // offset of buf[0]
	limit    int64 // bytes that may still be read
	cap      int64
	err      error // io.EOF at the end
	done     bool  // read to the end; an error that wraps io.EOF is not it
}

// blockSize is chosen to stay in a core's cache between gunzip and scan.
const blockSize = 256 << 10

func (s *stream) reset(in io.Reader, limit int64) {
	if s.buf == nil {
		s.buf = make([]byte, blockSize)
	}
	*s = stream{in: in, buf: s.buf, limit: limit, cap: limit}
}

// offset returns where the unused bytes begin.
func (s *stream) offset() int64 { return s.base + int64(s.pos) }

// fill moves the unused bytes to the front, makes the buffer larger if they fill it, and reads until it is full or the
// object ends. It reports whether there are new bytes. Filling it keeps what is read independent of how r hands it out.
func (s *stream) fill() bool {
	if s.err != nil {
		return false
	}
	if s.pos > 0 {
		copy(s.buf, s.buf[s.pos:s.end])
		s.base += int64(s.pos)
		s.end -= s.pos
		s.pos = 0
	}
	if s.end == len(s.buf) {
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	before := s.end
	for s.end < len(s.buf) && s.err == nil {
		n, err := s.in.Read(s.buf[s.end:min(int64(len(s.buf)), int64(s.end)+s.limit+1)])
		s.end += n
		s.limit -= int64(n)
		s.err, s.done = err, err == io.EOF
		if s.limit < 0 {
			s.end--
			s.limit = 0
			s.err, s.done = tooLarge(s.cap), false
		}
	}
	if s.err != nil && !s.done {
		s.err = s.explain(s.err)
	}
	return s.end > before
}

func (s *stream) explain(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("object is truncated after %d decompressed bytes: %w", s.base+int64(s.end), err)
	}
	return fmt.Errorf("read object after %d decompressed bytes: %w", s.base+int64(s.end), err)
}

// ended reports whether the object is read to its end, and nothing went wrong.
func (s *stream) ended() bool { return s.done }
