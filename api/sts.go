package api

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"picket"
	"picket/access"
	"picket/service"
)

const stsVersion = "2011-06-15"

// stsActions are the actions of STS that clients of GuardDuty need.
var stsActions = map[string]func(*call, url.Values) (any, error){
	"GetCallerIdentity": (*call).getCallerIdentity,
	"GetSessionToken":   (*call).getSessionToken,
	"AssumeRole":        (*call).assumeRole,
}

// sts serves an action of STS: a form that is posted, or a presigned query.
func (c *call) sts() {
	c.write, c.source = c.writeXML, "sts.amazonaws.com"
	result, err := c.performSTS()
	if err != nil {
		c.fail(err)
		return
	}
	var elements any
	if t, ok := result.(trailed); ok {
		elements = t.trail()
	}
	if !c.kept(c.audit(elements, nil)) {
		return
	}
	c.writeResult(result)
}

// trailed is a result that the audit log shows, without what is secret of it.
type trailed interface{ trail() map[string]any }

func (c *call) performSTS() (any, error) {
	body, err := c.authenticate("sts")
	form, formErr := c.form(body)
	action := form.Get("Action")
	do, known := stsActions[action]
	if known {
		c.name, c.readOnly = action, true // as CloudTrail has them
	}
	switch {
	case err != nil:
		return nil, err
	case formErr != nil:
		return nil, stsInvalid("The body is no form: %v.", formErr)
	case !known:
		return nil, &picket.Error{Code: codeUnknown, Message: "Could not find operation " + service.Short(action) + " for version " + stsVersion}
	case form.Get("Version") != stsVersion:
		return nil, &picket.Error{Code: codeUnknown, Message: "Could not find operation " + action + " for version " + service.Short(form.Get("Version"))}
	}
	return do(c, form)
}

// form reads the parameters of an action, from the query and from the body as far as it was read.
func (c *call) form(body []byte) (url.Values, error) {
	form, err := url.ParseQuery(plainQuery.Replace(c.r.URL.RawQuery))
	if err != nil || c.r.Method != http.MethodPost {
		return form, err
	}
	posted, err := url.ParseQuery(string(body))
	maps.Copy(form, posted)
	return form, err
}

func stsInvalid(format string, args ...any) error {
	return &picket.Error{Code: picket.CodeBadRequest, Message: fmt.Sprintf(format, args...)}
}

type getCallerIdentityResult struct {
	XMLName xml.Name `xml:"GetCallerIdentityResult"`
	ARN     string   `xml:"Arn"`
	UserID  string   `xml:"UserId"`
	Account string   `xml:"Account"`
}

func (c *call) getCallerIdentity(url.Values) (any, error) {
	return getCallerIdentityResult{ARN: access.InPartition(c.id.ARN, picket.AWSPartition(c.id.Region)), UserID: c.id.PrincipalID, Account: c.id.Account}, nil
}

type credentials struct {
	AccessKeyID     string `xml:"AccessKeyId"`
	SecretAccessKey string `xml:"SecretAccessKey"`
	SessionToken    string `xml:"SessionToken"`
	Expiration      string `xml:"Expiration"`
}

func (c credentials) trail() map[string]any {
	return map[string]any{"credentials": map[string]any{"accessKeyId": c.AccessKeyID, "expiration": c.Expiration}}
}

// issue makes temporary credentials of a session.
func (c *call) issue(s access.Session, life time.Duration) (credentials, error) {
	s.KeyID, s.Secret = "ASIA"+randomText(10, base32Upper), randomText(30, base64.StdEncoding.EncodeToString)
	s.IssuedAt = c.at.UTC().Truncate(time.Second)
	s.ExpiresAt = s.IssuedAt.Add(life)
	token, err := s.Token(c.h.Service.Master)
	return credentials{s.KeyID, s.Secret, token, s.ExpiresAt.Format(time.RFC3339)}, err
}

func randomText(n int, encode func([]byte) string) string {
	b := make([]byte, n)
	rand.Read(b)
	return encode(b)
}

type getSessionTokenResult struct {
	XMLName     xml.Name    `xml:"GetSessionTokenResult"`
	Credentials credentials `xml:"Credentials"`
}

func (r getSessionTokenResult) trail() map[string]any { return r.Credentials.trail() }

func (c *call) getSessionToken(form url.Values) (any, error) {
	c.parameters = map[string]any{}
	longest, standard := 36*time.Hour, 12*time.Hour
	if c.id.IsRoot() {
		longest, standard = time.Hour, time.Hour
	}
	life, err := c.duration(form, standard, 36*time.Hour)
	if err != nil {
		return nil, err
	}
	if c.id.Session != nil {
		return nil, &picket.Error{Code: picket.CodeAccessDenied, Message: "Cannot call GetSessionToken with session credentials"}
	}
	result := getSessionTokenResult{}
	result.Credentials, err = c.issue(access.Session{Principal: c.id.Principal.ARN, ID: c.id.Principal.ID}, min(life, longest))
	return result, err
}

// duration reads DurationSeconds.
func (c *call) duration(form url.Values, standard, longest time.Duration) (time.Duration, error) {
	text := form.Get("DurationSeconds")
	if text == "" {
		return standard, nil
	}
	seconds, err := strconv.Atoi(text)
	if least := 900; err != nil || seconds < least || seconds > int(longest.Seconds()) {
		return 0, stsInvalid("1 validation error detected: Value '%s' at 'durationSeconds' failed to satisfy constraint: Member must be a number from %d to %d",
			service.Short(text), least, int(longest.Seconds()))
	}
	c.parameters["durationSeconds"] = seconds
	return time.Duration(seconds) * time.Second, nil
}

type assumeRoleResult struct {
	XMLName          xml.Name    `xml:"AssumeRoleResult"`
	AssumedRoleID    string      `xml:"AssumedRoleUser>AssumedRoleId"`
	ARN              string      `xml:"AssumedRoleUser>Arn"`
	Credentials      credentials `xml:"Credentials"`
	PackedPolicySize int         `xml:"PackedPolicySize,omitempty"`
}

func (r assumeRoleResult) trail() map[string]any {
	t := r.Credentials.trail()
	t["assumedRoleUser"] = map[string]any{"assumedRoleId": r.AssumedRoleID, "arn": r.ARN}
	return t
}

var (
	roleARN     = regexp.MustCompile(`^arn:aws[a-z-]*:iam::([0-9]{12}):role/[\x21-\x7e]{1,512}$`)
	roleSession = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)
)

func (c *call) assumeRole(form url.Values) (any, error) {
	arn, session, external := form.Get("RoleArn"), form.Get("RoleSessionName"), form.Get("ExternalId")
	c.parameters = map[string]any{"roleArn": service.Short(arn), "roleSessionName": service.Short(session)}
	if external != "" {
		c.parameters["externalId"] = service.Short(external)
	}
	if !roleARN.MatchString(arn) {
		return nil, stsInvalid("%s is invalid", service.Short(arn))
	}
	if !roleSession.MatchString(session) {
		return nil, stsInvalid("1 validation error detected: Value '%s' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]* and have 2 to 64 characters", service.Short(session))
	}
	life, err := c.duration(form, time.Hour, time.Hour)
	if err != nil {
		return nil, err
	}
	policies, size, err := sessionPolicies(form)
	if err != nil {
		return nil, err
	}
	role, err := c.assumable(access.InPartition(arn, "aws"), access.Request{Time: c.at, TLS: c.r.TLS != nil, ExternalID: external, SessionName: session})
	if err != nil {
		return nil, err
	}
	c.sharedWith = role.Account
	result := assumeRoleResult{
		ARN:           "arn:" + picket.AWSPartition(c.id.Region) + ":sts::" + role.Account + ":assumed-role/" + role.Name + "/" + session,
		AssumedRoleID: role.ID + ":" + session, PackedPolicySize: size,
	}
	result.Credentials, err = c.issue(access.Session{Principal: role.ARN, ID: role.ID, Name: session, Policies: policies}, life)
	return result, err
}

// assumable returns a role if the caller may assume it. Who may not learns nothing of whether it is there.
func (c *call) assumable(arn string, r access.Request) (access.Principal, error) {
	role, err := c.h.Service.Principal(c.r.Context(), arn)
	if picket.ErrorCode(err) == picket.CodeNotFound || err == nil && role.Closed {
		role, err = access.Principal{ARN: arn}, nil // which trusts nobody
	}
	if err != nil {
		return role, err
	}
	return role, c.id.AuthorizeAssume(role, r)
}

// maxSessionPolicies bounds what a session token carries, in bytes.
const maxSessionPolicies = 4096

// sessionPolicies reads the policies that a session is narrowed by, and how much of the room for them they take.
func sessionPolicies(form url.Values) (policies []string, percent int, err error) {
	if text := form.Get("Policy"); text != "" {
		if _, err := access.ParsePolicy(text); err != nil {
			return nil, 0, &picket.Error{Code: codePolicy, Message: "The policy is not in the valid JSON format.", Detail: err.Error()}
		}
		policies = append(policies, text)
	}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		switch parameter, _, _ := strings.Cut(name, "."); parameter {
		case "Tags", "SourceIdentity", "SerialNumber", "TokenCode":
			return nil, 0, stsInvalid("%s is not supported by this server", parameter)
		case "PolicyArns":
			m, ok := access.ManagedPolicy(form.Get(name))
			if !ok {
				return nil, 0, stsInvalid("%s is none of the policies that every account has", service.Short(form.Get(name)))
			}
			policies = append(policies, m.ARN)
		}
	}
	used := len(strings.Join(policies, ""))
	if used > maxSessionPolicies {
		return nil, 0, &picket.Error{Code: codePackedPolicy, Message: "The session policies are larger than this server keeps in a session token."}
	}
	return policies, (100*used + maxSessionPolicies - 1) / maxSessionPolicies, nil
}
