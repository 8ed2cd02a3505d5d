package sqlstore

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"

	"picket/criteria"
)

// traitAttributes have few values, and people ask for them: which of these a finding has is its trait. A row has the number
// of its trait, so that indexes answer what is asked of them. To change these needs a migration that makes traits anew.
var traitAttributes = []string{
	"resource.resourcetype",
	"service.action.actiontype",
	"service.action.awsapicallaction.remoteipdetails.country.countrycode",
	"service.action.awsapicallaction.remoteipdetails.country.countryname",
	"service.action.kubernetesapicallaction.remoteipdetails.country.countrycode",
	"service.action.kubernetesapicallaction.remoteipdetails.country.countryname",
	"service.action.networkconnectionaction.connectiondirection",
	"service.action.networkconnectionaction.remoteipdetails.country.countrycode",
	"service.action.networkconnectionaction.remoteipdetails.country.countryname",
	"service.action.rdsloginattemptaction.remoteipdetails.country.countrycode",
	"service.action.rdsloginattemptaction.remoteipdetails.country.countryname",
	"service.resourcerole",
}

// trait is a combination of values that findings have.
type trait struct {
	id    int64
	text  string // as traitOf makes it
	attrs map[string][]string
}

// traitOf returns the trait of a finding's attributes, as JSON.
func traitOf(attrs map[string][]string) (string, error) {
	some := map[string][]string{}
	for _, a := range traitAttributes {
		if v := attrs[a]; len(v) > 0 {
			some[a] = v
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(some); err != nil {
		return "", fmt.Errorf("encode trait: %w", err)
	}
	return string(bytes.TrimSpace(b.Bytes())), nil
}

// traits returns all traits, which the caller must not change; there are some thousands at most.
func (t *tx) traits() (*table[trait, string], error) {
	return allOf(t, &t.codec.traits, "traits", "id, attrs", func(s scanner) (tr trait, err error) {
		var kept string
		if err := s.Scan(&tr.id, &kept); err != nil {
			return tr, err
		}
		if err := json.Unmarshal([]byte(kept), &tr.attrs); err != nil {
			return tr, err
		}
		tr.text, err = traitOf(tr.attrs) // PostgreSQL's migration wrote the first ones with other spaces
		return tr, err
	}, func(tr trait) (string, int64) { return tr.text, tr.id })
}

// setTraits gives each record the number of its trait.
func (t *tx) setTraits(records []*record) error {
	all, err := t.traits()
	if err != nil {
		return err
	}
	added := map[string]int64{}
	for _, r := range records {
		text, err := traitOf(r.attrs)
		if err != nil {
			return err
		}
		if r.trait = cmp.Or(all.ids[text], added[text]); r.trait != 0 {
			continue
		}
		if r.trait, err = row(t, "trait", value[int64], "INSERT INTO traits (attrs) VALUES (?) RETURNING id", text); err != nil {
			return fmt.Errorf("add trait of findings: %w", err)
		}
		t.add("traits")
		added[text] = r.trait
	}
	return nil
}

// askTraits settles which traits fit. Package criteria is asked of each, so that criteria have but one meaning.
func (t *tx) askTraits(q *question) error {
	if len(q.ofTraits) == 0 {
		return nil
	}
	all, err := t.traits()
	if err != nil {
		return err
	}
	for _, tr := range all.rows {
		if criteria.Match(q.ofTraits, tr.attrs) {
			q.traits = append(q.traits, tr.id)
		}
	}
	q.someTrait, q.noTrait = len(q.traits) < len(all.rows), len(q.traits) == 0
	if q.someTrait {
		q.trait, err = t.traitIn(q.traits)
	}
	return err
}

// traitIn says that a row's trait is one of those. Many are one parameter: a database takes only so many, and a statement may
// say this a dozen times.
func (t *tx) traitIn(ids []int64) (clause, error) {
	if len(ids) <= t.limits.traits {
		return in("f.trait", ids), nil
	}
	many, err := json.Marshal(ids)
	if err != nil {
		return clause{}, fmt.Errorf("encode traits: %w", err)
	}
	return sqlf("f.trait IN ("+t.dialect.manyOf+")", string(many)), nil
}
