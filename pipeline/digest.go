package pipeline

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path"
	"strings"
	"time"

	"github.com/klauspost/compress/gzip"

	"picket"
	"picket/event"
	"picket/service"
)

// Digests checks the files that CloudTrail writes each hour with the hashes of its log files: that each log file is there and
// has its hash, and that each digest names the one before it. It reads the log files once more, and so finds what was changed
// since they were read, too. It does not check signatures: those stand in the objects' metadata, under keys of AWS.
type Digests struct {
	Service *service.Service
	Open    func(ctx context.Context, o *picket.LogObject) (io.ReadCloser, error)
	Log     *slog.Logger
	Now     func() time.Time
}

const (
	digestKind     = "digest"         // of the outbox's entries
	digestPause    = 10 * time.Minute // before a digest is checked, and before it is again
	digestPatience = 2 * time.Hour    // after it came, what it names must be there
	digestPoll     = 5 * time.Second
	digestPutOff   = time.Hour // before what can't be read in the store is tried again
	maxDigest      = 64 << 20  // unpacked
	maxLogFile     = 4 << 30   // unpacked
)

// digestEntry is the body of an entry.
type digestEntry struct {
	Object picket.LogObject `json:"object"`
	Came   int64            `json:"came"` // milliseconds since the epoch
}

// digest is what is read of a digest file.
type digest struct {
	Account  string    `json:"awsAccountId"`
	Name     string    `json:"digestS3Object"`
	Bucket   string    `json:"digestS3Bucket"`
	End      time.Time `json:"digestEndTime"`
	Previous string    `json:"previousDigestS3Object"`
	Hash     string    `json:"previousDigestHashValue"`
	Files    []struct {
		Bucket string `json:"s3Bucket"`
		Name   string `json:"s3Object"`
		Hash   string `json:"hashValue"`
	} `json:"logFiles"`
}

// chain is the last digest of a trail in a region.
type chain struct {
	Name   string    `json:"name"`
	Hash   string    `json:"hash"`
	End    time.Time `json:"end"`
	Broken bool      `json:"broken,omitempty"`
}

// queueDigest has a digest file checked, once log files that it names are there too.
func queueDigest(tx picket.Tx, o picket.LogObject, now int64) error {
	body, err := json.Marshal(digestEntry{o, now})
	if err != nil {
		return fmt.Errorf("encode digest: %w", err)
	}
	return tx.Outbox().Put(picket.OutboxEntry{
		Kind: digestKind, ID: o.Source + " " + o.Name, Due: now + digestPause.Milliseconds(), Body: body,
	})
}

// Run works until ctx ends.
func (d *Digests) Run(ctx context.Context) {
	for ctx.Err() == nil {
		more := false
		err := picket.Guarded(func() (err error) {
			more, err = d.Step(ctx)
			return err
		})
		if err != nil && ctx.Err() == nil {
			d.Log.Error("check digests", "error", err)
		}
		if more && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-time.After(digestPoll):
		}
	}
}

// Step checks the digest file that is due longest, and reports whether there was one. Where something can't be read in the store, the
// check is put off, so that it holds up no other.
func (d *Digests) Step(ctx context.Context) (bool, error) {
	c := &check{Digests: d, ctx: ctx, now: d.Now().UnixMilli()}
	due, err := c.step()
	if errors.Is(err, picket.ErrUnreadable) {
		err = fmt.Errorf("the check of digest %q is put off: %w", c.entry.ID, err)
		err = errors.Join(err, d.Service.Store.Update(ctx, c.putOff))
	}
	return due, err
}

func (c *check) step() (due bool, err error) {
	err = c.Service.Store.View(c.ctx, func(tx picket.Tx) (err error) {
		due, err = c.load(tx)
		return err
	})
	if err != nil || !due {
		return due, err
	}
	if !c.moot {
		if err := c.run(); err != nil {
			return true, err
		}
	}
	return true, c.Service.Store.Update(c.ctx, c.settle)
}

// check is one digest file under way.
type check struct {
	*Digests
	ctx   context.Context
	now   int64
	entry picket.OutboxEntry
	digestEntry
	since int64 // seconds since the epoch, when the source began: what is from before is not checked
	moot  bool

	digest digest
	hash   string
	id     string // of the chain
	chain  chain  // before

	report service.DigestReport
	absent int // of its problems, those that may end by themselves
}

func (c *check) load(tx picket.Tx) (bool, error) {
	due, err := tx.Outbox().Due(digestKind, c.now, 1)
	if err != nil || len(due) == 0 {
		return false, err
	}
	c.entry = due[0]
	if err := json.Unmarshal(c.entry.Body, &c.digestEntry); err != nil {
		return false, fmt.Errorf("%w: %w", picket.ErrUnreadable, err)
	}
	c.report.Digest = below(c.Object.Name)
	base := path.Base(c.Object.Name)
	c.id = c.Object.Source + " " + base[:max(0, strings.LastIndexByte(base, '_'))]
	from, err := c.Service.SourceOf(tx, c.Object.Source)
	if picket.ErrorCode(err) == picket.CodeNotFound {
		c.moot = true
		return true, nil
	}
	if err != nil {
		return false, err
	}
	if c.since = cmp.Or(from.Since, from.CreatedAt/1000); c.Object.Delivered < c.since {
		c.moot = true
		return true, nil
	}
	if err := tx.Documents().Get(c.chainKey(), &c.chain); err != nil && picket.ErrorCode(err) != picket.CodeNotFound {
		return false, err
	}
	return true, nil
}

func (c *check) chainKey() picket.DocumentKey {
	return picket.DocumentKey{Kind: "digest-chain", Account: c.Object.Account, Region: c.Object.Region, ID: c.id}
}

// run notes what is wrong.
func (c *check) run() error {
	body, err := c.unpacked(&c.Object, maxDigest)
	if err == nil {
		sum := sha256.Sum256(body)
		c.hash = hex.EncodeToString(sum[:])
		err = json.Unmarshal(body, &c.digest)
	}
	switch {
	case c.ctx.Err() != nil:
		return c.ctx.Err()
	case err != nil:
		c.absent++
		c.report.Add("it can't be read: " + err.Error())
		return nil
	case c.digest.Account != c.Object.Account || below(c.digest.Name) != below(c.Object.Name):
		c.report.Add("it is not where it says it was delivered, to account " + c.digest.Account + ", as " + c.digest.Name)
		return nil
	}
	c.checkChain()
	for _, f := range c.digest.Files {
		if err := c.checkFile(f.Bucket, f.Name, f.Hash); err != nil {
			return err
		}
	}
	return nil
}

// below is the part of a name that doesn't depend on where a tree was copied to.
func below(name string) string {
	if i := strings.Index(name, "AWSLogs/"); i >= 0 {
		return name[i:]
	}
	return name
}

// checkChain compares a digest with the one before it, if that is known.
func (c *check) checkChain() {
	switch d, last := c.digest, c.chain; {
	case last.Name == "" || !d.End.After(last.End):
	case d.Previous == "":
		c.report.Add("it begins a new chain: logging or its validation was off after " + last.Name)
	case below(d.Previous) != last.Name:
		c.absent++
		c.report.Add("the digest before it is missing: " + d.Previous)
	case d.Hash != last.Hash:
		c.report.Add("the digest before it was altered: " + d.Previous)
	}
}

// checkFile compares a log file with its hash. A digest may ask only for log files beside it: of its own account and bucket.
func (c *check) checkFile(bucket, name, hash string) error {
	rel := below(name)
	place := event.ParsePath(rel)
	if bucket != c.digest.Bucket || place.Account != c.Object.Account || place.Kind != event.KindCloudTrail || place.Skip != "" {
		c.report.Add("it names what is no log file of account " + c.Object.Account + ": " + name)
		return nil
	}
	o := picket.LogObject{Source: c.Object.Source, Name: strings.TrimSuffix(c.Object.Name, below(c.Object.Name)) + rel}
	var known seen
	err := c.Service.Store.View(c.ctx, func(tx picket.Tx) error {
		return tx.Documents().Get(picket.DocumentKey{Kind: seenKind(o.Source), ID: o.Name}, &known)
	})
	if picket.ErrorCode(err) == picket.CodeNotFound {
		if place.Time.Unix() >= c.since {
			c.absent++
			c.report.Add("missing: " + name)
		}
		return nil
	}
	if err != nil {
		return err
	}
	o.Version, o.To = known.Version, known.To
	got, err := c.hashOf(&o)
	switch {
	case c.ctx.Err() != nil:
		return c.ctx.Err()
	case err != nil:
		c.absent++
		c.report.Add("can't be read any more: " + name + ": " + err.Error())
	case got != hash:
		c.report.Add("altered: " + name)
	}
	return nil
}

// plain opens what an object holds, unpacked.
func (c *check) plain(o *picket.LogObject) (io.Reader, io.Closer, error) {
	in, err := c.Open(c.ctx, o)
	if err != nil {
		return nil, nil, err
	}
	r := bufio.NewReaderSize(&bound{in, c.ctx}, 64<<10)
	if magic, _ := r.Peek(2); string(magic) != "\x1f\x8b" {
		return r, in, nil
	}
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, nil, errors.Join(err, in.Close())
	}
	return z, in, nil
}

func (c *check) unpacked(o *picket.LogObject, most int64) ([]byte, error) {
	r, in, err := c.plain(o)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	body, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(body)) > most {
		err = fmt.Errorf("over %d bytes", most)
	}
	return body, err
}

func (c *check) hashOf(o *picket.LogObject) (string, error) {
	r, in, err := c.plain(o)
	if err != nil {
		return "", err
	}
	defer in.Close()
	h := sha256.New()
	n, err := io.Copy(h, io.LimitReader(r, maxLogFile+1))
	if err == nil && n > maxLogFile {
		err = fmt.Errorf("over %d bytes", int64(maxLogFile))
	}
	return hex.EncodeToString(h.Sum(nil)), err
}

// putOff has it looked at again later.
func (c *check) putOff(tx picket.Tx) error {
	entry, err := tx.Outbox().Get(c.entry.Kind, c.entry.ID)
	if picket.ErrorCode(err) == picket.CodeNotFound { // another server did it
		return nil
	}
	if err != nil {
		return err
	}
	entry.Due = c.now + digestPutOff.Milliseconds()
	return tx.Outbox().Put(entry)
}

// settle stores what came of it: it is looked at again while all may still end well, and told otherwise.
func (c *check) settle(tx picket.Tx) error {
	if _, err := tx.Outbox().Get(c.entry.Kind, c.entry.ID); err != nil {
		if picket.ErrorCode(err) == picket.CodeNotFound { // another server did it
			return nil
		}
		return err
	}
	if c.absent > 0 && c.absent == c.report.Count && c.now-c.Came < digestPatience.Milliseconds() {
		later := c.entry
		later.Due = c.now + digestPause.Milliseconds()
		return tx.Outbox().Put(later)
	}
	if err := tx.Outbox().Delete(c.entry.Kind, c.entry.ID); err != nil || c.moot {
		return err
	}
	next, broken := c.chain, c.report.Count > 0
	if c.hash != "" && c.digest.End.After(c.chain.End) {
		next = chain{Name: below(c.Object.Name), Hash: c.hash, End: c.digest.End}
	}
	next.Broken = broken
	if err := tx.Documents().Put(c.chainKey(), next); err != nil {
		return err
	}
	if !broken && !c.chain.Broken {
		return nil
	}
	return c.Service.TellDigest(tx, c.Object.Account, c.Object.Region, c.report)
}
