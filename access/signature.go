package access

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"picket"
)

const (
	algorithm  = "AWS4-HMAC-SHA256"
	terminator = "aws4_request"
	timeFormat = "20060102T150405Z"
	dateFormat = "20060102"

	unsigned = "UNSIGNED-PAYLOAD"

	maxPresigned      = 7 * 24 * time.Hour
	standardPresigned = "900"    // seconds, for who presigns without X-Amz-Expires, as SDKs do for STS
	maxHeader         = 16 << 10 // of what is parsed of a request to verify it
)

// signature is what a request says about how it was signed.
type signature struct {
	presigned bool
	key       string // id of the access key
	scope     scope
	headers   []string // signed, lower case, sorted
	value     string   // hex
	at        time.Time
	expires   time.Duration // of a presigned request
	token     string        // of a session
	payload   string        // X-Amz-Content-Sha256, or ""
}

// scope is what a signature is good for.
type scope struct{ date, region, service string }

func (s scope) String() string {
	return s.date + "/" + s.region + "/" + s.service + "/" + terminator
}

func incomplete(format string, args ...any) error {
	return &picket.Error{Code: picket.CodeIncomplete, Message: fmt.Sprintf(format, args...)}
}

func invalid(format string, args ...any) error {
	return &picket.Error{Code: picket.CodeInvalidSignature, Message: fmt.Sprintf(format, args...)}
}

// parseSignature reads how r was signed: in its Authorization header, or in its query if it was presigned.
func parseSignature(r *http.Request, query []param) (signature, error) {
	presigned := slices.ContainsFunc(query, func(p param) bool { return p.name == "X-Amz-Algorithm" || p.name == "X-Amz-Signature" })
	headers := r.Header.Values("Authorization")
	switch {
	case len(headers) > 1:
		return signature{}, incomplete("A request has one Authorization header.")
	case len(headers) == 1 && presigned:
		return signature{}, incomplete("A request is signed in its Authorization header or in its query, not in both.")
	case presigned:
		return parsePresigned(query)
	case len(headers) == 1:
		return parseHeader(r.Header, headers[0])
	}
	return signature{}, &picket.Error{Code: picket.CodeMissingToken, Message: "Missing Authentication Token"}
}

func parseHeader(h http.Header, auth string) (signature, error) {
	name, rest, _ := strings.Cut(strings.TrimSpace(auth), " ")
	if name != algorithm {
		return signature{}, incomplete("Unsupported AWS 'algorithm': '%s'.", clip(name))
	}
	parts, err := authorizationParts(rest)
	if err != nil {
		return signature{}, err
	}
	date, layouts := h.Values("X-Amz-Date"), []string{timeFormat}
	if len(date) == 0 {
		date, layouts = h.Values("Date"), []string{timeFormat, http.TimeFormat, time.RFC1123Z}
	}
	if missing := missingParts(parts, len(date) > 0); missing != "" {
		return signature{}, incomplete("%s", missing)
	}
	s := signature{value: parts["Signature"]}
	if err := s.setCredential(parts["Credential"]); err != nil {
		return s, err
	}
	if err := s.setHeaders(parts["SignedHeaders"]); err != nil {
		return s, err
	}
	if err := s.setTime(date, layouts); err != nil {
		return s, err
	}
	if s.token, err = single(h, "X-Amz-Security-Token"); err != nil {
		return s, err
	}
	s.payload, err = single(h, "X-Amz-Content-Sha256")
	return s, err
}

// authorizationParts splits "Credential=…, SignedHeaders=…, Signature=…".
func authorizationParts(s string) (map[string]string, error) {
	if len(s) > maxHeader {
		return nil, incomplete("The Authorization header is too long.")
	}
	parts := map[string]string{}
	for part := range strings.SplitSeq(s, ",") {
		name, value, ok := strings.Cut(strings.TrimSpace(part), "=")
		if !ok {
			return nil, incomplete("'%s' not a valid key=value pair (missing equal-sign) in Authorization header.", clip(part))
		}
		if _, twice := parts[name]; twice {
			return nil, incomplete("Authorization header has the parameter '%s' more than once.", clip(name))
		}
		parts[name] = value
	}
	return parts, nil
}

func missingParts(parts map[string]string, dated bool) string {
	var b []string
	for _, name := range []string{"Credential", "Signature", "SignedHeaders"} {
		if parts[name] == "" {
			b = append(b, "Authorization header requires '"+name+"' parameter.")
		}
	}
	if !dated {
		b = append(b, "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
	}
	return strings.Join(b, " ")
}

// What a presigned query must have, and what it may have.
var (
	presignedNames  = []string{"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"}
	presignedExtras = []string{"X-Amz-Expires", "X-Amz-Security-Token", "X-Amz-Content-Sha256"}
)

func parsePresigned(query []param) (signature, error) {
	s := signature{presigned: true}
	values := map[string]string{}
	for _, p := range query {
		if !slices.Contains(presignedNames, p.name) && !slices.Contains(presignedExtras, p.name) {
			continue
		}
		if _, twice := values[p.name]; twice {
			return s, incomplete("The query has the parameter '%s' more than once.", clip(p.name))
		}
		values[p.name] = p.value
	}
	for _, name := range presignedNames {
		if values[name] == "" {
			return s, incomplete("AWS query-string parameters must include '%s'.", name)
		}
	}
	if values["X-Amz-Algorithm"] != algorithm {
		return s, incomplete("Unsupported AWS 'algorithm': '%s'.", clip(values["X-Amz-Algorithm"]))
	}
	if err := s.setCredential(values["X-Amz-Credential"]); err != nil {
		return s, err
	}
	if err := s.setHeaders(values["X-Amz-SignedHeaders"]); err != nil {
		return s, err
	}
	if err := s.setTime([]string{values["X-Amz-Date"]}, []string{timeFormat}); err != nil {
		return s, err
	}
	seconds, err := strconv.ParseUint(cmp.Or(values["X-Amz-Expires"], standardPresigned), 10, 31)
	s.expires = time.Duration(seconds) * time.Second
	if err != nil || s.expires < time.Second || s.expires > maxPresigned {
		return s, incomplete("X-Amz-Expires must be a number of seconds from 1 to %d.", int(maxPresigned.Seconds()))
	}
	s.value, s.token, s.payload = values["X-Amz-Signature"], values["X-Amz-Security-Token"], values["X-Amz-Content-Sha256"]
	return s, nil
}

var keyName = regexp.MustCompile(`^\w{1,128}$`)

func (s *signature) setCredential(c string) error {
	f := strings.Split(c, "/")
	if len(f) != 5 {
		return incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '%s'", clip(c))
	}
	s.key, s.scope = f[0], scope{f[1], f[2], f[3]}
	if !keyName.MatchString(s.key) {
		return incomplete("Credential must begin with the id of an access key, got '%s'", clip(c))
	}
	if f[4] != terminator {
		return invalid("Credential should be scoped with a valid terminator: '%s', not '%s'.", terminator, clip(f[4]))
	}
	return nil
}

func (s *signature) setHeaders(list string) error {
	s.headers = strings.Split(list, ";")
	for i, h := range s.headers {
		if h == "" || h != strings.ToLower(h) || i > 0 && h <= s.headers[i-1] {
			return incomplete("SignedHeaders must be header names in lower case, sorted and each once, got '%s'.", clip(list))
		}
	}
	return nil
}

func (s *signature) setTime(values, layouts []string) error {
	if len(values) == 1 {
		for _, layout := range layouts {
			if t, err := time.Parse(layout, values[0]); err == nil {
				s.at = t.UTC()
				return nil
			}
		}
	}
	return incomplete("Date must be in ISO-8601 'basic format'. Got '%s'. See http://en.wikipedia.org/wiki/ISO_8601", clip(strings.Join(values, ", ")))
}

// single returns the only value of a header, "" if it is absent.
func single(h http.Header, name string) (string, error) {
	values := h.Values(name)
	if len(values) > 1 {
		return "", incomplete("A request has one %s header.", name)
	}
	return h.Get(name), nil
}

// param is one parameter of a query, decoded.
type param struct{ name, value string }

// parseQuery reads a query in its order. Unlike url.ParseQuery it takes + and ; as they stand, as signers do.
func parseQuery(raw string) ([]param, error) {
	if raw == "" {
		return nil, nil
	}
	var params []param
	for pair := range strings.SplitSeq(raw, "&") {
		if pair == "" {
			continue
		}
		name, value, _ := strings.Cut(pair, "=")
		n, err := url.PathUnescape(name)
		if err != nil {
			return nil, err
		}
		v, err := url.PathUnescape(value)
		if err != nil {
			return nil, err
		}
		params = append(params, param{n, v})
	}
	return params, nil
}

// clip cuts what a client sent to a length fit for a message.
func clip(s string) string {
	const most = 128
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strings.ToValidUTF8(s, "�")
}
