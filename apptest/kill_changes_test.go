package apptest

import (
	"cmp"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/aws/aws-sdk-go-v2/service/guardduty/types"

	"picket"
	"picket/sqlstore"
)

// hold adds a source that can't be looked at: until it is paused nobody knows what it may still bring, so that no window is
// decided, whatever the time is and however the server is disturbed.
func (f *followed) hold() {
	f.s.t.Helper()
	f.s.operator("source", "add", "hold", "s3://nothing", "--endpoint", "http://127.0.0.1:1")
}

// release has all windows decided, once all that came was read.
func (f *followed) release(k *killer) {
	f.s.t.Helper()
	f.while(k, f.until(func(now followedStatus) bool { return now.Waiting == 0 }))
	if now := must(f.status())(f.s.t); now.Marked != 0 {
		f.s.t.Fatalf("windows were decided too early: %+v", now)
	}
	f.s.operator("source", "pause", "hold")
	f.while(k, f.until(func(now followedStatus) bool { return now.closed(f) }))
}

// pushing has each account push its logs, again and again until all are taken.
func pushing(f *followed, k *killer) {
	f.hold()
	for _, a := range f.people[1:] {
		var own []string
		for _, file := range f.files {
			if strings.HasPrefix(file, "AWSLogs/"+a.ID+"/") {
				own = append(own, filepath.Join(f.dir, file))
			}
		}
		for some := range slices.Chunk(own, 100) {
			f.while(k, func(ctx context.Context) error {
				c := exec.CommandContext(ctx, f.s.path, append([]string{"push"}, some...)...)
				c.Env = a.env()
				out, err := c.CombinedOutput()
				if err != nil {
					return fmt.Errorf("push: %w: %s", err, out)
				}
				return nil
			})
		}
	}
	f.release(k)
}

// changing has logs come in four parts. Between them, feeds change, lists of accounts come into force and go again, relations end
// and begin, and findings come to their end.
func changing(f *followed, k *killer, lists *listBucket, feeds *feedServer) {
	t := f.s.t
	live := filepath.Join(f.dir, "live") // the second server's is at the same place, as evidence tells it
	must(0, os.RemoveAll(live))(t)
	must(0, os.Mkdir(live, 0o700))(t)
	for _, id := range f.accounts {
		lists.put("/lists/"+id, strings.Join(callersOf(f, id), "\n")+"\n")
	}
	f.hold()
	f.s.operator("source", "add", "logs", live)
	first, second := f.people[1], f.people[2]
	part := 0
	next := func() {
		t.Helper()
		n := len(f.files)
		for _, file := range f.files[n*part/4 : n*(part+1)/4] {
			to := filepath.Join(live, file)
			must(0, os.MkdirAll(filepath.Dir(to), 0o700))(t)
			must(0, os.Link(filepath.Join(f.dir, file), to))(t)
		}
		part++
		f.while(k, f.until(func(now followedStatus) bool { return now.Objects == n*part/4 && now.Waiting == 0 }))
	}
	each := func(do func(region string) error) {
		t.Helper()
		for _, region := range f.regions {
			f.while(k, func(context.Context) error { return do(region) })
		}
	}
	publish := func(bad, trusted string) {
		t.Helper()
		feeds.publish(bad+"\n", trusted+"\n")
		f.while(k, feeds.applied)
	}
	callers := callersOf(f, second.ID)
	publish(callers[0], callers[1])
	next()
	publish(callers[1], callers[0])
	each(func(region string) error { return setThreats(first, region, true) })
	each(func(region string) error { return setThreats(second, region, true) })
	next()
	each(func(region string) error { return leave(first, region) })
	each(func(region string) error { return join(f.people[0], second, region) })
	f.age(first.ID)
	publish(callers[0]+"\n"+callers[1], "# nobody")
	next()
	each(func(region string) error { return join(f.people[0], first, region) })
	each(func(region string) error { return setThreats(first, region, false) })
	next()
	f.release(k)
}

var callerAddress = regexp.MustCompile(`"sourceIPAddress":"([0-9.]+)"`)

// callersOf are the two addresses that an account is called from most.
func callersOf(f *followed, account string) []string {
	calls := map[string]int{}
	for _, file := range f.files {
		if !strings.HasPrefix(file, "AWSLogs/"+account+"/CloudTrail/") {
			continue
		}
		in := must(os.Open(filepath.Join(f.dir, file)))(f.s.t)
		text := must(io.ReadAll(must(gzip.NewReader(in))(f.s.t)))(f.s.t)
		in.Close()
		for _, m := range callerAddress.FindAllSubmatch(text, -1) {
			if ip := string(m[1]); !strings.HasPrefix(ip, "10.") {
				calls[ip]++
			}
		}
	}
	all := slices.Collect(maps.Keys(calls))
	slices.SortFunc(all, func(a, b string) int { return cmp.Or(calls[b]-calls[a], strings.Compare(a, b)) })
	return all[:2]
}

// setThreats has an account's list in force, or not.
func setThreats(a *account, region string, active bool) error {
	c := a.in(region)
	detector, err := theDetector(c)
	if err != nil {
		return err
	}
	all, err := c.ListThreatIntelSets(ctx, &guardduty.ListThreatIntelSetsInput{DetectorId: detector})
	if err != nil {
		return err
	}
	if len(all.ThreatIntelSetIds) == 0 {
		made, err := c.CreateThreatIntelSet(ctx, &guardduty.CreateThreatIntelSetInput{
			DetectorId: detector, Name: aws.String("callers"), Format: types.ThreatIntelSetFormatTxt, Location: aws.String("s3://lists/" + a.ID), Activate: aws.Bool(active),
		})
		if err != nil {
			return err
		}
		all.ThreatIntelSetIds = append(all.ThreatIntelSetIds, *made.ThreatIntelSetId)
	} else if _, err := c.UpdateThreatIntelSet(ctx, &guardduty.UpdateThreatIntelSetInput{
		DetectorId: detector, ThreatIntelSetId: &all.ThreatIntelSetIds[0], Activate: aws.Bool(active),
	}); err != nil {
		return err
	}
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for ; ; <-look.C {
		now, err := c.GetThreatIntelSet(ctx, &guardduty.GetThreatIntelSetInput{DetectorId: detector, ThreatIntelSetId: &all.ThreatIntelSetIds[0]})
		switch {
		case err != nil:
			return err
		case now.Status == types.ThreatIntelSetStatusActivating:
		case active == (now.Status == types.ThreatIntelSetStatusActive):
			return nil
		default:
			return fmt.Errorf("the list is %s", now.Status)
		}
	}
}

// theDetector returns the detector of a client.
func theDetector(c *guardduty.Client) (*string, error) {
	list, err := c.ListDetectors(ctx, &guardduty.ListDetectorsInput{})
	if err != nil {
		return nil, err
	}
	return &list.DetectorIds[0], nil
}

// related reports whether a member has an administrator now.
func related(c *guardduty.Client, detector *string) (bool, error) {
	out, err := c.GetAdministratorAccount(ctx, &guardduty.GetAdministratorAccountInput{DetectorId: detector})
	return err == nil && out.Administrator != nil && aws.ToString(out.Administrator.RelationshipStatus) == "Enabled", err
}

func leave(a *account, region string) error {
	c := a.in(region)
	detector, err := theDetector(c)
	if err != nil {
		return err
	}
	if yes, err := related(c, detector); err != nil || !yes {
		return err
	}
	_, err = c.DisassociateFromAdministratorAccount(ctx, &guardduty.DisassociateFromAdministratorAccountInput{DetectorId: detector})
	return err
}

func join(admin, a *account, region string) error {
	c, theirs := a.in(region), admin.in(region)
	detector, err := theDetector(c)
	if err != nil {
		return err
	}
	if yes, err := related(c, detector); err != nil || yes {
		return err
	}
	adminDetector, err := theDetector(theirs)
	if err != nil {
		return err
	}
	_, err = theirs.CreateMembers(ctx, &guardduty.CreateMembersInput{
		DetectorId: adminDetector, AccountDetails: []types.AccountDetail{{AccountId: &a.ID, Email: aws.String(a.ID + "@example.com")}},
	})
	if err != nil {
		return err
	}
	if _, err = theirs.InviteMembers(ctx, &guardduty.InviteMembersInput{DetectorId: adminDetector, AccountIds: []string{a.ID}}); err != nil {
		return err
	}
	got, err := c.ListInvitations(ctx, &guardduty.ListInvitationsInput{})
	if err != nil || len(got.Invitations) == 0 {
		return errors.Join(err, errors.New("no invitation"))
	}
	_, err = c.AcceptAdministratorInvitation(ctx, &guardduty.AcceptAdministratorInvitationInput{
		DetectorId: detector, AdministratorId: &admin.ID, InvitationId: got.Invitations[0].InvitationId,
	})
	return err
}

// age gives an account some hundred findings that are past their time, and starts the server anew: it has to remove them.
func (f *followed) age(account string) {
	t := f.s.t
	t.Helper()
	f.s.stop()
	store := must(sqlstore.Open(ctx, f.s.kept))(t)
	old := time.Now().AddDate(0, 0, -100).UTC().Format("2006-01-02T15:04:05.000Z")
	must(0, store.Update(ctx, func(tx picket.Tx) error {
		for _, region := range f.regions {
			page, err := tx.Findings().List(account, region, picket.FindingQuery{Limit: 1})
			if err != nil {
				return err
			}
			found, err := tx.Findings().Get(account, region, page.IDs)
			if err != nil || len(found) == 0 {
				return err
			}
			var all []picket.StoredFinding
			for i := range 700 {
				one := found[0]
				one.Id, one.Key, one.UpdatedAt = aws.String(fmt.Sprintf("%032x", i+1)), fmt.Sprint("old ", i), &old
				all = append(all, one)
			}
			if err := tx.Findings().Save(account, region, all); err != nil {
				return err
			}
		}
		return nil
	}))(t)
	must(0, store.Close())(t)
	f.s.run()
}
