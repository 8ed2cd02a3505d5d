package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"picket"
	"picket/access"
	"picket/engine"
	"picket/event"
	"picket/guardduty"
	"picket/intel"
	"picket/rule"
	"picket/service"
	"picket/sqlstore"
)

// What a server has to hold while nothing happens, and what it may take.
const (
	idleAccounts = 10_000
	idleLimit    = 1 << 30
	stateKeys    = 1_000_000 // of each primitive
	stateLimit   = 2 << 30
	stateParts   = 16 // partitions that have them
)

var idleRegions = []string{"us-east-1", "eu-west-1", "ap-southeast-2"}

// idle measures the memory of a server that has many accounts, and no logs.
func (b *liveBench) idle() (err error) {
	dir, err := os.MkdirTemp("", "picket-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if err := enroll(filepath.Join(dir, "data")); err != nil {
		return err
	}
	began := time.Now()
	s, err := b.serveIn(dir, idleRegions)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.end()) }()
	for waits := true; waits; { // the log tells each partition which detectors there are
		time.Sleep(100 * time.Millisecond) // asking takes of the machine that is measured
		at, err := s.status()
		if err != nil {
			return err
		}
		waits = at.Waiting > 0
	}
	ready := time.Since(began)
	time.Sleep(10 * time.Second) // it has settled then
	now, most, err := memoryOf(s.process.Process.Pid)
	if err != nil {
		return err
	}
	fmt.Printf("\n%d accounts in %d regions, idle: %d MiB, %d MiB at most (limit %d MiB); after its first start it was ready in %.1f s.\n",
		idleAccounts, len(idleRegions), now>>20, most>>20, idleLimit>>20, ready.Seconds())
	return nil
}

// enroll makes the accounts, with the service enabled in every region.
func enroll(data string) error {
	ctx := context.Background()
	store, err := sqlstore.Open(ctx, data)
	if err != nil {
		return err
	}
	defer store.Close()
	master, err := access.CreateMasterKey(filepath.Join(data, "master.key"))
	if err != nil {
		return err
	}
	s := &service.Service{Store: store, Master: master, Now: time.Now, Settings: service.Settings{Regions: idleRegions}}
	if err := s.ClaimMaster(ctx); err != nil {
		return err
	}
	for i := range idleAccounts {
		id := fmt.Sprintf("%012d", 200000000000+i)
		if _, err := s.CreateAccount(ctx, service.Account{ID: id, Name: "a" + id, Email: id + "@example.com"}); err != nil {
			return err
		}
		for _, region := range idleRegions {
			c := picket.Caller{Account: id, Region: region, ARN: "arn:aws:iam::" + id + ":root"}
			if _, err := s.CreateDetector(ctx, c, &guardduty.CreateDetectorRequest{Enable: guardduty.Ptr(true)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// memoryOf is what a process has in memory, in bytes, and what it had at most.
func memoryOf(pid int) (now, most int64, err error) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0, err
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		switch n, _ := strconv.ParseInt(f[1], 10, 64); f[0] {
		case "VmRSS:":
			now = n << 10
		case "VmHWM:":
			most = n << 10
		}
	}
	return now, most, nil
}

// state measures what the primitives keep of many principals, spread over partitions, and how long it takes to come back.
func state() error {
	before := heapInUse() // what else was measured left something
	cfg := engine.Config{Rules: counting(), NewEnv: func() *rule.Env { return rule.NewEnv(&intel.Tables{}, nil, nil, nil) }}
	sink := func() engine.Sink { return discard{} }
	var engines []*engine.Engine
	for p := range stateParts {
		e := engine.New(cfg, sink)
		engines = append(engines, e)
		feed := e.NewFeed()
		for i := p; i < stateKeys; i += stateParts {
			r, err := event.ParseCloudTrail(fmt.Appendf(nil, `{"eventVersion":"1.09","userIdentity":{"type":"IAMUser","principalId":"AIDA%[1]d",`+
				`"arn":"arn:aws:iam::111122223333:user/u%[1]d","accountId":"111122223333","userName":"u%[1]d"},"eventTime":"2026-01-05T10:00:00Z",`+
				`"eventSource":"ec2.amazonaws.com","eventName":"Call","awsRegion":"us-east-1","sourceIPAddress":"198.51.100.1","userAgent":"aws-cli",`+
				`"eventID":"%[1]d","recipientAccountId":"111122223333"}`, i))
			if err != nil {
				return err
			}
			feed.CloudTrail(r)
			if i/stateParts%10_000 == 0 {
				feed.Flush()
				e.Advance(event.KindCloudTrail, r.Time+1) // first-seen conditions are judged; windows stay open
			}
		}
		feed.Flush()
		e.Advance(event.KindCloudTrail, time.Date(2026, 1, 5, 10, 0, 1, 0, time.UTC).Unix())
		e.Sync()
	}
	heap := heapInUse() - before
	var kept []bytes.Buffer
	size := 0
	for _, e := range engines {
		var b bytes.Buffer
		if err := e.Snapshot(&b); err != nil {
			return err
		}
		size += b.Len()
		kept = append(kept, b)
		e.Close()
	}
	began := time.Now()
	for i := range kept {
		e, err := engine.Restore(cfg, sink, &kept[i])
		if err != nil {
			return err
		}
		defer e.Close()
	}
	fmt.Printf("\n%d keys of each primitive in %d partitions: %d MiB (limit %d MiB); kept as %d MiB, back in %.1f s (limit 60 s).\n",
		stateKeys, stateParts, heap>>20, stateLimit>>20, size>>20, time.Since(began).Seconds())
	return nil
}

func heapInUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

// counting are rules of each primitive that wait for more than comes.
func counting() []rule.Any {
	on := rule.Calls("ec2.amazonaws.com", "Call")
	return []rule.Any{
		&rule.CloudTrail{Type: "Test:IAMUser/Threshold", On: on, When: rule.Threshold[*event.CloudTrail]{N: 100, Within: time.Hour}},
		&rule.CloudTrail{Type: "Test:IAMUser/Distinct", On: on, When: rule.Distinct[*event.CloudTrail]{
			Of: func(e *event.CloudTrail) uint64 { return rule.Hash(e.EventID) }, N: 100, Within: time.Hour,
		}},
		&rule.CloudTrail{
			Type: "Test:IAMUser/FirstSeen", On: on, Where: func(e *event.CloudTrail, _ *rule.Env) bool { return true },
			When: rule.FirstSeen[*event.CloudTrail]{
				Of: func(e *event.CloudTrail, _ *rule.Env) string { return e.SourceIPAddress }, Within: 24 * time.Hour,
			},
		},
	}
}
