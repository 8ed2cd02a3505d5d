package service

import (
	"context"
	"encoding/json"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"picket"
	"picket/event"
	"picket/intel"
)

// ListPreview is what a list, as its location has it now, says of the last PreviewDays days.
type ListPreview struct {
	Entries  int              `json:"entries"`
	Note     string           `json:"note,omitempty"`
	Findings int              `json:"findings"`         // stored ones that were looked at
	Matched  int              `json:"matched"`          // about an address or name of the list
	Types    map[string]int64 `json:"types,omitempty"`  // of those that matched
	Things   map[string]int64 `json:"things,omitempty"` // addresses and names, with their findings
	Logs     *LogsPreview     `json:"logs,omitempty"`   // where they were looked at too
}

// LogsPreview is what a list says of logs.
type LogsPreview struct {
	Since int64 `json:"since"` // milliseconds since the epoch
	Looked
	Matched int64            `json:"matched"`          // records with an address or name of the list
	Things  map[string]int64 `json:"things,omitempty"` // addresses and names, with their records; a thousand at most
}

// Looked is what a look at logs went through.
type Looked struct {
	Sources  []string `json:"sources"`           // that were read
	LeftOut  []string `json:"leftOut,omitempty"` // sources that were not, and why
	Objects  int      `json:"objects"`
	Records  int64    `json:"records"` // that are analysed for the account in the region
	Problems []string `json:"problems,omitempty"`
	More     int      `json:"more,omitempty"` // problems
}

// PreviewDays is how far a preview looks back.
const PreviewDays = 30

// PreviewList tells what a list would have matched of the addresses and names in the account's stored findings.
func (s *Service) PreviewList(ctx context.Context, in ListOf) (ListPreview, error) {
	out, _, err := s.previewList(ctx, in)
	return out, err
}

// PreviewListInLogs is PreviewList, and tells what the list would have matched in what the account's sources hold: it reads that,
// which may take long.
func (s *Service) PreviewListInLogs(ctx context.Context, in ListOf) (ListPreview, error) {
	out, tables, err := s.previewList(ctx, in)
	if err != nil {
		return out, err
	}
	since := s.since()
	logs := &LogsPreview{Since: since.UnixMilli(), Things: map[string]int64{}}
	out.Logs = logs
	logs.Looked, err = s.LookAtLogs(ctx, in.Account, in.Region, since, func(record any) {
		thing, ok := inRecord(tables, record)
		if !ok {
			return
		}
		logs.Matched++
		if _, known := logs.Things[thing]; known || len(logs.Things) < hitEntries {
			logs.Things[strings.Clone(thing)]++
		}
	})
	return out, err
}

func (s *Service) since() time.Time { return s.Now().AddDate(0, 0, -PreviewDays) }

// previewing bounds the memory that previews take: an account has one at a time, a few of all have a file or are fetching it, which
// takes as long as who sends it likes, and one of those is compiled.
type previewing struct {
	accounts sync.Map // that have one
	begin    sync.Once
	files    chan struct{}
	turn     chan struct{}
}

// previewFiles is how many previews have a file at a time.
const previewFiles = 4

// of begins the preview of an account's list.
func (p *previewing) of(account string) (done func(), err error) {
	if _, busy := p.accounts.LoadOrStore(account, true); busy {
		return nil, &picket.Error{Code: picket.CodeThrottling, Message: "A list of account " + account + " is being previewed. Try again when that has ended."}
	}
	return func() { p.accounts.Delete(account) }, nil
}

// fetch begins the fetching of a file.
func (p *previewing) fetch() (done func(), err error) {
	p.begin.Do(func() { p.files, p.turn = make(chan struct{}, previewFiles), make(chan struct{}, 1) })
	select {
	case p.files <- struct{}{}:
		return func() { <-p.files }, nil
	default:
		return nil, &picket.Error{Code: picket.CodeThrottling, Message: "Lists of several accounts are being previewed. Try again when one has ended."}
	}
}

// fetched waits until no other file is being compiled.
func (p *previewing) fetched(ctx context.Context) (done func(), err error) {
	select {
	case p.turn <- struct{}{}:
		return func() { <-p.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (s *Service) previewList(ctx context.Context, in ListOf) (out ListPreview, tables *intel.Tables, err error) {
	ended, err := s.previewing.of(in.Account)
	if err != nil {
		return out, nil, err
	}
	defer ended()
	out = ListPreview{Types: map[string]int64{}, Things: map[string]int64{}}
	if tables, out.Entries, out.Note, err = s.compileNow(ctx, in); err != nil {
		return out, nil, err
	}
	err = s.previewFindings(ctx, in, tables, &out)
	return out, tables, err
}

// compileNow compiles a list as its location has it now.
func (s *Service) compileNow(ctx context.Context, in ListOf) (tables *intel.Tables, n int, note string, err error) {
	kind, l, err := s.anyList(ctx, in)
	if err != nil {
		return nil, 0, "", err
	}
	ended, err := s.previewing.fetch()
	if err != nil {
		return nil, 0, "", err
	}
	defer ended()
	file, err := s.fetchFile(ctx, in.Account, l, "")
	if err != nil {
		return nil, 0, "", invalid("The list can't be read: %s", reasonOf(err))
	}
	compiled, err := s.previewing.fetched(ctx)
	if err != nil {
		return nil, 0, "", err
	}
	defer compiled()
	if tables, n, note, err = s.compile(kind, l, file.Body); err != nil {
		return nil, 0, "", invalid("The list can't be read: %s", reasonOf(err))
	}
	return tables, n, note, nil
}

// previewFindings looks at the stored findings.
func (s *Service) previewFindings(ctx context.Context, in ListOf, tables *intel.Tables, out *ListPreview) error {
	since := float64(s.since().UnixMilli())
	q := picket.FindingQuery{Criteria: picket.Criteria{{Attribute: "updatedat", GTE: &since}}, Limit: 100}
	for {
		err := s.Store.View(ctx, func(tx picket.Tx) error {
			page, err := tx.Findings().List(in.Account, in.Region, q)
			if err != nil {
				return err
			}
			q.After = page.Next
			found, err := tx.Findings().Get(in.Account, in.Region, page.IDs)
			for i := range found {
				if *found[i].AccountId == in.Account { // not the copies of members' findings: a list is its account's alone
					out.look(&found[i].Finding, tables)
				}
			}
			return err
		})
		if err != nil || q.After == "" {
			return err
		}
	}
}

// look adds a finding.
func (p *ListPreview) look(f *picket.Finding, tables *intel.Tables) {
	p.Findings++
	matched := false
	for _, thing := range thingsOf(f) {
		if onList(tables, thing) {
			matched = true
			p.Things[thing]++
		}
	}
	if matched {
		p.Matched++
		p.Types[*f.Type]++
	}
}

// onList reports whether an address or name is in a list, of whatever kind.
func onList(tables *intel.Tables, thing string) bool {
	if a, err := netip.ParseAddr(thing); err == nil {
		return hasAddress(tables, a)
	}
	return tables.Domain("", thing).Any() || tables.TrustedDomain("", thing)
}

func hasAddress(tables *intel.Tables, a netip.Addr) bool {
	return tables.IP("", a).Any() || tables.Trusted("", a)
}

// inRecord returns the address or name of a record that is in a list.
func inRecord(tables *intel.Tables, record any) (thing string, ok bool) {
	switch r := record.(type) {
	case *event.CloudTrail:
		a, err := netip.ParseAddr(r.SourceIPAddress) // services have names there
		return r.SourceIPAddress, err == nil && hasAddress(tables, a)
	case *event.DNS:
		return r.Name, onList(tables, r.Name)
	case *event.Flow:
		for _, a := range []netip.Addr{r.Src, r.Dst, r.PktSrc, r.PktDst} {
			if hasAddress(tables, a) {
				return a.String(), true
			}
		}
	}
	return "", false
}

// thingsOf are the remote addresses and the domain names of a finding's action, wherever the contract has them.
func thingsOf(f *picket.Finding) (things []string) {
	if f.Service == nil || f.Service.Action == nil {
		return nil
	}
	text, err := json.Marshal(f.Service.Action)
	var action any
	if err != nil || json.Unmarshal(text, &action) != nil {
		return nil
	}
	var walk func(at any)
	walk = func(at any) {
		switch at := at.(type) {
		case []any:
			for _, of := range at {
				walk(of)
			}
		case map[string]any:
			for name, of := range at {
				if _, remote := of.(map[string]any); remote && name == "localIpDetails" {
					continue
				}
				if s, ok := of.(string); ok && slices.Contains([]string{"ipAddressV4", "ipAddressV6", "domain"}, name) {
					things = append(things, s)
				}
				walk(of)
			}
		}
	}
	walk(action)
	slices.Sort(things)
	return slices.Compact(things)
}
