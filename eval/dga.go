package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"picket/event"
	"picket/rule"
	"picket/rules"
	"picket/scan"
)

const generatedNames = "Trojan:EC2/DGADomainRequest.B"

// generated asks for each family of generated names whether an instance that tries 200 of them, of which 90 % do not exist,
// is found; then for names of ordinary use how many are counted as generated.
func (e *eval) generated() error {
	families, err := e.families()
	if err != nil {
		return err
	}
	title("Generated names: 200 queries of one instance within half an hour, 90 % of them NXDOMAIN", "family", "names", "found")
	detected := 0
	for _, family := range slices.Sorted(maps.Keys(families)) {
		names := families[family]
		log := text(queries(sample(names, 200), 0.9))
		findings := e.scan(world{}, log).Findings
		found := raised(findings, generatedNames)
		detected += index(found)
		line(family, len(names), found)
		e.add("dga", family, "found", found)
		short := func(label) string {
			_, when := generatedRule()
			return fmt.Sprintf("%d of %d", e.count([]scan.Object{log}).counted, when.N)
		}
		e.judge(verdict{suite: "dga", name: family, found: findings, want: one(generatedNames), short: short})
	}
	fmt.Printf("\n%d of %d families.\n", detected, len(families))
	e.add("dga", "all", "found", detected)
	popular, err := e.popular()
	if err != nil {
		return err
	}
	return e.ordinary(popular)
}

func (e *eval) families() (map[string][]string, error) {
	f, err := os.Open(filepath.Join(e.data, "dga/dga_A.csv.gz"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, err
	}
	families := map[string][]string{}
	sc := bufio.NewScanner(z)
	for sc.Scan() {
		if fields := strings.Split(sc.Text(), ","); len(fields) == 3 && fields[0] != "family" {
			families[fields[0]] = append(families[fields[0]], fields[1])
		}
	}
	return families, sc.Err()
}

// popular gives an instance 1,000 popular names at a time, one in ten of which does not exist, and returns the logs.
func (e *eval) popular() ([]scan.Object, error) {
	b, err := os.ReadFile(filepath.Join(e.data, "dga/alexa_100k.csv"))
	if err != nil {
		return nil, err
	}
	names := strings.Fields(string(b))
	for i, n := range names {
		names[i] = n[strings.LastIndexByte(n, ',')+1:]
	}
	var logs []scan.Object
	raised := 0
	for lot := range slices.Chunk(names, 1000) {
		logs = append(logs, text(queries(lot, 0.1)))
		findings := e.scan(world{}, logs[len(logs)-1]).Findings
		raised += index(len(findings) > 0)
		e.judge(verdict{suite: "dga", name: fmt.Sprintf("popular names, lot %d", len(logs)), found: findings})
	}
	fmt.Printf("\n%d of %d lots of 1,000 popular names raise a finding.\n", raised, len(logs))
	e.add("dga", "popular", "raised", raised)
	return logs, nil
}

// most is how many of 10,000 names of ordinary use may be counted as generated.
const most = 1

// ordinary tells how many names of ordinary use the rule counts towards its threshold, whether or not it fires.
func (e *eval) ordinary(popular []scan.Object) error {
	paths, err := e.glob("dns/benign_*.gz")
	if err != nil {
		return err
	}
	var recorded []scan.Object
	for _, p := range paths {
		recorded = append(recorded, e.file(p))
	}
	title("Names of ordinary use counted as generated", "names", "asked for", "look generated", "and don't exist: counted", "of 10,000", "at most 1 of 10,000")
	var all census
	for _, set := range []struct {
		name string
		logs []scan.Object
	}{{"as recorded", recorded}, {"popular, one in ten not existing", popular}} {
		c := e.count(set.logs)
		all.names, all.strange, all.counted = all.names+c.names, all.strange+c.strange, all.counted+c.counted
		e.printCensus(set.name, c)
	}
	e.printCensus("all", all)
	return nil
}

// generatedRule is a copy of the rule of generated names, and its primitive.
func generatedRule() (rule.DNS, rule.Distinct[*event.DNS]) {
	for _, r := range rules.All() {
		if r, ok := r.(*rule.DNS); ok && r.Type == generatedNames {
			return *r, r.When.(rule.Distinct[*event.DNS])
		}
	}
	panic("BUG: no rule of " + generatedNames)
}

// census is what the rule of generated names makes of a set of names.
type census struct{ names, strange, counted int }

// count shows logs to the rule of generated names, and notes what it accepts and what it counts.
func (e *eval) count(logs []scan.Object) census {
	r, when := generatedRule()
	var mu sync.Mutex
	names, strange, counted := map[uint64]bool{}, map[uint64]bool{}, map[uint64]bool{}
	where := r.Where
	r.Where = func(q *event.DNS, env *rule.Env) bool {
		looks := where(q, env)
		mu.Lock()
		defer mu.Unlock()
		name := rule.Hash(q.Name)
		names[name] = true
		if looks {
			strange[name] = true
			if when.Of(q) != 0 {
				counted[name] = true
			}
		}
		return false
	}
	for _, log := range logs {
		e.scan(world{rules: []rule.Any{&r}}, log)
	}
	return census{len(names), len(strange), len(counted)}
}

func (e *eval) printCensus(name string, c census) {
	share := 10_000 * float64(c.counted) / float64(max(c.names, 1))
	verdict := "PASS"
	if share > most {
		verdict = "**FAIL**"
	}
	line(name, c.names, c.strange, c.counted, fmt.Sprintf("%.2f", share), verdict)
	e.add("dga", "ordinary names: "+name, "names", c.names)
	e.add("dga", "ordinary names: "+name, "look generated", c.strange)
	e.add("dga", "ordinary names: "+name, "counted", c.counted)
	e.add("dga", "ordinary names: "+name, "counted of 10,000", share)
}

// sample takes n names spread over all.
func sample(names []string, n int) []string {
	step := max(len(names)/n, 1)
	var out []string
	for i := 0; i < len(names) && len(out) < n; i += step {
		out = append(out, names[i])
	}
	return out
}

// queries writes a resolver log of names asked by one instance, the given share of which does not exist.
func queries(names []string, missing float64) []byte {
	var b bytes.Buffer
	for i, n := range names {
		rcode := "NOERROR"
		if float64(i%100) < 100*missing {
			rcode = "NXDOMAIN"
		}
		second := i * 1800 / len(names)
		fmt.Fprintf(&b, `{"version":"1.100000","account_id":"123456789012","region":"us-east-1","vpc_id":"vpc-0a1b2c3d","query_timestamp":"2026-01-05T10:%02d:%02dZ","query_name":"%s.","query_type":"A","query_class":"IN","rcode":"%s","answers":[],"srcaddr":"10.0.0.5","srcport":"40000","transport":"UDP","srcids":{"instance":"i-0a1b2c3d4e5f60718"}}`+"\n",
			second/60, second%60, strings.TrimSuffix(n, "."), rcode)
	}
	return b.Bytes()
}
