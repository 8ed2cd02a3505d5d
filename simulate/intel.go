package simulate

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// listed is how many entries of each sort a list has.
const listed = 40

// intelligence is the threat lists: addresses and domains by category. No entry is ever part of benign traffic, but for
// scanners that knock in vain.
type intelligence struct {
	addresses map[string][]uint32
	domains   map[string][]string
}

// Categories of lists, which are the names of their files.
var (
	addressLists = [...]string{"c2", "crypto", "blackhole", "droppoint", "scanner", "malicious", "tor_exit", "tor_guard", "tor_relay", "public_dns", "doh", "dot", "custom"}
	domainLists  = [...]string{"c2", "crypto", "blackhole", "droppoint", "drive_by", "phishing", "dga", "custom"}
)

func newIntelligence(seed uint64) intelligence {
	r := newRNG(seed, "intelligence")
	in := intelligence{map[string][]uint32{}, map[string][]string{}}
	for _, c := range addressLists {
		for range listed {
			in.addresses[c] = append(in.addresses[c], address(&r, attackerOctets[:]))
		}
	}
	for _, c := range domainLists {
		for i := range listed {
			// Below .example, so that no real name is ever called bad.
			in.domains[c] = append(in.domains[c], fmt.Sprintf("%s-%s-%s%d.example", pick(&r, firstWords[:]), pick(&r, lastWords[:]), r.hex(2), i))
		}
	}
	for i := range in.domains["dga"] {
		in.domains["dga"][i] = string(r.text(nil, r.in(12, 19), lowDigits)) + ".example"
	}
	return in
}

// write writes a file a category; among them what is trusted, and the ranges of AWS.
func (in intelligence) write(folder string, w *world) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("create folder of threat lists: %w", err)
	}
	files := map[string][]string{}
	for c, ips := range in.addresses {
		for _, ip := range ips {
			files[c] = append(files[c], ipString(ip))
		}
	}
	for c, domains := range in.domains {
		files[c] = append(files[c], domains...)
	}
	for _, a := range w.accounts {
		files["trusted"] = append(files["trusted"], a.people[0].ips[0])
	}
	files["tor_relay"] = append(files["tor_relay"], files["tor_guard"]...)
	for _, ip := range regionRanges {
		files["aws"] = append(files["aws"], ip.String())
	}
	for name, lines := range files {
		slices.Sort(lines)
		if err := os.WriteFile(filepath.Join(folder, name+".txt"), []byte(strings.Join(slices.Compact(lines), "\n")+"\n"), 0o644); err != nil {
			return fmt.Errorf("write threat list: %w", err)
		}
	}
	return nil
}
