package access

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"picket"
)

// Session is a set of temporary credentials. The server keeps none: the session token is the session, sealed under the
// master key. It names its principal, whose policies are looked up anew at every call, so that a role that is deleted or
// loses a policy takes it from its sessions too.
type Session struct {
	KeyID     string    `json:"k"` // ASIA…
	Secret    string    `json:"s"`
	Principal string    `json:"p"`           // IAM ARN of the root, user or role
	ID        string    `json:"i"`           // of that principal: a new one with an old one's name isn't it
	Name      string    `json:"n,omitempty"` // of a session of a role
	Policies  []string  `json:"l,omitempty"` // texts of session policies, which only take away, or ARNs of managed ones
	IssuedAt  time.Time `json:"a"`
	ExpiresAt time.Time `json:"e"`
}

const sessionName = "session token"

// Token returns the session token of s.
func (s Session) Token(k *MasterKey) (string, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("encode session: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(k.Seal(sessionName, b)), nil
}

// OpenSession reads a session token that Token made. Whether it has expired is for the caller to look at.
func (k *MasterKey) OpenSession(token string) (Session, error) {
	var s Session
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return s, fmt.Errorf("decode session token: %w", err)
	}
	b, err := k.Open(sessionName, sealed)
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("decode session: %w", err)
	}
	return s, nil
}

// identity is who calls with the session: p is its principal, as it is now.
func (s Session) identity(p Principal) Identity {
	c := picket.Caller{Account: p.Account, ARN: p.ARN, PrincipalID: p.ID}
	if p.Kind == Role {
		c.ARN = strings.Join([]string{"arn:aws:sts:", p.Account, "assumed-role/" + p.Name + "/" + s.Name}, ":")
		c.PrincipalID = p.ID + ":" + s.Name
	}
	return Identity{Caller: c, Principal: p, Session: &s}
}

func (s Session) policies() ([]Policy, error) {
	var policies []Policy
	for _, text := range s.Policies {
		if m, ok := ManagedPolicy(text); ok {
			policies = append(policies, m.Policy)
			continue
		}
		p, err := ParsePolicy(text)
		if err != nil {
			return nil, fmt.Errorf("read policy of a session: %w", err)
		}
		policies = append(policies, p)
	}
	return policies, nil
}
