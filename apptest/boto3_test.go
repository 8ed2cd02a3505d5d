package apptest

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
)

// tool runs one of tools.py, with the keys of an account, and returns what it prints.
func (a *account) tool(t testing.TB, name string, work map[string]any) any {
	t.Helper()
	work["endpoint"], work["region"] = a.s.url, region
	c := exec.Command("python3", "tools.py", name)
	c.Env = append(a.env(), "PYTHONDONTWRITEBYTECODE=1")
	c.Stdin = strings.NewReader(text(t, work))
	var errs strings.Builder
	c.Stderr = &errs
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, errs.String())
	}
	var answer any
	must(0, json.Unmarshal(out, &answer))(t)
	return answer
}

// crew is an organization whose management account the tools run in, by the roles of its other accounts: one administrates
// others by invitation, which stand with it as each way says.
type crew struct {
	t              testing.TB
	s              *server
	n              *newcomers
	manager, admin *account
	pairs          map[string]*pair // by way
	order          []string
}

// ways to every status, and to some of them more than one, as in acts; "-" has the service off on both sides.
var ways = []string{"-", "", "c", "ci", "cia", "cias", "ciaS", "cial", "cid", "cir", "ciar", "ciaD"}

func newCrew(t testing.TB, ways ...string) *crew {
	t.Helper()
	n := &newcomers{s: start(t, withRegions(region, "eu-west-1"))}
	c := &crew{t: t, s: n.s, n: n, manager: n.s.account(n.id()), pairs: map[string]*pair{}}
	n.s.operator("organization", "create", c.manager.ID)
	c.admin = c.account()
	for _, way := range ways {
		c.order = append(c.order, way)
		c.pairs[way] = c.stand(c.account(), way)
	}
	return c
}

func (c *crew) account() *account {
	c.t.Helper()
	return c.s.account(c.n.id(), "--organization", c.manager.ID)
}

// stand goes a way with the administrator and an account.
func (c *crew) stand(member *account, way string) *pair {
	c.t.Helper()
	if way == "-" {
		return &pair{t: c.t, admin: c.admin.Client, adminID: c.admin.ID, member: member.Client, memberID: member.ID}
	}
	p := newPair(c.t, c.admin, member, region)
	for _, act := range way {
		must(0, acts[act](p))(c.t)
	}
	return p
}

// work is what the tools get.
func (c *crew) work(more ...any) map[string]any {
	members, csv := [][2]string{}, "Account ID,Email\r\n"
	for _, way := range c.order {
		id := c.pairs[way].memberID
		members, csv = append(members, [2]string{id, id + "@example.com"}), csv+id+","+id+"@example.com,more\r\n"
	}
	work := map[string]any{"admin": c.admin.ID, "members": members, "csv": csv}
	for i := 0; i < len(more); i += 2 {
		work[more[i].(string)] = more[i+1]
	}
	return work
}

// want compares the statuses of the members, by the way that they came.
func (c *crew) want(what, status string, except map[string]string) {
	c.t.Helper()
	detector := detectorIn(c.t, c.admin.Client)
	for _, way := range c.order {
		p, wanted := c.pairs[way], status
		p.adminDet = detector
		if s, ok := except[way]; ok {
			wanted = s
		}
		if got := p.status(); got != wanted {
			c.t.Errorf("after %s, the member that came by %q is %q, want %q", what, way, got, wanted)
		}
	}
}

func TestToolSamples(t *testing.T) {
	c := newCrew(t, ways...)
	outcome := c.manager.tool(t, "samples_enable", c.work()).(map[string]any)
	stuck := map[string]string{"cir": "Removed", "ciar": "Removed", "ciaD": "Removed"} // the script knows no way on from Removed
	c.want("enabling", "Enabled", stuck)
	for way, p := range c.pairs {
		wanted := "Enabled"
		if stuck[way] != "" {
			wanted = "never ends"
		}
		want(t, "by "+way+", the outcome", outcome[p.memberID], any(wanted))
	}

	want(t, "disabling", c.manager.tool(t, "samples_disable", c.work("delete_master", false)), any(map[string]any{}))
	c.want("disabling", "", nil)
	for way, p := range c.pairs {
		if ids := must(p.member.ListDetectors(ctx, &guardduty.ListDetectorsInput{}))(t).DetectorIds; len(ids) > 0 {
			t.Errorf("disabled, the member that came by %q has the detector %s", way, ids)
		}
	}
	c.manager.tool(t, "samples_enable", c.work())
	c.want("enabling once more", "Enabled", nil)

	outside := newPair(t, c.admin, c.account(), region).join()
	want(t, "disabling all", c.manager.tool(t, "samples_disable", c.work("delete_master", true)), any(map[string]any{}))
	if ids := must(c.admin.ListDetectors(ctx, &guardduty.ListDetectorsInput{}))(t).DetectorIds; len(ids) > 0 {
		t.Errorf("disabled with its members, the administrator has the detector %s", ids)
	}
	if d := must(outside.member.GetDetector(ctx, &guardduty.GetDetectorInput{DetectorId: outside.memberDt}))(t); d.Status != "ENABLED" {
		t.Errorf("a member that the file doesn't name is %s", d.Status)
	}
}

// TestToolSamplesPicksTheLastInvitation is about members that another account has invited since, or has.
func TestToolSamplesPicksTheLastInvitation(t *testing.T) {
	c := newCrew(t, "ci", "ciri", "cidi", "cidxi", "c")
	for way, p := range c.pairs {
		inviter := c.account()
		other := &pair{t: t, admin: inviter.Client, adminID: inviter.ID, adminDet: inviter.enable(), member: p.member, memberID: p.memberID, memberDt: p.memberDt}
		other.add()
		other.invite()
		if way == "c" {
			must(0, other.accept())(t)
		}
	}
	outcome := c.manager.tool(t, "samples_enable", c.work()).(map[string]any)
	c.want("enabling", "Invited", nil)
	for way, p := range c.pairs {
		want(t, "by "+way+", the outcome", outcome[p.memberID], any("BadRequestException"))
	}
}

func TestToolGuardian(t *testing.T) {
	c := newCrew(t, ways...)
	want(t, "what enabling was refused", c.manager.tool(t, "guardian_enable", c.work()), any([]any{}))
	c.want("enabling", "Enabled", nil)
	for how, status := range map[string]string{"suspend": "Disabled", "disable-detector": "Disabled", "dissociate": "Removed"} {
		want(t, "refused", c.manager.tool(t, "guardian_disable", c.work("how", how)), any([]any{}))
		c.want(how, status, nil)
		want(t, "what enabling was refused", c.manager.tool(t, "guardian_enable", c.work()), any([]any{}))
		c.want("enabling after "+how, "Enabled", nil)
	}
	report := c.manager.tool(t, "guardian_report", c.work()).(map[string]any)
	want(t, "members reported", len(report), len(ways))
	for id, row := range report {
		want(t, "the row of "+id, row, any([]any{"Enabled", true, true}))
	}
}

func TestToolMultiAccountManager(t *testing.T) {
	c := newCrew(t, ways...)
	want(t, "enabling", c.manager.tool(t, "manager_enable", c.work()), any("done"))
	c.want("enabling", "Enabled", nil)
	want(t, "enabling again", c.manager.tool(t, "manager_enable", c.work()), any("done"))
	want(t, "the teardown", c.manager.tool(t, "manager_teardown", c.work()), any("done"))
	c.want("the teardown", "Resigned", nil) // they were deleted before they left
	for way, p := range c.pairs {
		if left := must(p.member.ListInvitations(ctx, &guardduty.ListInvitationsInput{}))(t).Invitations; len(left) > 0 {
			t.Errorf("after the teardown, the member that came by %q has invitations", way)
		}
	}
	want(t, "the second teardown", c.manager.tool(t, "manager_teardown", c.work()), any("done"))
	c.want("the second teardown", "", nil)
	want(t, "enabling after it", c.manager.tool(t, "manager_enable", c.work()), any("done"))
	c.want("enabling after it", "Enabled", nil)
}

func TestToolReferenceArchitecture(t *testing.T) {
	c := newCrew(t, "-", "")
	want(t, "the destination is", c.manager.tool(t, "reference_organization", c.work()), any("PENDING_VERIFICATION")) // as with AWS, so soon after it was made
	c.want("the set-up", "Enabled", nil)
	late := c.account()
	p := newPair(t, c.admin, late, region)
	p.wantStatus("Enabled")
	want(t, "the caller of the organization reads", c.admin.tool(t, "prowler_reads", c.work()), any(map[string]any{"central": true, "admins": "tolerated", "auto": true}))
	c.manager.enable()
	want(t, "its manager reads", c.manager.tool(t, "prowler_reads", c.work()), any(map[string]any{
		"central": false, "admins": []any{c.admin.ID}, "auto": "tolerated",
	}))
}

func TestToolReaders(t *testing.T) {
	c := newCrew(t, "c", "cia", "cias")
	reader := c.admin.user("reader", "AmazonGuardDutyReadOnlyAccess")
	want(t, "the administrator reads", reader.tool(t, "prowler_reads", c.work()), any(map[string]any{"central": true, "admins": "tolerated", "auto": "tolerated"}))
	want(t, "the tables", reader.tool(t, "steampipe_tables", c.work("elsewhere", "eu-west-1")), any(map[string]any{
		"rows": []any{"Created", "Enabled", "Disabled"}, "gone elsewhere": true,
	}))
	detector := detectorIn(t, c.admin.Client)
	want(t, "nuking a master", c.admin.tool(t, "nuke", c.work()), any(map[string]any{*detector: []any{true, "BadRequestException"}}))
	alone := c.account()
	own := alone.enable()
	want(t, "a lone account reads", alone.tool(t, "prowler_reads", c.work()), any(map[string]any{"central": false, "admins": "tolerated", "auto": "tolerated"}))
	want(t, "nuking it", alone.tool(t, "nuke", c.work()), any(map[string]any{aws.ToString(own): []any{true, "deleted"}}))
}
