package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
	"github.com/klauspost/compress/gzip"

	"picket/event"
)

// liveBench measures `picket serve` that follows a folder: how fast it reads what is there, against `picket scan` of the same
// files, how soon it tells of a file that comes, there and in a bucket, and what it holds in memory.
type liveBench struct {
	bench
	times    int            // files that come
	settings map[string]any // of the server, beside those that all have
}

const (
	throughputLimit = 0.7 // of what a scan reads in a second, at least
	latencyLimit    = 2 * time.Second
)

func (b *liveBench) run() error {
	if err := b.bench.prepareApart(); err != nil {
		return err
	}
	if err := b.throughputs(); err != nil {
		return err
	}
	for _, part := range []struct {
		name string
		run  func() error
	}{{"latency", b.latency}, {"bucket", b.bucketLatency}, {"idle", b.idle}, {"state", state}} {
		if !strings.HasPrefix(part.name, b.only) {
			continue
		}
		if err := part.run(); err != nil {
			return fmt.Errorf("%s: %w", part.name, err)
		}
	}
	return nil
}

// throughputs prints a table of the sets, if one is to be measured.
func (b *liveBench) throughputs() error {
	sets := slices.DeleteFunc(b.sets(), func(s set) bool { return s.alone || s.real != "" })
	if len(sets) == 0 {
		return nil
	}
	fmt.Println("| logs | scan wall | serve wall | throughput, scan = 1 | limit | user CPU, scan = 1 | memory | 99 of 100 checkpoints, limit 0.1 s |")
	fmt.Println("|---|---|---|---|---|---|---|---|")
	for _, s := range sets {
		if err := b.throughput(s); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// throughput prints a set's row: the median of the rounds.
func (b *liveBench) throughput(s set) error {
	logs := filepath.Join(b.folder(s), "AWSLogs")
	var scan, serve []cost
	for range b.rounds {
		var err error
		if scan, err = again(scan, nil, b.picket, "scan", logs, "--intel", b.lists(), "--format", "json"); err != nil {
			return err
		}
		c, err := b.follow(logs)
		if err != nil {
			return err
		}
		serve = append(serve, c)
	}
	was, is := middle(scan), middle(serve)
	fmt.Printf("| %s | %.2f s | %.2f s | **%.2f** | %.2f | %.2f | %d MiB | %s |\n", s.name, was.wall.Seconds(), is.wall.Seconds(),
		was.wall.Seconds()/is.wall.Seconds(), throughputLimit, is.user.Seconds()/was.user.Seconds(), is.memory>>20, is.out)
	return nil
}

// middle is the round whose wall time is the median.
func middle(costs []cost) cost {
	slices.SortFunc(costs, func(x, y cost) int { return int(x.wall - y.wall) })
	return costs[len(costs)/2]
}

// follow has a new server read a folder of logs to its end.
func (b *liveBench) follow(logs string) (c cost, err error) {
	accounts, files, err := contents(logs)
	if err != nil {
		return c, err
	}
	s, err := b.serve([]string{"us-east-1", "eu-west-1"}) // as simulated logs have
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	for _, id := range accounts {
		if _, err := s.account(id); err != nil {
			return c, err
		}
	}
	if _, err := s.cli("source", "add", "logs", logs); err != nil {
		return c, err
	}
	began := time.Now()
	for {
		time.Sleep(100 * time.Millisecond) // asking takes of the machine that is measured
		at, err := s.status()
		if err != nil {
			return c, err
		}
		if len(at.Sources) == 1 && at.Sources[0].Objects == files && at.Waiting == 0 {
			break
		}
	}
	c.wall = time.Since(began)
	if c.out, err = s.checkpoints(); err != nil {
		return c, err
	}
	if err := s.end(); err != nil {
		return c, err
	}
	usage := s.process.ProcessState.SysUsage().(*syscall.Rusage)
	c.user, c.memory = s.process.ProcessState.UserTime(), usage.Maxrss<<10
	return c, nil
}

// contents tells what is in a folder in AWS's layout.
func contents(logs string) (accounts []string, files int, err error) {
	err = filepath.WalkDir(logs, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		if account := event.ParsePath(path).Account; account != "" {
			accounts = append(accounts, account)
		}
		return nil
	})
	slices.Sort(accounts)
	return slices.Compact(accounts), files, err
}

// live is a server at work.
type live struct {
	picket, dir, url string
	process          *exec.Cmd
	errs             bytes.Buffer
}

var address = regexp.MustCompile(`serves (http://[0-9.:]+)`)

// serve starts a server of its own.
func (b *liveBench) serve(regions []string) (*live, error) {
	dir, err := os.MkdirTemp("", "picket-bench-")
	if err != nil {
		return nil, err
	}
	return b.serveIn(dir, regions)
}

func (b *liveBench) serveIn(dir string, regions []string) (*live, error) {
	s := &live{picket: b.picket, dir: dir}
	intel, err := filepath.Abs(b.lists())
	if err != nil {
		return nil, err
	}
	settings := map[string]any{
		"data": filepath.Join(dir, "data"), "listen": "127.0.0.1:0", "regions": regions, "intel": []string{intel}, "metrics": metrics,
	}
	maps.Copy(settings, b.settings)
	config, err := json.Marshal(settings)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(s.config(), config, 0o600); err != nil {
		return nil, err
	}
	s.process = exec.Command(b.picket, "serve", "--config", s.config())
	s.process.Stderr = &s.errs
	out, err := s.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := s.process.Start(); err != nil {
		return nil, err
	}
	text := make([]byte, 0, 64<<10)
	for s.url == "" {
		n, err := out.Read(text[len(text):cap(text)])
		if text = text[:len(text)+n]; err != nil {
			return nil, errors.Join(fmt.Errorf("serve: %w: %s%s", err, text, s.errs.String()), s.close())
		}
		if m := address.FindSubmatch(text); m != nil {
			s.url = string(m[1])
		}
	}
	return s, nil
}

// metrics is where servers tell of their checkpoints.
const metrics = "127.0.0.1:18461"

var checkpointBucket = regexp.MustCompile(`(?m)^picket_checkpoint_seconds_bucket\{le="([^"]+)"\} (\d+)`)

// checkpoints says how long they took, as exactly as the buckets of the metric are.
func (s *live) checkpoints() (string, error) {
	resp, err := http.Get("http://" + metrics + "/metrics")
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", err
	}
	buckets := checkpointBucket.FindAllSubmatch(text, -1)
	if len(buckets) == 0 {
		return "", errors.New("no metric tells of checkpoints")
	}
	all, err := strconv.Atoi(string(buckets[len(buckets)-1][2]))
	if err != nil {
		return "", err
	}
	for _, b := range buckets {
		if n, _ := strconv.Atoi(string(b[2])); n*100 >= all*99 {
			return fmt.Sprintf("at most %s s, of %d", b[1], all), nil
		}
	}
	panic("BUG: the last bucket has all")
}

func (s *live) config() string { return filepath.Join(s.dir, "picket.yaml") }

// end has the server stop by itself.
func (s *live) end() error {
	if s.process.ProcessState != nil {
		return nil
	}
	if err := s.process.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	if err := s.process.Wait(); err != nil {
		return fmt.Errorf("serve: %w: %s", err, s.errs.String())
	}
	return nil
}

func (s *live) close() error { return errors.Join(s.end(), os.RemoveAll(s.dir)) }

func (s *live) cli(args ...string) ([]byte, error) {
	out, err := exec.Command(s.picket, append(args, "--config", s.config())...).Output()
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		err = fmt.Errorf("picket %s: %w: %s", strings.Join(args, " "), err, exit.Stderr)
	}
	return out, err
}

// account makes an account in which the service is enabled everywhere.
func (s *live) account(id string) (*guardduty.Client, error) {
	out, err := s.cli("account", "create", "--id", id, "--name", "a"+id, "--email", id+"@example.com", "--json")
	if err != nil {
		return nil, err
	}
	var key struct{ AccessKeyID, SecretAccessKey string }
	if err := json.Unmarshal(out, &key); err != nil {
		return nil, err
	}
	if _, err := s.cli("account", "enable", id, "--regions", "all"); err != nil {
		return nil, err
	}
	return guardduty.New(guardduty.Options{
		Region: storeRegion, BaseEndpoint: &s.url, Credentials: credentials.NewStaticCredentialsProvider(key.AccessKeyID, key.SecretAccessKey, ""),
	}), nil
}

// progress is what of a server's status is needed.
type progress struct {
	Sources []struct{ Objects int }
	Waiting int
}

func (s *live) status() (p progress, err error) {
	out, err := s.cli("status", "--json")
	if err == nil {
		err = json.Unmarshal(out, &p)
	}
	return p, err
}

// latency measures from a file that is finished in a member's folder to its finding in the administrator's list.
func (b *liveBench) latency() error {
	s, err := b.serve([]string{storeRegion})
	if err != nil {
		return err
	}
	logs := filepath.Join(s.dir, "AWSLogs")
	if err := os.MkdirAll(logs, 0o755); err != nil {
		return errors.Join(err, s.close())
	}
	took, err := b.arrivals(s, []string{logs}, func(n int) error { return arrive(logs, n) })
	if err := errors.Join(err, s.close()); err != nil {
		return err
	}
	told("From a finished file", took)
	return nil
}

func told(from string, took []time.Duration) {
	slices.Sort(took)
	at := func(share float64) float64 { return took[int(share*float64(len(took)-1))].Seconds() }
	fmt.Printf("\n%s to the finding in the administrator's list, %d times: median %.2f s, p99 %.2f s, limit %.0f s.\n",
		from, len(took), at(0.5), at(0.99), latencyLimit.Seconds())
}

// arrivals has logs come to a source, one after another, and tells how long each took to be found once it was there.
func (b *liveBench) arrivals(s *live, source []string, arrive func(n int) error) ([]time.Duration, error) {
	ctx := context.Background()
	admin, err := s.account(chief)
	if err != nil {
		return nil, err
	}
	if _, err := s.account(alone); err != nil {
		return nil, err
	}
	for _, args := range [][]string{
		{"member", "add", alone, alone + "@example.com", "--account", chief, "--regions", "all"},
		{"member", "invite", alone, "--account", chief, "--regions", "all"},
		{"invitation", "accept", chief, "--account", alone, "--regions", "all"},
		append([]string{"source", "add", "logs"}, source...),
	} {
		if _, err := s.cli(args...); err != nil {
			return nil, err
		}
	}
	list, err := admin.ListDetectors(ctx, &guardduty.ListDetectorsInput{})
	if err != nil {
		return nil, err
	}
	var took []time.Duration
	for n := range b.times {
		if err := arrive(n); err != nil {
			return nil, err
		}
		began := time.Now()
		for seen := 0; seen <= n; {
			out, err := admin.GetFindingsStatistics(ctx, &guardduty.GetFindingsStatisticsInput{
				DetectorId: aws.String(list.DetectorIds[0]), GroupBy: "ACCOUNT",
			})
			if err != nil {
				return nil, err
			}
			seen = 0
			for _, g := range out.FindingStatistics.GroupedByAccount {
				seen += int(*g.TotalFindings)
			}
			if time.Since(began) > time.Minute {
				status, err := s.cli("status")
				return nil, errors.Join(fmt.Errorf("file %d raised nothing in a minute:\n%s%s", n, status, s.errs.String()), err)
			}
			time.Sleep(10 * time.Millisecond) // the precision that seconds need
		}
		took = append(took, time.Since(began))
	}
	return took, nil
}

// stopped is a record of a trail that is stopped; the trail's name makes the finding one of its own.
const stopped = `{"Records":[{"eventVersion":"1.11","eventID":"bench-%[1]d","eventTime":"%[2]s","eventSource":"cloudtrail.amazonaws.com",` +
	`"eventName":"StopLogging","awsRegion":"us-east-1","recipientAccountId":"%[3]s","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2.17.0",` +
	`"eventType":"AwsApiCall","eventCategory":"Management","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE1",` +
	`"arn":"arn:aws:iam::%[3]s:user/dana","accountId":"%[3]s","accessKeyId":"AKIAEXAMPLE1","userName":"dana"},` +
	`"requestParameters":{"name":"arn:aws:cloudtrail:us-east-1:%[3]s:trail/t%[1]d"}}]}`

// arrive puts a file into a folder of logs as AWS would: whole.
func arrive(logs string, n int) error {
	name, packed, err := arrival(n)
	if err != nil {
		return err
	}
	path := filepath.Join(logs, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	part := filepath.Join(filepath.Dir(logs), "part")
	if err := os.WriteFile(part, packed, 0o644); err != nil {
		return err
	}
	return os.Rename(part, path)
}

// arrival is a file of CloudTrail's of now, and its name below AWSLogs.
func arrival(n int) (name string, packed []byte, err error) {
	now := time.Now().UTC()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	fmt.Fprintf(z, stopped, n, now.Format(time.RFC3339), alone)
	err = z.Close()
	return fmt.Sprintf("%s/CloudTrail/%s/%s/%[1]s_CloudTrail_%[2]s_%[4]s_%016d.json.gz", alone, storeRegion,
		now.Format("2006/01/02"), now.Format("20060102T1504Z"), n), out.Bytes(), err
}
