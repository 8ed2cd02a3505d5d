package main

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/rogpeppe/go-internal/testscript"

	"picket"
	"picket/guardduty"
	"picket/service"
)

// The accounts of writeWorld.
const (
	administrator = "111111111111"
	member        = "222222222222"
	stranger      = "333333333333"
	home          = "us-east-1"
	abroad        = "eu-west-1"
)

// writeWorld fills the data folder of a server. The administrator sees an attack on its member, which the member sees as
// well, and a scan of its own, and in eu-west-1 two samples; the stranger has a finding of its own.
func writeWorld(ctx context.Context, data string) (err error) {
	s, err := openServer(ctx, config{Data: data, Regions: []string{home, abroad}}, quiet())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	for _, id := range []string{administrator, member, stranger} {
		if _, err := s.service.CreateAccount(ctx, service.Account{ID: id, Name: id, Email: id + "@example.com"}); err != nil {
			return err
		}
		if _, err := enable(ctx, s, picket.Operator(id, home)); err != nil {
			return err
		}
	}
	if err := join(ctx, s.service); err != nil {
		return err
	}
	for _, f := range []picket.Finding{attack(member, "i-0web", 5), attack(stranger, "i-0secret", 8), scanned(administrator)} {
		if err := s.service.Record(ctx, *f.AccountId, home, []picket.Finding{f}); err != nil {
			return err
		}
	}
	return sample(ctx, s, administrator, abroad)
}

// sample enables the service for an account in a region, and makes two samples there.
func sample(ctx context.Context, s *server, account, region string) error {
	c := picket.Operator(account, region)
	detector, err := enable(ctx, s, c)
	if err != nil {
		return err
	}
	_, err = s.service.CreateSampleFindings(ctx, c, &guardduty.CreateSampleFindingsRequest{
		DetectorId: detector, FindingTypes: []string{"Recon:EC2/Portscan", "Impact:Kubernetes/MaliciousIPCaller"},
	})
	return err
}

func enable(ctx context.Context, s *server, c picket.Caller) (*string, error) {
	out, err := s.service.CreateDetector(ctx, c, &guardduty.CreateDetectorRequest{Enable: guardduty.Ptr(true)})
	if err != nil {
		return nil, err
	}
	return out.DetectorId, nil
}

// join makes the member the administrator's.
func join(ctx context.Context, s *service.Service) error {
	admin, invited := picket.Operator(administrator, home), picket.Operator(member, home)
	detectors := func(c picket.Caller) *string {
		out, err := s.ListDetectors(ctx, c, &guardduty.ListDetectorsRequest{})
		if err != nil || len(out.DetectorIds) == 0 {
			return nil
		}
		return &out.DetectorIds[0]
	}
	_, err := s.CreateMembers(ctx, admin, &guardduty.CreateMembersRequest{
		DetectorId:     detectors(admin),
		AccountDetails: guardduty.List[guardduty.AccountDetail]{{AccountId: guardduty.Ptr(member), Email: guardduty.Ptr(member + "@example.com")}},
	})
	if err != nil {
		return err
	}
	if _, err := s.InviteMembers(ctx, admin, &guardduty.InviteMembersRequest{DetectorId: detectors(admin), AccountIds: guardduty.List[string]{member}}); err != nil {
		return err
	}
	out, err := s.ListInvitations(ctx, invited, &guardduty.ListInvitationsRequest{})
	if err != nil {
		return err
	}
	_, err = s.AcceptAdministratorInvitation(ctx, invited, &guardduty.AcceptAdministratorInvitationRequest{
		DetectorId: detectors(invited), AdministratorId: guardduty.Ptr(administrator), InvitationId: out.Invitations[0].InvitationId,
	})
	return err
}

// attack is an attack on an instance, by somebody who writes escape sequences into logs.
func attack(account, instance string, severity float64) picket.Finding {
	remote := &guardduty.RemoteIpDetails{
		IpAddressV4: guardduty.Ptr("198.51.100.7"), City: &guardduty.City{CityName: guardduty.Ptr("Springfield")},
		Country:      &guardduty.Country{CountryName: guardduty.Ptr("Atlantis")},
		Organization: &guardduty.Organization{Asn: guardduty.Ptr("64500"), Org: guardduty.Ptr("Example Hosting")},
	}
	f := picket.Finding{Key: instance, First: 1767607200, Last: 1767610800, Techniques: []string{"T1110.001"}}
	f.Finding = guardduty.Finding{
		Type: guardduty.Ptr("UnauthorizedAccess:EC2/SSHBruteForce"), AccountId: &account, Severity: &severity,
		Title: guardduty.Ptr("198.51.100.7 guesses SSH passwords of " + instance + ".\x1b[2J"), Description: guardduty.Ptr("It tried often."),
		Resource: &guardduty.Resource{
			ResourceType: guardduty.Ptr("Instance"), InstanceDetails: &guardduty.InstanceDetails{InstanceId: &instance, InstanceType: guardduty.Ptr("t3.micro\u202e")},
		},
		Service: &guardduty.Service{
			Count: guardduty.Ptr(int32(12)), ResourceRole: guardduty.Ptr("TARGET"), ServiceName: guardduty.Ptr("guardduty"),
			Action: &guardduty.Action{ActionType: guardduty.Ptr("NETWORK_CONNECTION"), NetworkConnectionAction: &guardduty.NetworkConnectionAction{
				ConnectionDirection: guardduty.Ptr("INBOUND"), LocalPortDetails: &guardduty.LocalPortDetails{Port: guardduty.Ptr(int32(22))}, RemoteIpDetails: remote,
			}},
		},
	}
	f.Evidence.Records = []picket.EvidenceRecord{{
		Object: "AWSLogs/flow.log.gz", Offset: 42, Kind: "VPC flow", Header: "srcaddr dstaddr dstport", Text: "198.51.100.7 10.0.0.5 22\x1b[2J", Time: 1767607200,
	}}
	return f
}

func scanned(account string) picket.Finding {
	f := attack(account, "i-0db", 2)
	f.Type, f.Title = guardduty.Ptr("Recon:EC2/Portscan"), guardduty.Ptr("i-0db scanned the ports of 10.0.0.9.")
	f.Service.Action = nil
	f.Evidence = picket.Evidence{}
	return f
}

// capture keeps what a part of the last command's output says in a variable.
func capture(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile("(?m)" + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if found == nil {
		ts.Fatalf("no match for %s in the output", args[1])
	}
	ts.Setenv(args[0], found[len(found)-1])
}

// harmless fails if the last command wrote what a terminal acts on.
func harmless(ts *testscript.TestScript, _ bool, _ []string) {
	for _, stream := range []string{"stdout", "stderr"} {
		for _, r := range ts.ReadFile(stream) {
			if acts(r) {
				ts.Fatalf("%s has %s", stream, fmt.Sprintf("%+q", r))
			}
		}
	}
}
