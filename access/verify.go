package access

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"picket"
)

// maxSkew is how far the clocks of a client and this server may be apart.
const maxSkew = 5 * time.Minute

// Verifier verifies AWS Signature Version 4.
type Verifier struct {
	Directory Directory
	Master    *MasterKey // opens session tokens
	Regions   []string   // that requests may be signed for
	Now       func() time.Time

	keys signingKeys
}

// Verify returns who signed r for a service, "guardduty" or "sts", in its header or presigned. The body is all of it, and
// r.Body is left alone. Errors that the caller made are *picket.Error. With an error the identity names no more than the
// account, key and region that the request claims, for the audit log; it may do nothing.
func (v *Verifier) Verify(r *http.Request, body []byte, service string) (Identity, error) {
	query, err := parseQuery(r.URL.RawQuery)
	if err != nil {
		return Identity{}, invalid("The query can't be decoded: %v.", err)
	}
	s, err := parseSignature(r, query)
	if err != nil {
		return Identity{}, err
	}
	claim := Identity{Caller: picket.Caller{AccessKey: s.key}}
	if err := s.checkHeaders(r.Header); err != nil {
		return claim, err
	}
	if err := v.checkScope(s, service); err != nil {
		return claim, err
	}
	claim.Region = s.scope.region
	payload, err := s.checkPayload(body)
	if err != nil {
		return claim, err
	}
	secret, id, err := v.find(r, s)
	claim.Account = id.Account
	if err != nil {
		return claim, err
	}
	if err := v.checkTime(s); err != nil {
		return claim, err
	}
	if want := sign(v.keys.of(secret, s.scope), canonicalRequest(r, query, s, payload), s); !hmac.Equal([]byte(want), []byte(s.value)) {
		return claim, invalid("The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	}
	if err := v.checkUse(id); err != nil {
		return claim, err
	}
	id.Region, id.AccessKey = s.scope.region, s.key
	return id, nil
}

// checkHeaders wants the host, the date and all that AWS gives a meaning to under the signature.
func (s signature) checkHeaders(h http.Header) error {
	if !s.signs("host") {
		return invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
	}
	for name := range h {
		lower := strings.ToLower(name)
		if strings.HasPrefix(lower, "x-amz-") && !s.signs(lower) {
			return invalid("'%s' must be a 'SignedHeader' in the AWS Authorization.", clip(lower))
		}
	}
	if !s.presigned && h.Get("X-Amz-Date") == "" && !s.signs("date") {
		return invalid("'Date' must be a 'SignedHeader' in the AWS Authorization.")
	}
	return nil
}

func (s signature) signs(header string) bool {
	_, signed := slices.BinarySearch(s.headers, header)
	return signed
}

func (v *Verifier) checkScope(s signature, service string) error {
	regions := v.Regions
	if service == "sts" {
		regions = append(slices.Clone(regions), "us-east-1") // where its global endpoint is signed for
	}
	switch date := s.at.Format(dateFormat); {
	case s.scope.service != service:
		return invalid("Credential should be scoped to correct service: '%s'.", service)
	case !slices.Contains(regions, s.scope.region):
		return &picket.Error{
			Code:    picket.CodeInvalidSignature,
			Message: "Credential should be scoped to a valid region.",
			Detail:  "This server has " + strings.Join(v.Regions, ", ") + "; the request is signed for " + clip(s.scope.region) + ".",
		}
	case s.scope.date != date:
		return invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '%s' != '%s', from '%s'.",
			clip(s.scope.date), date, s.at.Format(timeFormat))
	}
	return nil
}

// checkPayload returns the body's hash as it was signed. Only who presigns a request can leave its body open.
func (s signature) checkPayload(body []byte) (string, error) {
	if s.presigned && s.payload == unsigned {
		return unsigned, nil
	}
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	if s.payload != "" && s.payload != hash {
		return "", invalid("The value of X-Amz-Content-Sha256 does not match the SHA-256 of the body.")
	}
	return hash, nil
}

// find looks up the key of a signature, or opens its session.
func (v *Verifier) find(r *http.Request, s signature) (secret string, id Identity, err error) {
	if s.token != "" {
		return v.findSession(r, s)
	}
	key, err := v.Directory.Key(r.Context(), s.key)
	if picket.ErrorCode(err) == picket.CodeNotFound {
		return "", Identity{}, unrecognized("")
	}
	if err != nil {
		return "", Identity{}, err
	}
	p := key.Principal
	return key.Secret, Identity{Caller: picket.Caller{Account: p.Account, ARN: p.ARN, PrincipalID: p.ID}, Principal: p}, nil
}

func (v *Verifier) findSession(r *http.Request, s signature) (string, Identity, error) {
	session, err := v.Master.OpenSession(s.token)
	if err != nil || session.KeyID != s.key {
		return "", Identity{}, unrecognized("")
	}
	p, err := v.Directory.Principal(r.Context(), session.Principal)
	if picket.ErrorCode(err) == picket.CodeNotFound || err == nil && p.ID != session.ID {
		return "", Identity{}, unrecognized("The principal of this session is deleted.")
	}
	if err != nil {
		return "", Identity{}, err
	}
	return session.Secret, session.identity(p), nil
}

// checkTime refuses a signature that is too old or not yet good.
func (v *Verifier) checkTime(s signature) error {
	now := v.Now().UTC().Truncate(time.Second)
	if latest := now.Add(maxSkew); s.at.After(latest) {
		return invalid("Signature not yet current: %s is still later than %s (%s + 5 min.)",
			s.at.Format(timeFormat), latest.Format(timeFormat), now.Format(timeFormat))
	}
	if s.presigned {
		if end := s.at.Add(s.expires); now.After(end) {
			return invalid("Signature expired: %s is now earlier than %s", end.Format(timeFormat), now.Format(timeFormat))
		}
		return nil
	}
	if earliest := now.Add(-maxSkew); s.at.Before(earliest) {
		return invalid("Signature expired: %s is now earlier than %s (%s - 5 min.)",
			s.at.Format(timeFormat), earliest.Format(timeFormat), now.Format(timeFormat))
	}
	return nil
}

// checkUse refuses who proved who they are, but may call no more.
func (v *Verifier) checkUse(id Identity) error {
	if id.Session != nil && !v.Now().Before(id.Session.ExpiresAt) {
		return &picket.Error{
			Code:    picket.CodeExpiredToken,
			Message: "The security token included in the request is expired",
			Detail:  "It expired at " + id.Session.ExpiresAt.UTC().Format(time.RFC3339) + ".",
		}
	}
	if id.Principal.Closed {
		return unrecognized("Account " + id.Account + " is closed.")
	}
	return nil
}

func unrecognized(detail string) error {
	return &picket.Error{
		Code:    picket.CodeUnrecognizedClient,
		Message: "The security token included in the request is invalid.",
		Detail:  detail,
	}
}
