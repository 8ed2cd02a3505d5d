package storetest

import (
	"fmt"
	"time"

	"picket"
	"picket/guardduty"
)

var ptr = guardduty.Ptr[string]

// at is a time of tests, in milliseconds: so many hours after a day began.
func at(hours int) int64 {
	return time.Date(2026, 1, 5, hours, 0, 0, 0, time.UTC).UnixMilli()
}

func text(ms int64) *string {
	return ptr(time.UnixMilli(ms).UTC().Format("2006-01-02T15:04:05.000Z"))
}

// aFinding is an account's finding with an id, of the least that a store takes.
func aFinding(account, id string, updated int64) picket.StoredFinding {
	return picket.StoredFinding{Finding: picket.Finding{
		Finding: guardduty.Finding{
			AccountId: ptr(account), Id: ptr(id), Type: ptr("Recon:EC2/Portscan"), Severity: guardduty.Ptr(5.0), Region: ptr(region),
			CreatedAt: text(at(0)), UpdatedAt: text(updated), Title: ptr("first"),
		},
		Key: "key of " + id,
	}}
}

// evident is aFinding with all that a finding has at rest.
func evident(account, id string, updated int64) picket.StoredFinding {
	f := aFinding(account, id, updated)
	f.Resource = &guardduty.Resource{
		ResourceType:    ptr("Instance"),
		InstanceDetails: &guardduty.InstanceDetails{InstanceId: ptr("i-1"), Tags: []guardduty.Tag{{Key: ptr("a"), Value: ptr("ä\x00")}}},
		S3BucketDetails: []guardduty.S3BucketDetail{{Name: ptr("b"), CreatedAt: guardduty.NewTimestamp(time.UnixMilli(1767225600250))}},
	}
	f.Signals, f.Techniques = []string{"one", "two"}, []string{"T1595"}
	f.AdditionalInfo = map[string]any{"inBytes": "12", "list": []any{"a", "b"}}
	f.UserIdentity = map[string]any{"type": "Root"}
	f.First, f.Last = 1, 2
	for i := range 20 {
		f.Evidence.Records = append(f.Evidence.Records, picket.EvidenceRecord{
			Object: "s3://logs/a.gz", Offset: int64(i), Kind: "CloudTrail", Header: "h", Text: fmt.Sprintf("{\"a\":\"\xff\x00%d\"}", i), Time: int64(i),
		})
	}
	f.Owner = picket.Side{Archived: true, Feedback: guardduty.FeedbackUseful, Comments: "mine"}
	return f
}

// save saves findings of their owner.
func save(tx picket.Tx, found ...picket.StoredFinding) error {
	return tx.Findings().Save(*found[0].AccountId, region, found)
}

// shared stamps a finding with a relation to the administrator.
func shared(f picket.StoredFinding, relation, administrator string) picket.StoredFinding {
	f.Relation, f.Administrator = relation, administrator
	return f
}

// titled is a finding whose owner sees another title, later.
func titled(f picket.StoredFinding, title string, updated int64) picket.StoredFinding {
	f.Title, f.UpdatedAt = ptr(title), text(updated)
	return f
}
