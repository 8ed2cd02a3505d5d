package pipeline

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/klauspost/compress/zstd"

	"picket"
	"picket/service"
)

// batch is what came of messages that aren't applied yet, beside findings.
type batch struct {
	bytes  int64 // unpacked
	intake map[intakeKey]*service.Intake
	latest *service.Intake // of the record before: most records are of the same
	key    intakeKey       // its
	strays map[packed][][]byte
	unread map[int64]unread // by message
	hits   []service.ListHit
	dry    []service.RuleHit

	accounts, regions map[string]int64 // of records that are not analysed because of them, see service.Strain
}

// unread is what could not be read of an object.
type unread struct {
	of  *picket.LogObject
	all []service.Unread
}

// unknown stands for a region that neither a record nor its object names.
const unknown = "unknown"

// keep notes what could not be read of an object.
func (b *batch) keep(seq int64, o *picket.LogObject, all []service.Unread) {
	for i := range all {
		u := &all[i]
		u.Account, u.Region, u.Source, u.Object, u.Version = o.Account, o.Region, o.Source, o.Name, o.Version
		u.Again = within(u.Again, o.Again)
	}
	all = slices.DeleteFunc(all, func(u service.Unread) bool { return len(u.Again) == 0 })
	if len(all) == 0 {
		return
	}
	if b.unread == nil {
		b.unread = map[int64]unread{}
	}
	b.unread[seq] = unread{o, all}
}

// intakeKey is what is counted together.
type intakeKey struct{ account, region, kind string }

// Bounds of what is told apart of an intake between two checkpoints.
const (
	maxResources    = 1000
	maxResourceName = 256
)

// count counts a record, and reports whether it is to be analysed: if there is no reason why not. Those of accounts that have
// no detector are counted together, because who writes logs may invent accounts. resource is what the record was written of; it
// may be empty.
func (b *batch) count(kind, account, region, resource string, sec int64, size int, why string) bool {
	k := intakeKey{account, cmp.Or(region, unknown), kind}
	if why == nobodys {
		k.account, k.region = "", unknown
	}
	if b.latest == nil || k != b.key {
		b.latest, b.key = b.intakeOf(k)
	}
	in := b.latest
	in.Last = max(in.Last, sec)
	if why == "" {
		in.Records, in.Bytes = in.Records+1, in.Bytes+int64(size)
		if sum := in.Resources[resource]; sum != nil { // by pointer: to assign to a key is to keep the string that it is looked up by
			sum.Records, sum.Bytes = sum.Records+1, sum.Bytes+int64(size)
		} else if resource != "" && len(resource) <= maxResourceName && len(in.Resources) < maxResources {
			in.Resources[strings.Clone(resource)] = &service.Amount{Records: 1, Bytes: int64(size)}
		}
		return true
	}
	if in.Skipped == nil {
		in.Skipped = map[string]int64{}
	}
	in.Skipped[why]++
	switch why {
	case nobodys:
		b.accounts = told(b.accounts, account)
	case notEnabled:
		b.regions = told(b.regions, region)
	}
	return false
}

// told counts a record under a name, or under none where that is long or there are many: who writes logs may invent them.
func told(in map[string]int64, name string) map[string]int64 {
	if in == nil {
		in = map[string]int64{}
	}
	if _, known := in[name]; !known && (len(name) > maxResourceName || len(in) >= maxResources) {
		name = ""
	}
	in[strings.Clone(name)]++ // a map takes the key that it is given last
	return in
}

// intakeOf returns what is counted under a key, and the key, as it can be kept.
func (b *batch) intakeOf(k intakeKey) (*service.Intake, intakeKey) {
	if in := b.intake[k]; in != nil {
		return in, intakeKey{in.Account, in.Region, in.Kind}
	}
	k = intakeKey{strings.Clone(k.account), strings.Clone(k.region), k.kind}
	in := &service.Intake{Account: k.account, Region: k.region, Kind: k.kind, Resources: map[string]*service.Amount{}}
	if b.intake == nil {
		b.intake = map[intakeKey]*service.Intake{}
	}
	b.intake[k] = in
	return in, k
}

// maxStray is how many bytes of strays a message brings, before they are packed.
const maxStray = 256 << 10

// packed are strays that travel together.
type packed struct {
	to     int
	header string // of flow records
	of     *picket.LogObject
}

// stray adds a record.
func (b *batch) stray(k packed, raw string) {
	if b.strays == nil {
		b.strays = map[packed][][]byte{}
	}
	line := []byte(raw)
	if k.header == "" { // JSON, which may have been logged over several lines
		var one bytes.Buffer
		if json.Compact(&one, line) == nil {
			line = one.Bytes()
		}
	}
	list := b.strays[k]
	if n := len(list); n == 0 || len(list[n-1]) > maxStray {
		var begun []byte
		if k.header != "" {
			begun = append([]byte(k.header), '\n')
		}
		list = append(list, begun)
	}
	last := &list[len(list)-1]
	*last = append(append(*last, line...), '\n')
	b.strays[k] = list
}

// messages are the strays as messages, by partition.
func (b *batch) messages() (map[int][]picket.Message, error) {
	if len(b.strays) == 0 {
		return nil, nil
	}
	e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, fmt.Errorf("set up compression: %w", err)
	}
	out := map[int][]picket.Message{}
	for k, list := range b.strays {
		for _, records := range list {
			out[k.to] = append(out[k.to], picket.Message{Object: &picket.LogObject{
				Source: k.of.Source, Name: k.of.Name, Version: k.of.Version, Inline: e.EncodeAll(records, nil), Delivered: k.of.Delivered,
			}})
		}
	}
	return out, nil
}
