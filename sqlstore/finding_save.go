package sqlstore

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"picket"
	"picket/criteria"
)

// findings implements picket.Findings.
type findings struct{ *tx }

// msPerDay turns milliseconds since the epoch into days.
const msPerDay = 24 * 60 * 60 * 1000

// atOnce is how many findings a statement writes or looks for.
const atOnce = 50

// record is a finding on its way into the tables.
type record struct {
	*picket.StoredFinding
	attrs            map[string][]string
	key              kindKey
	kind, trait      int64 // their numbers
	created, updated int64
	administrator    int64 // a holder; 0 if the finding is not shared
	stored           *storedRow
}

// storedRow is what Save must know of the row that a finding has already.
type storedRow struct {
	n             int64
	id            string
	administrator int64
	relation      string
	updated       int64
	attrs         map[string][]string
}

// Save implements picket.Findings.
func (f findings) Save(account, region string, found []picket.StoredFinding) error {
	records, err := recordsOf(account, region, found)
	if err != nil || len(records) == 0 {
		return err
	}
	owner, err := f.holderFor(account, region)
	if err != nil {
		return err
	}
	if err := f.matchStored(owner, records); err != nil {
		return fmt.Errorf("read stored findings of %s: %w", account, err)
	}
	if err := f.relate(account, region, records); err != nil {
		return err
	}
	if err := f.setTraits(records); err != nil {
		return err
	}
	if err := f.setKinds(records); err != nil {
		return err
	}
	for batch := range slices.Chunk(records, atOnce) {
		if err := f.write(owner, batch); err != nil {
			return fmt.Errorf("write findings of %s: %w", account, err)
		}
	}
	return nil
}

// recordsOf reads out of findings what the tables need, each finding once: the last with its id counts.
func recordsOf(account, region string, found []picket.StoredFinding) ([]*record, error) {
	byID := map[string]*record{}
	var records []*record
	for i := range found {
		f := &found[i]
		switch {
		case f.Id == nil || f.Type == nil || f.Severity == nil || f.AccountId == nil || f.Region == nil:
			return nil, fmt.Errorf("BUG: a finding without id, type, severity, account or region")
		case *f.AccountId != account || *f.Region != region:
			return nil, fmt.Errorf("BUG: finding %s of account %s in %s was to be saved for %s in %s", *f.Id, *f.AccountId, *f.Region, account, region)
		}
		r := &record{StoredFinding: f, attrs: criteria.Attributes(f), key: kindKey{*f.Type, *f.Severity}}
		var err error
		if r.created, err = strconv.ParseInt(first(r.attrs["createdat"]), 10, 64); err != nil {
			return nil, fmt.Errorf("BUG: finding %s without the time of its creation: %w", *f.Id, err)
		}
		if r.updated, err = strconv.ParseInt(first(r.attrs["updatedat"]), 10, 64); err != nil {
			return nil, fmt.Errorf("BUG: finding %s without the time of its update: %w", *f.Id, err)
		}
		if before := byID[*f.Id]; before != nil {
			*before = *r
			continue
		}
		byID[*f.Id] = r
		records = append(records, r)
	}
	return records, nil
}

// matchStored finds the rows that the findings have already.
func (f findings) matchStored(owner int64, records []*record) error {
	byID := map[string]*record{}
	for _, r := range records {
		byID[*r.Id] = r
	}
	for batch := range slices.Chunk(records, atOnce) {
		ids := in("f.id", idsOf(batch))
		stored, err := rows(f.tx, readStored, `SELECT f.n, f.id, f.administrator, f.relation, f.updated_at, `+f.dialect.attrsText+`
			FROM findings f JOIN finding_attrs a ON a.n = f.n WHERE f.owner = ? AND f.frozen_at = 0 AND `+ids.text,
			append([]any{owner}, ids.args...)...)
		if err != nil {
			return err
		}
		for _, s := range stored {
			byID[s.id].stored = &s
		}
	}
	return nil
}

func idsOf(records []*record) []string {
	ids := make([]string, len(records))
	for i, r := range records {
		ids[i] = *r.Id
	}
	return ids
}

func readStored(s scanner) (r storedRow, err error) {
	var attrs string
	if err := s.Scan(&r.n, &r.id, &r.administrator, &r.relation, &r.updated, &attrs); err != nil {
		return r, err
	}
	return r, json.Unmarshal([]byte(attrs), &r.attrs)
}

// write writes a batch of at most atOnce.
func (f findings) write(owner int64, batch []*record) error {
	var values []any
	for _, r := range batch {
		resourceType, resource := resourceOf(r.attrs)
		values = append(values, owner, r.administrator, r.Relation, int64(0), *r.Id, digest(*r.Type, r.Key), r.kind, r.trait,
			*r.Severity, r.created, r.updated, r.updated/msPerDay, placeOf(*r.AccountId, resourceType, resource), resourceType, resource,
			number(r.Owner.Archived), string(r.Owner.Feedback), r.Owner.Comments,
			number(r.Admin.Archived), string(r.Admin.Feedback), r.Admin.Comments)
	}
	written, err := rows(f.tx, func(s scanner) (r storedRow, err error) { return r, s.Scan(&r.n, &r.id) },
		upsertFindings+tuples(len(batch), "("+list(21)+")")+onFindingConflict, values...)
	if err != nil {
		return err
	}
	numbers := map[string]int64{}
	for _, w := range written {
		numbers[w.id] = w.n
	}
	var attrs, docs []any
	var added, gone [][]any
	changed := columnChanges{}
	for _, r := range batch {
		text, err := json.Marshal(r.attrs)
		if err != nil {
			return fmt.Errorf("encode attributes: %w", err)
		}
		doc, err := f.codec.pack(&r.Finding)
		if err != nil {
			return err
		}
		n := numbers[*r.Id]
		attrs, docs = append(attrs, n, string(text)), append(docs, n, doc)
		var stored map[string][]string
		if r.stored != nil {
			stored = r.stored.attrs
		}
		before, now := hotValues(stored), hotValues(r.attrs)
		added, gone = append(added, rowsBut(before, now, n)...), append(gone, rowsBut(now, before, n)...)
		if f.dialect.counts {
			changed.note(n, stored, r.attrs)
		}
	}
	if err := f.setColumns(changed); err != nil {
		return err
	}
	if err := f.removeValues(gone); err != nil {
		return err
	}
	if err := f.addValues(added); err != nil {
		return err
	}
	if _, err := f.exec("INSERT INTO finding_attrs (n, attrs) VALUES "+tuples(len(batch), f.dialect.attrsTuple)+
		" ON CONFLICT (n) DO UPDATE SET attrs = excluded.attrs", attrs...); err != nil {
		return err
	}
	_, err = f.exec("INSERT INTO finding_docs (n, doc) VALUES "+tuples(len(batch), "(?, ?)")+
		" ON CONFLICT (n) DO UPDATE SET doc = excluded.doc", docs...)
	return err
}

const (
	upsertFindings = `INSERT INTO findings (owner, administrator, relation, frozen_at, id, digest, kind, trait, severity, created_at,
		updated_at, day, place, resource_type, resource, archived, feedback, comments, admin_archived, admin_feedback, admin_comments) VALUES `
	onFindingConflict = ` ON CONFLICT (owner, id) WHERE frozen_at = 0 DO UPDATE SET administrator = excluded.administrator,
		relation = excluded.relation, digest = excluded.digest, kind = excluded.kind, trait = excluded.trait, severity = excluded.severity,
		created_at = excluded.created_at, updated_at = excluded.updated_at, day = excluded.day,
		place = excluded.place, resource_type = excluded.resource_type, resource = excluded.resource, archived = excluded.archived,
		feedback = excluded.feedback, comments = excluded.comments, admin_archived = excluded.admin_archived,
		admin_feedback = excluded.admin_feedback, admin_comments = excluded.admin_comments RETURNING n, id`
)

// tuples writes n tuples, to stand after VALUES.
func tuples(n int, tuple string) string {
	return strings.TrimSuffix(strings.Repeat(tuple+", ", n), ", ")
}

// number is how a truth is stored where SQL counts with it.
func number(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// digest stands for type and aggregation key, which may be longer than an index takes.
func digest(typ, key string) string {
	h := sha256.Sum256([]byte(typ + "\n" + key))
	return hex.EncodeToString(h[:16])
}

// rowsBut returns rows of finding_values for the values of a finding but some.
func rowsBut(some, values map[hotValue]bool, n int64) (rows [][]any) {
	for v := range values {
		if !some[v] {
			rows = append(rows, []any{v.path, v.value, n})
		}
	}
	return rows
}

func (f findings) addValues(rows [][]any) error {
	for batch := range slices.Chunk(rows, atOnce) {
		if _, err := f.exec("INSERT INTO finding_values (path, value, n) VALUES "+tuples(len(batch), "(?, ?, ?)"), slices.Concat(batch...)...); err != nil {
			return err
		}
	}
	return nil
}

func (f findings) removeValues(rows [][]any) error {
	for batch := range slices.Chunk(rows, f.dialect.valuesAtOnce) {
		if _, err := f.exec("DELETE FROM finding_values WHERE "+f.dialect.isValue(len(batch)), slices.Concat(batch...)...); err != nil {
			return err
		}
	}
	return nil
}
