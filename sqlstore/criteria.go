package sqlstore

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"picket"
	"picket/criteria"
	"picket/guardduty"
)

// question is criteria, taken apart by what answers them.
type question struct {
	someKind  bool     // not every type and severity that there is fits
	wanted    []kind   // those that do
	someTrait bool     // not every trait that there is fits
	noTrait   bool     // none does
	nowhere   bool     // the region that is asked in doesn't fit, which all its findings have
	traits    []int64  // those that do
	trait     clause   // says that a row's does
	archived  []int64  // the states that fit
	feedback  []string // the values that fit; "" is none
	updated   span     // of updated_at
	accounts  picket.Criteria
	ofTraits  picket.Criteria
	others    picket.Criteria
	values    int // that the last two want
}

// feedbacks are all values that a side's feedback has.
var feedbacks = []guardduty.Feedback{"", guardduty.FeedbackUseful, guardduty.FeedbackNotUseful}

// ask takes criteria about a region's findings apart. What an attribute with few values must be is asked of package criteria, value by
// value, so that it has but one meaning.
func (t *tx) ask(c picket.Criteria, region string) (*question, error) {
	q := &question{}
	var ofKind, ofArchived, ofFeedback, ofRegion picket.Criteria
	for _, cond := range c {
		switch cond.Attribute {
		case "type", "severity":
			ofKind = append(ofKind, cond)
		case criteria.Archived:
			ofArchived = append(ofArchived, cond)
		case criteria.Feedback:
			ofFeedback = append(ofFeedback, cond)
		case "region":
			ofRegion = append(ofRegion, cond)
		case "accountid":
			q.accounts = append(q.accounts, cond)
		case "updatedat": // no time is text, so package criteria lets no pattern come here
			q.updated.narrow(cond)
		default:
			if slices.Contains(traitAttributes, cond.Attribute) {
				q.ofTraits = append(q.ofTraits, cond)
			} else {
				q.others = append(q.others, cond)
			}
		}
	}
	q.values = valuesOf(q.accounts) + valuesOf(q.others)
	for _, archived := range []bool{false, true} {
		if matchesSide(ofArchived, picket.Side{Archived: archived}) {
			q.archived = append(q.archived, number(archived))
		}
	}
	for _, f := range feedbacks {
		if matchesSide(ofFeedback, picket.Side{Feedback: f}) {
			q.feedback = append(q.feedback, string(f))
		}
	}
	q.nowhere = !criteria.Match(ofRegion, map[string][]string{"region": {region}})
	q.someKind = len(ofKind) > 0
	return q, cmp.Or(t.askKinds(q, ofKind), t.askTraits(q))
}

func valuesOf(c picket.Criteria) (n int) {
	for _, cond := range c {
		n += len(cond.Equals) + len(cond.NotEquals) + len(cond.Matches) + len(cond.NotMatches) + len(boundsOf(cond))
	}
	return n
}

func (t *tx) askKinds(q *question, c picket.Criteria) (err error) {
	if !q.someKind {
		return nil
	}
	kinds, err := t.kinds()
	if err != nil {
		return err
	}
	q.wanted = slices.DeleteFunc(slices.Clone(kinds.rows), func(k kind) bool { return !criteria.Match(c, t.codec.attributes(k.kindKey)) })
	q.someKind = len(q.wanted) < len(kinds.rows)
	return nil
}

func matchesSide(c picket.Criteria, s picket.Side) bool {
	attrs := map[string][]string{}
	criteria.SetSide(attrs, s)
	return criteria.Match(c, attrs)
}

// never reports whether no finding fits.
func (q *question) never() bool {
	return len(q.archived) == 0 || len(q.feedback) == 0 || q.someKind && len(q.wanted) == 0 || q.noTrait || q.nowhere
}

// kindClause says that a row's kind fits.
func (q *question) kindClause() clause {
	if !q.someKind {
		return clause{}
	}
	var ids []int64
	for _, k := range q.wanted {
		ids = append(ids, k.id)
	}
	return in("f.kind", ids)
}

// archivedClause says that a row's state on a side fits.
func (q *question) archivedClause(s *side) clause {
	if len(q.archived) == 2 {
		return clause{}
	}
	return in("f."+s.archived, q.archived)
}

// rest says that all holds of a row that a side sees which its archived state, its kind and the time of its update don't
// decide. What its trait decides comes first, as every index answers it.
func (t *tx) rest(q *question, s *side) (clause, error) {
	owners, err := t.owners(q, s)
	if err != nil {
		return clause{}, err
	}
	others, err := t.uncounted(q, s)
	return all(q.trait, owners, others), err
}

// owners says that a row's owner fits. On the owner's side it decides nothing: see views.
func (t *tx) owners(q *question, s *side) (clause, error) {
	if s == &own {
		return clause{}, nil
	}
	return t.conditions(q.accounts)
}

// uncounted says that all else holds of a row: what no count of findings is kept by.
func (t *tx) uncounted(q *question, s *side) (clause, error) {
	c, err := t.conditions(q.others)
	if len(q.feedback) < len(feedbacks) {
		c = all(in("f."+s.feedback, q.feedback).costing(rowCost), c)
	}
	return c, err
}

func (t *tx) conditions(c picket.Criteria) (clause, error) {
	var clauses []clause
	for _, cond := range c {
		one, err := t.condition(cond)
		if err != nil {
			return clause{}, err
		}
		clauses = append(clauses, one)
	}
	return all(clauses...), nil
}

// condition writes a condition as SQL about row f.
func (t *tx) condition(c picket.Condition) (clause, error) {
	var clauses []clause
	if len(c.Equals) > 0 {
		clauses = append(clauses, t.equals(c.Attribute, c.Equals))
	}
	if len(c.NotEquals) > 0 {
		clauses = append(clauses, not(t.equals(c.Attribute, c.NotEquals)))
	}
	if len(c.Matches) > 0 {
		clauses = append(clauses, t.someValue(c.Attribute, t.matches(c.Matches)))
	}
	if len(c.NotMatches) > 0 {
		clauses = append(clauses, not(t.someValue(c.Attribute, t.matches(c.NotMatches))))
	}
	if bounds := boundsOf(c); len(bounds) > 0 {
		if _, kind, _ := criteria.Lookup(c.Attribute); kind != criteria.Number && kind != criteria.Date {
			return clause{}, fmt.Errorf("BUG: bounds for %s, which is no number", c.Attribute)
		}
		var within []clause
		for _, b := range bounds {
			within = append(within, sqlf("CAST(v.value AS DOUBLE PRECISION) "+b.operator+" ?", b.limit))
		}
		clauses = append(clauses, t.someValue(c.Attribute, all(within...)))
	}
	return all(clauses...), nil
}

// equals says that a value of an attribute is one of those wanted.
func (t *tx) equals(attribute string, wanted []string) clause {
	switch attribute {
	case "id":
		return in("f.id", wanted).costing(entryCost)
	}
	if c, ok := indexed(attribute, wanted); ok {
		return with("EXISTS (SELECT 1 FROM finding_values x WHERE @ AND x.n = f.n)", c).costing(valueCost)
	}
	fits := in("v.value", wanted)
	if ranges := criteria.Ranges(attribute, wanted); len(ranges) > 0 {
		fits = oneOf(fits, sqlf("picket_in_range(v.value, ?)", strings.Join(ranges, ",")))
	}
	return t.someValue(attribute, fits)
}

// indexed says that a row x of finding_values has one of the values wanted, if it would be there. Ranges wouldn't.
func indexed(attribute string, wanted []string) (clause, bool) {
	path, ok := hot[attribute]
	if !ok || slices.ContainsFunc(wanted, func(w string) bool { return len(w) > maxIndexed }) || len(criteria.Ranges(attribute, wanted)) > 0 {
		return clause{}, false
	}
	return all(sqlf("x.path = ?", path), in("x.value", wanted)), true
}

// someValue says that one of the attribute's values v fits. It counts, because PostgreSQL would join what EXISTS asks for to
// all rows at once, and read the attributes of millions for a page of fifty.
func (t *tx) someValue(attribute string, fits clause) clause {
	if attribute == "accountid" {
		return with("f.owner IN (SELECT v.id FROM (SELECT id, account AS value FROM holders) v WHERE @)", fits).costing(entryCost)
	}
	return with("0 < (SELECT count(*) FROM finding_attrs a, @ WHERE a.n = f.n AND @)",
		sqlf(t.dialect.eachValue, t.dialect.path(attribute)), fits).costing(rowCost)
}

// matches says that value v fits one of the patterns.
func (t *tx) matches(patterns []string) clause {
	var clauses []clause
	for _, p := range patterns {
		clauses = append(clauses, sqlf("v.value "+t.dialect.like+" ?", t.dialect.pattern(p)))
	}
	return oneOf(clauses...)
}

// bound is one limit of a condition.
type bound struct {
	operator string
	limit    float64
}

func boundsOf(c picket.Condition) []bound {
	var bounds []bound
	for _, b := range []struct {
		operator string
		limit    *float64
	}{{">", c.GT}, {">=", c.GTE}, {"<", c.LT}, {"<=", c.LTE}} {
		if b.limit != nil {
			bounds = append(bounds, bound{b.operator, *b.limit})
		}
	}
	return bounds
}

// span is what conditions say of a time that every finding has: from and to are its bounds, in whole milliseconds.
type span struct {
	from, to *int64
	rest     clause // on updated_at
}

// narrow leaves what fits a condition too.
func (s *span) narrow(c picket.Condition) {
	if len(c.Equals) > 0 {
		s.rest = all(s.rest, in("f.updated_at", times(c.Equals)))
	}
	if len(c.NotEquals) > 0 {
		s.rest = all(s.rest, not(in("f.updated_at", times(c.NotEquals))))
	}
	for _, b := range boundsOf(c) {
		limit := math.Floor(b.limit) // whole milliseconds are above a limit if they are above its floor, or at most that
		if b.operator == ">=" || b.operator == "<" {
			limit = math.Ceil(b.limit)
		}
		ms := int64(max(-math.MaxInt64/2, min(limit, math.MaxInt64/2)))
		switch b.operator {
		case ">":
			s.raise(ms + 1)
		case ">=":
			s.raise(ms)
		case "<":
			s.lower(ms - 1)
		case "<=":
			s.lower(ms)
		}
	}
}

// open reports whether every time is within the span.
func (s *span) open() bool { return s.from == nil && s.to == nil && s.rest.text == "" }

// days takes the span's bounds apart: the days that are whole within them, and what is left at its ends. No finding was updated
// before there were days.
func (s *span) days() (whole *span, ends []span) {
	whole = &span{}
	if s.from != nil {
		first := (*s.from + msPerDay - 1) / msPerDay
		whole.from = &first
		if start := first * msPerDay; start > *s.from {
			before := start - 1
			ends = append(ends, span{from: s.from, to: &before})
		}
	}
	if s.to != nil {
		after := (*s.to + 1) / msPerDay
		last := after - 1
		whole.to = &last
		if start := after * msPerDay; start <= *s.to {
			ends = append(ends, span{from: &start, to: s.to})
		}
	}
	if whole.from != nil && whole.to != nil && *whole.from > *whole.to {
		ends = []span{{from: s.from, to: s.to}}
	}
	return whole, ends
}

func (s *span) raise(from int64) {
	if s.from == nil || *s.from < from {
		s.from = &from
	}
}

func (s *span) lower(to int64) {
	if s.to == nil || *s.to > to {
		s.to = &to
	}
}

// clause says that a row is within the span.
func (s *span) clause() clause {
	from, to := s.bounds("f.updated_at", "?", func(ms int64) []any { return []any{ms} })
	return all(from, to, s.rest)
}

// bounds says that of columns whose order is that of the time; values are a time's.
func (s *span) bounds(columns, parameters string, values func(ms int64) []any) (from, to clause) {
	if s.from != nil {
		from = sqlf(columns+" >= "+parameters, values(*s.from)...)
	}
	if s.to != nil {
		to = sqlf(columns+" <= "+parameters, values(*s.to)...)
	}
	return from, to
}

// times are those of the texts that a time is ever written as.
func times(texts []string) []int64 {
	var out []int64
	for _, text := range texts {
		if ms, err := strconv.ParseInt(text, 10, 64); err == nil && strconv.FormatInt(ms, 10) == text {
			out = append(out, ms)
		}
	}
	return out
}
