package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// The limits where a Policy says none.
const (
	defaultMaxBytes = 35 << 20
	defaultTimeout  = time.Minute
	maxRedirects    = 5
)

// The errors of a download that a policy ends.
var (
	ErrForbidden = errors.New("address is forbidden by the egress policy")
	ErrRedirects = errors.New("too many redirects")
)

// Policy says where downloads may go and how much they may bring. The zero value allows public addresses, 35 MiB and a
// minute. The environment's proxies are not used: nobody could check where they go.
type Policy struct {
	Allow    []netip.Prefix   // allowed though not public; the addresses of metadata services never are
	MaxBytes int64            // of a file, decompressed; 0: 35 MiB
	Timeout  time.Duration    // of a download, redirects included; 0: one minute
	Now      func() time.Time // nil: time.Now
}

func (p Policy) now() time.Time {
	if p.Now != nil {
		return p.Now().UTC()
	}
	return time.Now().UTC()
}

func (p Policy) maxBytes() int64 {
	if p.MaxBytes > 0 {
		return p.MaxBytes
	}
	return defaultMaxBytes
}

func (p Policy) timeout() time.Duration {
	if p.Timeout > 0 {
		return p.Timeout
	}
	return defaultTimeout
}

// never are the ranges in which clouds put metadata services, and hand out credentials.
var never = []netip.Prefix{
	netip.MustParsePrefix("169.254.0.0/16"),
	netip.MustParsePrefix("fe80::/10"),
	netip.MustParsePrefix("fd00:ec2::/32"),
	netip.MustParsePrefix("100.100.100.200/32"),
	netip.MustParsePrefix("168.63.129.16/32"),
}

// notPublic are the ranges that netip.Addr has no method for.
var notPublic = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),
	netip.MustParsePrefix("100.64.0.0/10"),
	netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"),
	netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), // an IPv4 address in disguise
	netip.MustParsePrefix("64:ff9b:1::/48"),
	netip.MustParsePrefix("2002::/16"),
	netip.MustParsePrefix("2001::/32"),
}

// Check returns ErrForbidden unless a may be dialled.
func (p Policy) Check(a netip.Addr) error {
	a = a.Unmap().WithZone("")
	public := a.IsGlobalUnicast() && !a.IsPrivate() && !contains(notPublic, a)
	if contains(never, a) || !public && !contains(p.Allow, a) {
		return fmt.Errorf("%w: %s", ErrForbidden, a)
	}
	return nil
}

func contains(prefixes []netip.Prefix, a netip.Addr) bool {
	for _, p := range prefixes {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// Dial connects as net.Dialer.DialContext does, and only to what p allows, whatever the address resolves to.
func (p Policy) Dial(ctx context.Context, network, address string) (net.Conn, error) {
	dialer := &net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		ap, err := netip.ParseAddrPort(address)
		if err != nil {
			return fmt.Errorf("%w: %s", ErrForbidden, address)
		}
		return p.Check(ap.Addr())
	}}
	return dialer.DialContext(ctx, network, address)
}

// Client returns an HTTP client that dials only what p allows, wherever redirects lead. Its requests have no time limit but their
// context's; close its idle connections when done.
func (p Policy) Client() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			DialContext:            p.Dial,
			ForceAttemptHTTP2:      true,
			MaxResponseHeaderBytes: 64 << 10,
			TLSHandshakeTimeout:    10 * time.Second,
			IdleConnTimeout:        30 * time.Second,
		},
		CheckRedirect: checkRedirect,
	}
}

// checkRedirect refuses to follow too far, to another kind of address, or from TLS to plain text.
func checkRedirect(req *http.Request, via []*http.Request) error {
	from := via[len(via)-1].URL.Scheme
	switch to := req.URL.Scheme; {
	case len(via) > maxRedirects:
		return ErrRedirects
	case to != "https" && (to != "http" || from == "https"):
		return fmt.Errorf("%w: redirect from %s to %s", ErrForbidden, from, to)
	}
	return nil
}
