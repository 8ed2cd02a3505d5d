package apptest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"
)

// live is an administrator and its member whose logs a server follows, and an account that has nothing to do with either: what is
// found there shows that what was logged together was read.
type live struct {
	*pair
	s                 *server
	logs              string
	files             int
	bystander         *account
	bystanderDetector *string
	records           string   // of an attack
	logged            []string // who attacked
}

func newLive(t *testing.T, options ...option) *live {
	t.Helper()
	l := &live{s: start(t, options...), logs: t.TempDir(), records: stoppedTrail}
	l.s.operator("source", "add", "logs", l.logs)
	l.pair = newPair(t, l.s.account("111122223333"), l.s.account("444455550075"), region).join() // in one partition of the log
	l.bystander = l.s.account("777788889999")
	l.bystanderDetector = l.bystander.enable()
	return l
}

// attack has trails stopped, each named for its attacker, from an address, in all three accounts, and waits until that is read
// and what comes of it stored.
func (l *live) attack(from string, at time.Time, who string) {
	l.t.Helper()
	l.files++
	var lines strings.Builder
	for _, account := range []string{l.adminID, l.memberID, l.bystander.ID} {
		lines.WriteString(strings.NewReplacer("ACCOUNT", account, "TIME", at.UTC().Format(time.RFC3339), "FROM", from, "WHO", who).Replace(l.records))
	}
	name := fmt.Sprintf("%d.jsonl", l.files)
	written := filepath.Join(l.t.(*testing.T).TempDir(), name) // a look must not see it half written
	must(0, os.WriteFile(written, []byte(lines.String()), 0o600))(l.t)
	must(0, os.Rename(written, filepath.Join(l.logs, name)))(l.t)
	until(l.t, "what was logged is read", func() bool {
		now := must((&followed{s: l.s}).status())(l.t)
		return now.Objects == l.files && now.Waiting == 0
	})
	l.logged = append(l.logged, who)
	want(l.t, "the bystander's findings", l.attackers(l.bystander.Client, l.bystanderDetector, l.bystander.ID, stopped), l.logged)
}

const stopped, listed = "Stealth:IAMUser/CloudTrailLoggingDisabled", "UnauthorizedAccess:IAMUser/MaliciousIPCaller.Custom"

const stoppedTrail = `{"eventVersion":"1.11","eventID":"6a9d0c1e-ACCOUNT-WHO","eventTime":"TIME","eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","awsRegion":"us-east-1","recipientAccountId":"ACCOUNT","sourceIPAddress":"FROM","userAgent":"aws-cli/2.17.0","eventType":"AwsApiCall","eventCategory":"Management","userIdentity":{"type":"IAMUser","principalId":"AIDAWHO","arn":"arn:aws:iam::ACCOUNT:user/WHO","accountId":"ACCOUNT","accessKeyId":"AKIAWHO","userName":"WHO"},"requestParameters":{"name":"arn:aws:cloudtrail:us-east-1:ACCOUNT:trail/WHO"}}
`

// attackers are those in whose name a side has a finding of a type in an account, in the order in which they attacked.
func (l *live) attackers(c *guardduty.Client, detector *string, account, typ string) (who []string) {
	l.t.Helper()
	for _, name := range l.logged {
		ids := must(c.ListFindings(ctx, &guardduty.ListFindingsInput{
			DetectorId: detector, FindingCriteria: &types.FindingCriteria{Criterion: map[string]types.Condition{
				"accountId": {Equals: []string{account}}, "type": {Equals: []string{typ}}, "resource.accessKeyDetails.userName": {Equals: []string{name}},
			}},
		}))(l.t).FindingIds
		if len(ids) > 0 {
			who = append(who, name)
		}
	}
	return who
}

// wantIn wants that the member's findings of a type, and the administrator's copies of them, are of some attackers, and the
// administrator's own of others.
func (l *live) wantIn(typ string, member, admin []string) {
	l.t.Helper()
	want(l.t, "the member's findings", l.attackers(l.member, l.memberDt, l.memberID, typ), member)
	want(l.t, "the administrator's copies", l.attackers(l.admin, l.adminDet, l.memberID, typ), member)
	want(l.t, "the administrator's own findings", l.attackers(l.admin, l.adminDet, l.adminID, typ), admin)
}

// suspended has something suspend a detector and something else resume it, attacks meanwhile, and once more when it is resumed, with
// a record of the time before: such as a source brings that was away.
func (l *live) suspended(suspend, resume func(), meanwhile func()) {
	l.t.Helper()
	suspend()
	at := time.Now()
	l.attack("198.51.100.7", at, "meanwhile")
	meanwhile()
	until(l.t, "the clock tells what comes from what was", func() bool { return time.Now().Unix() > at.Unix() })
	resume()
	l.attack("198.51.100.7", at, "late")
	l.attack("198.51.100.7", time.Now(), "after")
}

// Test92WithLogs: a list applies to the logs of its own account alone, whoever is related to it.
func Test92WithLogs(t *testing.T) {
	bucket, lists := withLists(t)
	l := newLive(t, lists)
	const threatens, threatensMember, trusted, trustedByMember = "203.0.113.1", "203.0.113.2", "203.0.113.3", "203.0.113.4"
	for _, ip := range []string{threatens, threatensMember, trusted, trustedByMember} {
		bucket.put("/lists/"+ip, ip+"\n")
	}
	inForce(t, l.admin, l.adminDet, threatens, trusted)
	inForce(t, l.member, l.memberDt, threatensMember, trustedByMember)
	l.attack(threatens, time.Now(), "threat")
	l.attack(threatensMember, time.Now(), "threat-to-member")
	l.wantIn(listed, []string{"threat-to-member"}, []string{"threat"})
	threats := l.logged
	l.attack(trusted, time.Now(), "friend")
	l.attack(trustedByMember, time.Now(), "friend-of-member")
	l.wantIn(stopped, append(slices.Clone(threats), "friend"), append(slices.Clone(threats), "friend-of-member"))
}

// inForce activates a threat list and a trusted list of one address each, and waits for them.
func inForce(t testing.TB, c *guardduty.Client, detector *string, threatens, trusted string) {
	t.Helper()
	threats := must(c.CreateThreatIntelSet(ctx, &guardduty.CreateThreatIntelSetInput{
		DetectorId: detector, Name: aws.String("threats"), Format: types.ThreatIntelSetFormatTxt, Location: aws.String("s3://lists/" + threatens), Activate: aws.Bool(true),
	}))(t).ThreatIntelSetId
	trust := must(c.CreateIPSet(ctx, &guardduty.CreateIPSetInput{
		DetectorId: detector, Name: aws.String("trusted"), Format: types.IpSetFormatTxt, Location: aws.String("s3://lists/" + trusted), Activate: aws.Bool(true),
	}))(t).IpSetId
	until(t, "the lists are in force", func() bool {
		one := must(c.GetThreatIntelSet(ctx, &guardduty.GetThreatIntelSetInput{DetectorId: detector, ThreatIntelSetId: threats}))(t)
		other := must(c.GetIPSet(ctx, &guardduty.GetIPSetInput{DetectorId: detector, IpSetId: trust}))(t)
		return one.Status == types.ThreatIntelSetStatusActive && other.Status == types.IpSetStatusActive
	})
}

// Test93WithLogs: what a member logs while its administrator has suspended it is found by neither, then or later.
func Test93WithLogs(t *testing.T) {
	l := newLive(t)
	own := []string{"before", "meanwhile", "late", "after"}
	l.attack("198.51.100.7", time.Now(), "before")
	l.suspended(func() { must(0, acts['s'](l.pair))(t) }, func() { must(0, acts['m'](l.pair))(t) }, func() {
		l.wantStatus("Disabled")
		l.wantIn(stopped, []string{"before"}, own[:2])
	})
	l.wantStatus("Enabled")
	l.wantIn(stopped, []string{"before", "after"}, own)
}

// Test95WithLogs: the logs of an administrator that has suspended itself aren't analysed, and what its member's show still reaches it.
func Test95WithLogs(t *testing.T) {
	l := newLive(t)
	enable := func(yes bool) func() {
		return func() {
			must(l.admin.UpdateDetector(ctx, &guardduty.UpdateDetectorInput{DetectorId: l.adminDet, Enable: &yes}))(t)
		}
	}
	l.suspended(enable(false), enable(true), func() { l.wantIn(stopped, []string{"meanwhile"}, nil) })
	l.wantStatus("Enabled")
	l.wantIn(stopped, []string{"meanwhile", "late", "after"}, []string{"after"})
}

// Test96WithLogs: nor are those of a member that has suspended itself; when it disables the service, the administrator's copies stay.
func Test96WithLogs(t *testing.T) {
	l := newLive(t)
	own := []string{"meanwhile", "late", "after", "gone", "anew"}
	l.suspended(func() { must(0, acts['S'](l.pair))(t) }, func() { must(0, acts['M'](l.pair))(t) }, func() {
		l.wantStatus("Disabled")
		l.wantIn(stopped, nil, own[:1])
	})
	l.wantStatus("Enabled")
	l.wantIn(stopped, own[2:3], own[:3])

	must(0, acts['D'](l.pair))(t)
	l.wantStatus("Removed")
	l.attack("198.51.100.7", time.Now(), "gone")
	want(t, "the administrator's copies", l.attackers(l.admin, l.adminDet, l.memberID, stopped), own[2:3])
	l.memberDt = detectorIn(t, l.member)
	l.attack("198.51.100.7", time.Now(), "anew")
	want(t, "the administrator's copies", l.attackers(l.admin, l.adminDet, l.memberID, stopped), own[2:3])
	want(t, "the findings of who was a member", l.attackers(l.member, l.memberDt, l.memberID, stopped), own[4:])
	want(t, "the administrator's own findings", l.attackers(l.admin, l.adminDet, l.adminID, stopped), own)
}
