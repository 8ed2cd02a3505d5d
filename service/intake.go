package service

import (
	"context"

	"picket"
)

// Intake is what came of an account's logs of a kind in a region, since the account was made.
type Intake struct {
	Account string           `json:"accountId"`
	Region  string           `json:"region"`
	Kind    string           `json:"kind"`              // "CloudTrail", "VPC flow" or "DNS"
	Records int64            `json:"records"`           // analysed
	Bytes   int64            `json:"bytes"`             // of these, as logged
	Skipped map[string]int64 `json:"skipped,omitempty"` // records that were not analysed, by reason
	Last    int64            `json:"last"`              // the latest event, seconds since the epoch
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
		sum.Records, sum.Bytes, sum.Last = sum.Records+m.Records, sum.Bytes+m.Bytes, max(sum.Last, m.Last)
		for reason, n := range m.Skipped {
			if sum.Skipped == nil {
				sum.Skipped = map[string]int64{}
			}
			sum.Skipped[reason] += n
		}
		if err := tx.Documents().Put(k, sum); err != nil {
			return err
		}
	}
	return nil
}

// Intake lists what came of an account's logs in a region, by kind.
func (s *Service) Intake(ctx context.Context, c picket.Caller) ([]Intake, error) {
	return view(ctx, s, func(tx picket.Tx) ([]Intake, error) { return listIn[Intake](tx, c, intakeKind) })
}
