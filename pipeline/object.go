package pipeline

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/klauspost/compress/zstd"

	"picket"
	"picket/event"
	"picket/service"
)

// open opens the records of a message.
func (p *Pipeline) open(ctx context.Context, o *picket.LogObject) (io.ReadCloser, error) {
	if len(o.Inline) == 0 {
		return p.cfg.Open(ctx, o)
	}
	r, err := zstd.NewReader(bytes.NewReader(o.Inline), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("unpack inline records: %w", err)
	}
	return r.IOReadCloser(), nil
}

func options(seq int64, o *picket.LogObject) event.Options {
	return event.Options{Object: uint64(seq), Account: o.Account, Region: o.Region, FlowFormat: o.FlowFormat}
}

// insistOn opens the records of a message, again and again while that may help. It does so once for all that a source has: after an
// object that could not be opened, others are tried once, and so are those that were set aside before.
func (p *Pipeline) insistOn(ctx context.Context, o *picket.LogObject) (io.ReadCloser, error) {
	left := p.cfg.Patience
	if o.Tries > 0 || p.isTired(o.Source) {
		left = 0
	}
	in, err := p.open(ctx, o)
	for pause := time.Second; left > 0 && mayHelp(err); pause *= 2 {
		pause = min(pause, left)
		left -= pause
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		in, err = p.open(ctx, o)
	}
	if err == nil || mayHelp(err) {
		p.setTired(o.Source, err != nil)
	}
	return in, err
}

// mayHelp reports whether trying again within seconds may cure an error of open.
func mayHelp(err error) bool {
	return err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission)
}

func (p *Pipeline) isTired(source string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tired[source]
}

func (p *Pipeline) setTired(source string, tired bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if tired {
		p.tired[source] = true
	} else {
		delete(p.tired, source)
	}
}

// read feeds the records of an object to the engine. What can't be read is kept as unread; only the end of ctx is an error.
func (p *partition) read(ctx context.Context, seq int64, o *picket.LogObject) error {
	h := &reading{partition: p, object: o, seq: seq}
	in, err := p.pipeline.insistOn(ctx, o)
	if err == nil {
		err = picket.Guarded(func() error {
			stats, err := p.reader.Read(&bound{in, ctx}, options(seq, o), h)
			p.batch.bytes += stats.Bytes
			return err
		})
		err = errors.Join(err, in.Close())
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	h.end(err, in == nil && !errors.Is(err, fs.ErrNotExist))
	if err != nil {
		p.fresh = keepNow // the state is kept with the position: who read the log again might find it readable
	}
	if !o.Test { // it is gone soon after it came
		p.batch.keep(seq, o, h.unread)
	}
	return nil
}

// bound ends with its context.
type bound struct {
	io.Reader
	ctx context.Context
}

// Read implements io.Reader.
func (b *bound) Read(into []byte) (int, error) {
	if err := b.ctx.Err(); err != nil {
		return 0, err
	}
	return b.Reader.Read(into)
}

// CloudTrail implements event.Handler.
func (r *reading) CloudTrail(t *event.CloudTrail) {
	if !r.at(t.Offset) || r.strayed(t.Ref, t.Account, "", t.Raw) {
		return
	}
	region, why := r.routes.Trail(t)
	kind, resource := event.KindCloudTrail.String(), ""
	if objectEvent(t) {
		kind, resource = service.S3Events, t.RequestParameters.Get("bucketName").Str()
	}
	if !r.batch.count(kind, t.Account, cmp.Or(region, t.Region), resource, t.Time, len(t.Raw), why) {
		return
	}
	t.Region = region
	r.timely(event.KindCloudTrail, t.Time)
	r.judge(t.Ref, func() { r.feed.CloudTrail(t) })
}

// Flow implements event.Handler.
func (r *reading) Flow(f *event.Flow) {
	if !r.at(f.Offset) || r.strayed(f.Ref, f.Account, f.Header, f.Raw) {
		return
	}
	why := r.routes.Other(f.Account, f.Region, f.Start, f.End)
	if r.batch.count(event.KindFlow.String(), f.Account, f.Region, cmp.Or(f.Instance, f.Interface), f.Start, len(f.Raw), why) {
		r.timely(event.KindFlow, f.Start)
		r.feed.Flow(f)
	}
}

// DNS implements event.Handler.
func (r *reading) DNS(d *event.DNS) {
	if !r.at(d.Offset) || r.strayed(d.Ref, d.Account, "", d.Raw) {
		return
	}
	why := r.routes.Other(d.Account, d.Region, d.Time, d.Time)
	if r.batch.count(event.KindDNS.String(), d.Account, d.Region, cmp.Or(d.Instance, d.VPC), d.Time, len(d.Raw), why) {
		r.timely(event.KindDNS, d.Time)
		r.judge(d.Ref, func() { r.feed.DNS(d) })
	}
}

// timely sees to it that the record that was counted last finds its windows open.
func (r *reading) timely(kind event.Kind, sec int64) {
	if sec < r.decided[kind] {
		r.batch.latest.Late = r.batch.latest.Late.Plus(service.Late{Records: 1, First: sec, Last: sec, At: time.Now().Unix()})
		r.reopen(kind, sec)
	}
}

// judge has a rule's panic cost the record and no more.
func (r *reading) judge(at event.Ref, f func()) {
	if err := picket.Guarded(func() error { f(); return nil }); err != nil {
		r.failed(event.Bad{Offset: at.Offset, Reason: err.Error()})
	}
}

// strayed sets a record aside that is of another partition's account: it goes into that partition's log, unless it came from
// an account that may speak for none but itself.
func (r *reading) strayed(at event.Ref, account, header, raw string) bool {
	if r.object.Only && account != r.object.Account {
		r.failed(event.Bad{Offset: at.Offset, Reason: "a record of account " + account + ", pushed by account " + r.object.Account})
		return true
	}
	if account == "" || picket.PartitionOf(account) == r.number {
		return false
	}
	r.batch.stray(packed{picket.PartitionOf(account), header, r.object}, raw)
	return true
}
