package service

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"picket"
)

// Intake is what came of an account's logs of a kind in a region, since the account was made.
type Intake struct {
	Account string           `json:"accountId"`
	Region  string           `json:"region"`
	Kind    string           `json:"kind"`              // "CloudTrail", S3Events, "VPC flow" or "DNS"
	Records int64            `json:"records"`           // analysed
	Bytes   int64            `json:"bytes"`             // of these, as logged
	Skipped map[string]int64 `json:"skipped,omitempty"` // records that were not analysed, by reason
	Last    int64            `json:"last"`              // the latest event, seconds since the epoch; no later than it came
	Late    Late             `json:"late,omitzero"`     // of Records, those that came late
	Days    []DayAmount      `json:"days,omitempty"`    // the days of usageDays on which some came, the oldest first

	Arrivals Pace  `json:"arrivals"` // of what is analysed
	Begun    int64 `json:"begun"`    // seconds since the epoch, when some came first
	Watched  bool  `json:"watched"`  // see hear

	Resources map[string]*Amount `json:"-"` // of more that comes: by bucket, instance, network interface or VPC
}

// S3Events is the kind of an Intake of CloudTrail's records of what is done to objects: they are a feature of their own.
const S3Events = "S3 data events"

// Amount is how much was analysed.
type Amount struct {
	Records int64 `json:"records"`
	Bytes   int64 `json:"bytes"`
}

func (a Amount) plus(b Amount) Amount { return Amount{a.Records + b.Records, a.Bytes + b.Bytes} }

// DayAmount is how much was analysed on a day of the server's clock.
type DayAmount struct {
	Day string `json:"day"` // 2006-01-02
	Amount
}

// usageDays is how many days usage is told of: today, and those before.
const usageDays = 30

// firstUsageDay is the first of the days that usage is told of.
func (s *Service) firstUsageDay() string {
	return time.UnixMilli(s.now()).UTC().AddDate(0, 0, 1-usageDays).Format(time.DateOnly)
}

func (s *Service) today() string { return time.UnixMilli(s.now()).UTC().Format(time.DateOnly) }

// since sums what was analysed on a day and after.
func (in *Intake) since(day string) (sum Amount) {
	for _, d := range in.Days {
		if d.Day >= day {
			sum = sum.plus(d.Amount)
		}
	}
	return sum
}

const intakeKind = "intake"

// AddIntake adds to what is noted.
func (s *Service) AddIntake(tx picket.Tx, more []Intake) error {
	for _, m := range more {
		k := picket.DocumentKey{Kind: intakeKind, Account: m.Account, Region: m.Region, ID: m.Kind}
		sum, err := get[Intake](tx, k)
		if picket.ErrorCode(err) == picket.CodeNotFound {
			sum = Intake{Account: m.Account, Region: m.Region, Kind: m.Kind}
		} else if err != nil {
			return err
		}
		sum.Records, sum.Bytes, sum.Last = sum.Records+m.Records, sum.Bytes+m.Bytes, min(max(sum.Last, m.Last), s.now()/1000)
		sum.Late = sum.Late.Plus(m.Late)
		for reason, n := range m.Skipped {
			if sum.Skipped == nil {
				sum.Skipped = map[string]int64{}
			}
			sum.Skipped[reason] += n
		}
		if m.Records > 0 {
			s.addDay(&sum, Amount{m.Records, m.Bytes})
			if err := s.hear(tx, &sum); err != nil {
				return err
			}
		}
		if err := tx.Documents().Put(k, sum); err != nil {
			return err
		}
		if err := s.addResources(tx, m); err != nil {
			return err
		}
	}
	return nil
}

// addDay adds to today's amount.
func (s *Service) addDay(in *Intake, more Amount) {
	today, first := s.today(), s.firstUsageDay()
	in.Days = slices.DeleteFunc(in.Days, func(d DayAmount) bool { return d.Day < first })
	if n := len(in.Days); n > 0 && in.Days[n-1].Day >= today { // later, if the clock was set back
		in.Days[n-1].Amount = in.Days[n-1].Amount.plus(more)
		return
	}
	in.Days = append(in.Days, DayAmount{today, more})
}

// Intake lists what came of an account's logs in a region, by kind.
func (s *Service) Intake(ctx context.Context, c picket.Caller) ([]Intake, error) {
	return view(ctx, s, func(tx picket.Tx) ([]Intake, error) { return listIn[Intake](tx, c, intakeKind) })
}

// resourceUse is how much was analysed on a day of the logs of a kind that a resource wrote.
type resourceUse struct {
	Kind     string `json:"kind"`
	Resource string `json:"resource"`
	Amount
}

// resourceUseKind is the kind of documents of an account and region, one for each day, that hold the day's busiest resources.
const resourceUseKind = belongings + "resource-usage"

// maxResources is how many resources of an account, region and day are told apart: one document is written at each checkpoint.
const maxResources = 100

// addResources adds to the day's resources, of which the busiest stay.
func (s *Service) addResources(tx picket.Tx, more Intake) error {
	if len(more.Resources) == 0 {
		return nil
	}
	at := picket.Caller{Account: more.Account, Region: more.Region}
	k := key(at, resourceUseKind, s.today())
	all, err := get[[]resourceUse](tx, k)
	if picket.ErrorCode(err) == picket.CodeNotFound {
		err = s.forgetResources(tx, at)
	}
	if err != nil {
		return err
	}
	for resource, a := range more.Resources {
		i := slices.IndexFunc(all, func(u resourceUse) bool { return u.Kind == more.Kind && u.Resource == resource })
		if i < 0 {
			all = append(all, resourceUse{more.Kind, resource, *a})
		} else {
			all[i].Amount = all[i].Amount.plus(*a)
		}
	}
	slices.SortFunc(all, func(a, b resourceUse) int {
		return cmp.Or(cmp.Compare(b.Bytes, a.Bytes), cmp.Compare(a.Resource, b.Resource), cmp.Compare(a.Kind, b.Kind))
	})
	return tx.Documents().Put(k, all[:min(len(all), maxResources)])
}

// forgetResources deletes the days that usage is no longer told of.
func (s *Service) forgetResources(tx picket.Tx, c picket.Caller) error {
	docs, err := tx.Documents().List(resourceUseKind, c.Account, c.Region, "", 2*usageDays)
	if err != nil {
		return err
	}
	for _, d := range docs {
		if d.ID >= s.firstUsageDay() {
			break
		}
		if err := tx.Documents().Delete(d.DocumentKey); err != nil {
			return err
		}
	}
	return nil
}

// eachResource calls f with what the resources of an account in a region wrote on a day and after, day by day.
func eachResource(tx picket.Tx, c picket.Caller, first string, f func(day string, u resourceUse)) error {
	docs, err := tx.Documents().List(resourceUseKind, c.Account, c.Region, "", 2*usageDays)
	if err != nil {
		return err
	}
	for _, doc := range docs {
		if doc.ID < first {
			continue
		}
		var all []resourceUse
		if err := json.Unmarshal(doc.Body, &all); err != nil {
			return fmt.Errorf("read usage of %s on %s: %w", c.Account, doc.ID, err)
		}
		for _, u := range all {
			f(doc.ID, u)
		}
	}
	return nil
}
