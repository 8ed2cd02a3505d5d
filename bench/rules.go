package main

import (
	"fmt"
	"syscall"
	"time"

	"picket"
	"picket/engine"
	"picket/event"
	"picket/intel"
	"picket/rule"
)

// ruleCounts measures what ten times the rules cost: 100 and 1,000 rules, each listening to a call of its own, over the same
// records of 64 calls that rules of both listen to, parsing included.
func ruleCounts() error {
	const records = 200_000
	lines := make([][]byte, 64)
	for i := range lines {
		lines[i] = fmt.Appendf(nil, `{"eventVersion":"1.09","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/dana","accountId":"111122223333","userName":"dana"},"eventTime":"2026-01-05T10:00:00Z","eventSource":"ec2.amazonaws.com","eventName":"Call%d","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.1","userAgent":"aws-cli","requestParameters":{"instanceId":"i-0123456789abcdef0"},"responseElements":null,"eventID":"%d","recipientAccountId":"111122223333"}`, i, i)
	}
	var took [2]time.Duration
	for range 10 { // by turns, so that both meet the machine in the same mood
		for n, count := range []int{100, 1000} {
			t, err := judge(synthetic(count), lines, records)
			if err != nil {
				return err
			}
			if took[n] == 0 || t < took[n] {
				took[n] = t
			}
		}
	}
	fmt.Printf("\n1,000 rules take %.2f times as long as 100 (limit 1.30).\n", took[1].Seconds()/took[0].Seconds())
	return nil
}

// judge parses n records, runs the rules over them, and returns the CPU time that took.
func judge(rules []rule.Any, lines [][]byte, n int) (time.Duration, error) {
	e := engine.New(engine.Config{Rules: rules, NewEnv: func() *rule.Env { return rule.NewEnv(&intel.Tables{}, nil, nil, nil) }},
		func() engine.Sink { return discard{} })
	defer e.Close()
	feed := e.NewFeed()
	began := userTime()
	for i := range n {
		r, err := event.ParseCloudTrail(lines[i%len(lines)])
		if err != nil {
			return 0, err
		}
		feed.CloudTrail(r)
	}
	return userTime() - began, nil
}

func userTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic("BUG: " + err.Error())
	}
	return time.Duration(usage.Utime.Nano())
}

type discard struct{}

// Hit implements engine.Sink.
func (discard) Hit(*rule.Hit) {}

// synthetic returns rules that listen to a call each and refuse it.
func synthetic(n int) []rule.Any {
	all := make([]rule.Any, n)
	for i := range all {
		all[i] = &rule.CloudTrail{
			Type: picket.FindingType(fmt.Sprintf("Test:IAMUser/Synthetic%d", i)), On: rule.Calls("ec2.amazonaws.com", fmt.Sprintf("Call%d", i)),
			Where: func(e *event.CloudTrail, _ *rule.Env) bool {
				return e.RequestParameters.Get("instanceId").Str() == "none"
			},
		}
	}
	return all
}
