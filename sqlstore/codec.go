package sqlstore

import (
	"encoding/json"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/klauspost/compress/zstd"

	"picket"
)

// maxDocument bounds what a stored finding unpacks to: evidence is 256 KiB at most.
const maxDocument = 16 << 20

// codec turns findings into what finding_docs holds, and back. It serves all transactions.
type codec struct {
	encoder *zstd.Encoder
	decoder *zstd.Decoder
	kinds   sync.Map                             // what criteria see of each kindKey
	known   atomic.Pointer[table[kind, kindKey]] // the kinds that were read last
	traits  atomic.Pointer[table[trait, string]]
}

func newCodec() (*codec, error) {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(maxDocument))
	if err != nil {
		return nil, fmt.Errorf("set up decompression: %w", err)
	}
	return &codec{encoder: e, decoder: d}, nil
}

func (c *codec) pack(f *picket.Finding) ([]byte, error) {
	doc, err := json.Marshal(f)
	if err != nil {
		return nil, fmt.Errorf("encode finding: %w", err)
	}
	return c.encoder.EncodeAll(doc, nil), nil
}

func (c *codec) unpack(packed []byte, into *picket.Finding) error {
	doc, err := c.decoder.DecodeAll(packed, nil)
	if err != nil {
		return unreadable(fmt.Errorf("decompress finding: %w", err))
	}
	if err := json.Unmarshal(doc, into); err != nil {
		return unreadable(fmt.Errorf("decode finding: %w", err))
	}
	return nil
}

// unreadable marks what decoding says.
func unreadable(err error) error {
	if err != nil {
		err = fmt.Errorf("%w: %w", picket.ErrUnreadable, err)
	}
	return err
}
