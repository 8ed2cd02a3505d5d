package s3

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"
)

// Client lists and reads buckets.
type Client struct {
	api *s3.Client
	cfg aws.Config
}

// Endpoint says where a bucket is served, where that is not AWS, and as whom it is read.
type Endpoint struct {
	URL        string // "" for AWS, or what AWS_ENDPOINT_URL says
	PathStyle  bool   // bucket names in paths; implied by URL
	Role       string // ARN of a role to assume first, often another account's
	ExternalID string // what that role's trust asks for

	HTTP *http.Client // that speaks to S3; nil for the SDK's own
	// Dial connects to S3, STS and queues, and no proxy of the environment's is used; nil for the SDK's own way.
	Dial    func(ctx context.Context, network, address string) (net.Conn, error)
	Silence time.Duration // after which a connection that nothing comes of is given up; 0: 30 s, which is longer than a queue waits
}

// Open returns a client with the credentials and region of the environment, as every AWS tool finds them. Without
// credentials there is none. The SDK's own log is silent: what fails comes back as an error.
func Open(ctx context.Context, e Endpoint) (*Client, error) {
	cfg, err := config.LoadDefaultConfig(ctx, config.WithLogger(logging.Nop{}))
	if err == nil {
		_, err = cfg.Credentials.Retrieve(ctx)
	}
	var last *smithy.OperationError
	switch {
	case errors.As(err, &last) && last.ServiceID == "ec2imds": // where the SDK looks when nothing names credentials
		return nil, errors.New("no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role gives them")
	case err != nil:
		return nil, fmt.Errorf("find AWS credentials: %w", err)
	}
	if cfg.Region == "" {
		cfg.Region = "us-east-1"
	}
	cfg.HTTPClient = ending(cfg.HTTPClient, e)
	if e.Role != "" {
		cfg.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(cfg), e.Role, func(o *stscreds.AssumeRoleOptions) {
			o.RoleSessionName = "picket"
			o.ExternalID = optional(e.ExternalID)
		}))
	}
	return &Client{cfg: cfg, api: s3.NewFromConfig(cfg, func(o *s3.Options) {
		o.DisableLogOutputChecksumValidationSkipped = true
		if e.HTTP != nil {
			o.HTTPClient = e.HTTP
		}
		o.UsePathStyle = e.PathStyle || e.URL != ""
		if e.URL != "" {
			o.BaseEndpoint = aws.String(e.URL)
		}
	})}, nil
}

// maxRedirects is how often a request is sent on; the SDK's own client goes on for ever.
const maxRedirects = 3

// ending returns a client whose requests end: after a few redirects, and when a server is silent.
func ending(sdk aws.HTTPClient, e Endpoint) aws.HTTPClient {
	silence := cmp.Or(e.Silence, 30*time.Second)
	build, ok := sdk.(*awshttp.BuildableClient)
	if !ok {
		build = awshttp.NewBuildableClient()
	}
	transport := build.GetTransport()
	transport.IdleConnTimeout = silence / 2 // so that none ends while it is taken for a request
	dial := transport.DialContext
	if e.Dial != nil {
		dial, transport.Proxy = e.Dial, nil
	}
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return impatient{c, silence}, nil
	}
	return &http.Client{
		Transport: transport, Timeout: build.GetTimeout(),
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			switch r.Response.StatusCode {
			case http.StatusTemporaryRedirect, http.StatusPermanentRedirect: // these keep the method
				if len(via) > maxRedirects {
					return fmt.Errorf("redirected more than %d times", maxRedirects)
				}
				return nil
			}
			return http.ErrUseLastResponse
		},
	}
}

// impatient is a connection that ends when nothing comes of it for some time.
type impatient struct {
	net.Conn
	silence time.Duration
}

// Read implements net.Conn.
func (c impatient) Read(p []byte) (int, error) { return c.patiently(c.Conn.Read, p) }

// Write implements net.Conn. A read waits meanwhile, for the answer.
func (c impatient) Write(p []byte) (int, error) { return c.patiently(c.Conn.Write, p) }

func (c impatient) patiently(do func([]byte) (int, error), p []byte) (int, error) {
	if err := c.SetDeadline(time.Now().Add(c.silence)); err != nil {
		return 0, err
	}
	return do(p)
}
