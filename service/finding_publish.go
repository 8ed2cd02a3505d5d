package service

import (
	"time"

	"picket"
	"picket/guardduty"
	"picket/publish"
)

// periods are how often updates of a finding are published.
var periods = map[guardduty.FindingPublishingFrequency]time.Duration{
	guardduty.FindingPublishingFrequencyFifteenMinutes: 15 * time.Minute,
	guardduty.FindingPublishingFrequencyOneHour:        time.Hour,
	guardduty.FindingPublishingFrequencySixHours:       6 * time.Hour,
}

// audience is where one side of findings publishes what is current for it.
type audience struct {
	destinations []publish.Destination
	region       string
	now, later   int64 // when new findings go, and when updates do
}

// audienceOf returns where an account publishes; d is its detector.
func audienceOf(tx picket.Tx, account, region string, d *detector, now int64) (audience, error) {
	all, err := publish.Destinations(tx, account, region)
	if err != nil || len(all) == 0 || d == nil {
		return audience{}, err
	}
	period := periods[d.Frequency].Milliseconds()
	return audience{all, region, now, (now/period + 1) * period}, nil
}

// tell lets a finding go to the destinations that want it: one that is new to them at once, an update with those of its period. was
// is its severity before; fresh is one that the side had not.
func (a audience) tell(tx picket.Tx, f *picket.StoredFinding, fresh bool, was picket.Severity) error {
	for _, d := range a.destinations {
		if picket.Severity(*f.Severity) < d.MinSeverity || !d.Wants(*f.AccountId) {
			continue
		}
		due := a.later
		if fresh || was < d.MinSeverity {
			due = a.now
		}
		if err := publish.Add(tx, d, a.region, &f.Finding, due, a.now); err != nil {
			return err
		}
	}
	return nil
}

// publish lets findings go where each side that they are current for wants them; before is what was stored of them. Samples
// are nobody's news.
func (r *recorder) publish(all, before []picket.StoredFinding) error {
	if len(r.own.destinations)+len(r.admin.destinations) == 0 {
		return nil
	}
	known := map[string]picket.StoredFinding{}
	for _, f := range before {
		known[*f.Id] = f
	}
	for i := range all {
		f := &all[i]
		if f.AdditionalInfo["sample"] == true {
			continue
		}
		old, had := known[*f.Id]
		was := picket.Severity(0)
		if had {
			was = picket.Severity(*old.Severity)
		}
		if !f.Owner.Archived {
			if err := r.own.tell(r.tx, f, !had, was); err != nil {
				return err
			}
		}
		if f.Relation != "" && !f.Admin.Archived {
			if err := r.admin.tell(r.tx, f, old.Relation != f.Relation, was); err != nil {
				return err
			}
		}
	}
	return nil
}
