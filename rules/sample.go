package rules

import (
	"fmt"
	"maps"
	"slices"

	"picket"
	"picket/page"
	"picket/rule"
)

// Samples returns a finding of each type: what the rules make of the first example on its page that fires it. They are of
// the account, region and time of the examples, without evidence, and by family, then by type.
func Samples() ([]picket.Finding, error) {
	var out []picket.Finding
	for _, f := range families() {
		types := map[picket.FindingType][]rule.Any{}
		for _, r := range f.rules() {
			types[r.Info().Type] = append(types[r.Info().Type], r)
		}
		for _, t := range slices.Sorted(maps.Keys(types)) {
			sample, err := sampleOf(t, types[t])
			if err != nil {
				return nil, fmt.Errorf("make a sample of %s: %w", t, err)
			}
			out = append(out, sample)
		}
	}
	return out, nil
}

func sampleOf(t picket.FindingType, rules []rule.Any) (picket.Finding, error) {
	p, err := Page(rules[0])
	if err != nil {
		return picket.Finding{}, err
	}
	i := slices.IndexFunc(p.Examples, func(e page.Example) bool { return e.Fires && e.Type == string(t) })
	if i < 0 {
		return picket.Finding{}, fmt.Errorf("no example fires it")
	}
	results, err := p.Examples[i].Run(rules, page.Order{Shards: 1})
	if err != nil {
		return picket.Finding{}, err
	}
	if i = slices.IndexFunc(results, p.Examples[i].Matches); i < 0 {
		return picket.Finding{}, fmt.Errorf("its example fires it no more")
	}
	return results[i].Finding, nil
}
