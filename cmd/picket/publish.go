package main

import (
	"fmt"
	"net/netip"
	"time"

	"picket/fetch"
	"picket/publish"
	"picket/publish/s3"
	"picket/publish/smtp"
	"picket/publish/webhook"
)

// publishConfig says where findings may go. The zero value is AWS's S3 and public addresses.
type publishConfig struct {
	S3Endpoint string   `yaml:"s3-endpoint"` // of what speaks S3, where that is not AWS
	Buckets    []string `yaml:"buckets"`     // that may be written; empty: every one that the server's credentials may
	Allow      []string `yaml:"allow"`       // ranges that webhooks may be in though not public
}

func (p publishConfig) check() []error {
	var wrong []error
	if p.S3Endpoint != "" && !isWebAddress(p.S3Endpoint) {
		wrong = append(wrong, fmt.Errorf("publish: s3-endpoint: %q is no address: write https://s3.example.com", p.S3Endpoint))
	}
	if _, err := egress(p.Allow); err != nil {
		wrong = append(wrong, fmt.Errorf("publish: allow: %w: write 10.0.0.0/8", err))
	}
	return wrong
}

// egress is the policy that allows ranges though they are not public.
func egress(ranges []string) (fetch.Policy, error) {
	var out fetch.Policy
	for _, text := range ranges {
		prefix, err := netip.ParsePrefix(text)
		if err != nil {
			return out, fmt.Errorf("%q is no range of addresses", text)
		}
		out.Allow = append(out.Allow, prefix)
	}
	return out, nil
}

// senders bring findings to their destinations.
func (s *server) senders() (map[publish.Type]publish.Sender, error) {
	p := s.config.Publish
	policy, err := egress(p.Allow)
	if err != nil {
		return nil, fmt.Errorf("publish: allow: %w", err)
	}
	mails, err := s.config.Mail.sender(s.config.path("mail"))
	if err != nil {
		return nil, err
	}
	return map[publish.Type]publish.Sender{
		publish.Mail:    &smtp.Sender{Mail: mails, Now: time.Now},
		publish.S3:      &s3.Sender{Endpoint: p.S3Endpoint, Buckets: p.Buckets},
		publish.Webhook: &webhook.Sender{Policy: policy, Open: s.service.OpenDestination, Now: time.Now},
	}, nil
}
