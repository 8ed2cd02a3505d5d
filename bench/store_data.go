package main

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"picket"
	"picket/guardduty"
	"picket/rule"
	"picket/rules"
)

// The data set of the store: an account with findings of its own, and an administrator who sees as many of its members.
const (
	alone       = "100000000001"
	chief       = "100000000002"
	storeRegion = "us-east-1"
	storeDays   = 90
)

// storeEnd is when the latest finding of the data set was updated.
var storeEnd = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

// extent is how large the data set is.
type extent struct{ Total, Members int }

// maker makes findings as a large organization might have them: a few types, addresses and accounts make most of them.
type maker struct {
	*rand.Rand
	extent
	rules []rule.Any
}

func (e extent) newMaker(seed uint64) *maker {
	return &maker{rand.New(rand.NewPCG(seed, 1)), e, rules.All()}
}

// few draws a number below n, small ones far more often.
func (m *maker) few(n int) int {
	x := m.Float64()
	return int(x * x * x * float64(n))
}

func memberID(i int) string { return fmt.Sprintf("2%011d", i) }

var countries = []string{"United States", "Germany", "Brazil", "India", "Vietnam", "Netherlands", "Iceland", "Japan"}

// address is one that some of the findings have, two in a hundred of them or fewer.
func (m *maker) address() string {
	return fmt.Sprintf("198.%d.%d.%d", 18+m.few(2), m.few(256), m.few(256))
}

// call is one that a sixth of the findings have, or fewer.
func (m *maker) call() string { return fmt.Sprint("DescribeThing", m.few(200)) }

// finding makes the nth finding of the data set for an account.
func (m *maker) finding(account string, n int) picket.StoredFinding {
	info := m.rules[m.few(len(m.rules))].Info()
	updated := storeEnd.Add(-time.Duration(m.Total-n) * (storeDays * 24 * time.Hour / time.Duration(m.Total)))
	created := updated.Add(-time.Duration(m.few(14*24)) * time.Hour)
	stamp := func(t time.Time) *string { return guardduty.Ptr(t.Format("2006-01-02T15:04:05.000Z")) }
	address := m.address()
	f := picket.StoredFinding{Finding: picket.Finding{Key: fmt.Sprint("bench ", n)}}
	f.Finding.Finding = guardduty.Finding{
		AccountId: &account, Region: guardduty.Ptr(storeRegion), Id: guardduty.Ptr(fmt.Sprintf("%08x%024x", uint32(n)*2654435761, n)), // in no order
		Arn:  guardduty.Ptr("arn:aws:guardduty:" + storeRegion + ":" + account + ":detector/12abc34d567e8fa901bc2d34e56789f0/finding/x"),
		Type: guardduty.Ptr(string(info.Type)), Severity: guardduty.Ptr(float64(info.Severity)), SchemaVersion: guardduty.Ptr("2.0"),
		CreatedAt: stamp(created), UpdatedAt: stamp(updated), Title: &info.Title, Description: &info.Description, Partition: guardduty.Ptr("aws"),
		Resource: m.resource(account), Service: &guardduty.Service{
			Count: guardduty.Ptr(int32(1 + m.few(1000))), EventFirstSeen: stamp(created), EventLastSeen: stamp(updated),
			ResourceRole: guardduty.Ptr("TARGET"), ServiceName: guardduty.Ptr("guardduty"), DetectorId: guardduty.Ptr("12abc34d567e8fa901bc2d34e56789f0"),
			Action: &guardduty.Action{ActionType: guardduty.Ptr("AWS_API_CALL"), AwsApiCallAction: &guardduty.AwsApiCallAction{
				Api: guardduty.Ptr(m.call()), ServiceName: guardduty.Ptr("ec2.amazonaws.com"), CallerType: guardduty.Ptr("Remote IP"),
				RemoteIpDetails: &guardduty.RemoteIpDetails{
					IpAddressV4: &address, Country: &guardduty.Country{CountryName: &countries[m.few(len(countries))]},
					Organization: &guardduty.Organization{Asn: guardduty.Ptr(fmt.Sprint(64512 + m.few(1000))), AsnOrg: guardduty.Ptr("Example"), Isp: guardduty.Ptr("Example")},
				},
			}},
		},
	}
	f.Owner.Archived = m.IntN(10) < 7
	f.Admin.Archived = m.IntN(10) < 7
	for i := range 3 {
		f.Evidence.Records = append(f.Evidence.Records, picket.EvidenceRecord{
			Object: "AWSLogs/" + account + "/CloudTrail/us-east-1/2026/01/05/x.json.gz", Offset: int64(i), Kind: "CloudTrail", Time: updated.Unix(),
			Text: fmt.Sprintf(`{"eventVersion":"1.09","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","accountId":"%s"},"eventTime":"%s","eventSource":"ec2.amazonaws.com","eventName":"DescribeInstances","awsRegion":"us-east-1","sourceIPAddress":"%s","userAgent":"aws-cli/2.15","requestID":"%x","eventID":"%x"}`,
				account, *stamp(updated), address, m.Uint64(), m.Uint64()),
		})
	}
	return f
}

// sharedFinding is finding, shared with the administrator if the account is a member.
func (m *maker) sharedFinding(account string, n int) picket.StoredFinding {
	f := m.finding(account, n)
	if account != alone {
		f.Relation, f.Administrator = relationOf(account), chief
	}
	return f
}

func (m *maker) resource(account string) *guardduty.Resource {
	many := 100_000
	if account != alone {
		many = 500
	}
	tags := []guardduty.Tag{{Key: guardduty.Ptr("team"), Value: guardduty.Ptr(fmt.Sprint("team-", m.few(40)))}}
	switch m.IntN(3) {
	case 0:
		return &guardduty.Resource{ResourceType: guardduty.Ptr("Instance"), InstanceDetails: &guardduty.InstanceDetails{
			InstanceId: guardduty.Ptr(fmt.Sprintf("i-%s%05x", account[7:], m.few(many))), InstanceType: guardduty.Ptr("m7g.large"), Tags: tags,
			NetworkInterfaces: []guardduty.NetworkInterface{{PrivateIpAddress: guardduty.Ptr("10.0.0.1"), SubnetId: guardduty.Ptr("subnet-1"), VpcId: guardduty.Ptr("vpc-1")}},
		}}
	case 1:
		return &guardduty.Resource{ResourceType: guardduty.Ptr("S3Bucket"), S3BucketDetails: []guardduty.S3BucketDetail{{
			Name: guardduty.Ptr(fmt.Sprintf("bucket-%s-%d", account, m.few(many/5))), Tags: tags,
		}}}
	}
	user := m.few(many / 3)
	return &guardduty.Resource{ResourceType: guardduty.Ptr("AccessKey"), AccessKeyDetails: &guardduty.AccessKeyDetails{
		AccessKeyId: guardduty.Ptr(fmt.Sprintf("ASIA%s%06d", account[6:], user)), PrincipalId: guardduty.Ptr(fmt.Sprint("AIDA", user)),
		UserName: guardduty.Ptr(fmt.Sprint("user-", user)), UserType: guardduty.Ptr("IAMUser"),
	}}
}

// batch is how many findings a transaction writes while the data set is built.
const batch = 500

// fill builds the data set.
func (e extent) fill(ctx context.Context, s picket.Store) error {
	if err := s.Update(ctx, e.addMembers); err != nil {
		return err
	}
	m := e.newMaker(1)
	for n := 0; n < e.Total; n += batch {
		of := map[string][]picket.StoredFinding{}
		for i := n; i < min(n+batch, e.Total); i++ {
			of[alone] = append(of[alone], m.sharedFinding(alone, i))
			member := memberID(m.few(e.Members))
			of[member] = append(of[member], m.sharedFinding(member, i))
		}
		if err := s.Update(ctx, func(tx picket.Tx) error { return save(tx, of) }); err != nil {
			return err
		}
		if n%(100*batch) == 0 {
			fmt.Printf("built %d of %d\n", n, e.Total)
		}
	}
	return nil
}

func (e extent) addMembers(tx picket.Tx) error {
	for i := range e.Members {
		if err := tx.Members().Put(newMember(i)); err != nil {
			return err
		}
		if err := tx.Members().StartRelation(relationOf(memberID(i)), chief, storeRegion, memberID(i), 1); err != nil {
			return err
		}
	}
	return nil
}

func relationOf(member string) string {
	return "relation-" + cmp.Or(strings.TrimLeft(member[1:], "0"), "0")
}

func newMember(i int) picket.Member {
	return picket.Member{
		Administrator: chief, Region: storeRegion, Account: memberID(i), Email: "security@example.com", Status: picket.Enabled, Mode: picket.Organization,
		DetectorID: "12abc34d567e8fa901bc2d34e56789f0", Relation: relationOf(memberID(i)), CreatedAt: 1, UpdatedAt: 2,
		Invitation: picket.Invitation{ID: "12abc34d567e8fa901bc2d34e56789f1", SentAt: 1},
		History:    []picket.MemberChange{{At: 1, Status: picket.Enabled, By: "arn:aws:iam::" + chief + ":root", Reason: "added by the organization"}},
	}
}
