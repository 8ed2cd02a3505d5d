package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/spf13/cobra"

	"picket/event"
)

func newPushCommand() *cobra.Command {
	p := &pusher{}
	c := &cobra.Command{
		Use: "push FILE…", Short: "Send log records of your account to a server", Args: cobra.MinimumNArgs(1),
		Long: `The records of files, in every format that picket scan reads, are sent as calls that are signed with your AWS credentials
(AWS_PROFILE, AWS_ACCESS_KEY_ID); a - is standard input. Who isn't root needs the action picket:PutRecords. Records count for
your account alone: those that name another are refused, and listed by picket quarantine at the server. When the command
ends well, all are in the server's log. A server that is busy or away is tried for two minutes. To send the same files again is
harmless for a day.`,
		RunE: func(c *cobra.Command, args []string) error {
			if p.endpoint == "" {
				return errors.New("say where the server is: --endpoint-url, or AWS_ENDPOINT_URL")
			}
			p.ctx = c.Context()
			for _, path := range args {
				if err := p.file(c.InOrStdin(), path); err != nil {
					return fmt.Errorf("%s: %w", path, err)
				}
			}
			if p.flush(); p.err != nil {
				return p.err
			}
			fmt.Fprintf(c.OutOrStdout(), "%s pushed.\n", plural(p.sent, "record"))
			if p.bad > 0 {
				return fmt.Errorf("%s could not be read: %s", plural(p.bad, "record"), p.why)
			}
			return nil
		},
	}
	c.Flags().StringVar(&p.endpoint, "endpoint-url", os.Getenv("AWS_ENDPOINT_URL"), "URL of the server")
	return c
}

// pusher sends records; it implements event.Handler.
type pusher struct {
	ctx       context.Context
	endpoint  string
	body      strings.Builder
	header    string // of the flow records in body
	held      int    // records in body
	sent, bad int
	why       string
	err       error
}

// maxPush is how large a body gets, of the 1 MiB that the server takes.
const maxPush = 900 << 10

func (p *pusher) file(stdin io.Reader, path string) error {
	in := stdin
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		in = f
	}
	_, err := event.Read(in, event.Options{}, p)
	return errors.Join(err, p.err)
}

// CloudTrail implements event.Handler.
func (p *pusher) CloudTrail(t *event.CloudTrail) { p.add("", t.Raw) }

// Flow implements event.Handler.
func (p *pusher) Flow(f *event.Flow) { p.add(f.Header, f.Raw) }

// DNS implements event.Handler.
func (p *pusher) DNS(d *event.DNS) { p.add("", d.Raw) }

// Bad implements event.Handler.
func (p *pusher) Bad(b event.Bad) { p.bad, p.why = p.bad+1, b.Reason }

func (p *pusher) add(header, raw string) {
	if p.held > 0 && (p.body.Len()+len(raw) > maxPush || header != p.header) {
		p.flush()
	}
	if p.held == 0 && header != "" {
		p.body.WriteString(header + "\n")
	}
	p.body.WriteString(raw + "\n")
	p.header, p.held = header, p.held+1
}

func (p *pusher) flush() {
	if p.held > 0 && p.err == nil {
		if p.err = p.insist(p.body.String()); p.err == nil {
			p.sent += p.held
		}
	}
	p.body.Reset()
	p.held = 0
}

// insisting are the pauses between tries while the server can't be reached, or is too busy.
var insisting = []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 15 * time.Second, 30 * time.Second, time.Minute}

// errLater marks what may go well later.
var errLater = errors.New("")

// insist sends a body, again while that may help: it counts once, however often it comes.
func (p *pusher) insist(body string) error {
	err := p.send(body)
	for _, pause := range insisting {
		if !errors.Is(err, errLater) {
			break
		}
		select {
		case <-time.After(pause):
		case <-p.ctx.Done():
			return p.ctx.Err()
		}
		err = p.send(body)
	}
	return err
}

func (p *pusher) send(body string) error {
	cfg, err := awsconfig.LoadDefaultConfig(p.ctx)
	if err != nil {
		return fmt.Errorf("find AWS credentials: %w", err)
	}
	who, err := cfg.Credentials.Retrieve(p.ctx)
	if err != nil {
		return fmt.Errorf("find AWS credentials: %w", err)
	}
	r, err := http.NewRequestWithContext(p.ctx, http.MethodPost, strings.TrimSuffix(p.endpoint, "/")+"/picket/records", strings.NewReader(body))
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(body))
	region := cfg.Region
	if region == "" {
		region = "us-east-1"
	}
	if err := v4.NewSigner().SignHTTP(p.ctx, who, r, hex.EncodeToString(sum[:]), "guardduty", region, time.Now()); err != nil {
		return fmt.Errorf("sign: %w", err)
	}
	out, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("%w%w", errLater, err)
	}
	defer out.Body.Close()
	if out.StatusCode == http.StatusOK {
		return nil
	}
	var refused struct{ Message string }
	if err := json.NewDecoder(io.LimitReader(out.Body, 1<<20)).Decode(&refused); err != nil || refused.Message == "" {
		refused.Message = out.Status
	}
	err = errors.New("the server refuses: " + refused.Message)
	if out.StatusCode == http.StatusTooManyRequests || out.StatusCode >= http.StatusInternalServerError {
		err = fmt.Errorf("%w%w", errLater, err)
	}
	return err
}
