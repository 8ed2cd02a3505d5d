package access

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// canonicalRequest writes r as its signer saw it. payload is the hash of the body as it goes into the signature.
func canonicalRequest(r *http.Request, query []param, s signature, payload string) string {
	var b strings.Builder
	b.WriteString(r.Method)
	b.WriteByte('\n')
	escape(&b, rawPath(r), true)
	b.WriteByte('\n')
	canonicalQuery(&b, query)
	b.WriteByte('\n')
	for _, name := range s.headers {
		b.WriteString(name)
		b.WriteByte(':')
		b.WriteString(canonicalHeader(r, name))
		b.WriteByte('\n')
	}
	b.WriteByte('\n')
	b.WriteString(strings.Join(s.headers, ";"))
	b.WriteByte('\n')
	b.WriteString(payload)
	return b.String()
}

// rawPath is the path of r as it was sent: escaped by the client, and escaped once more in a signature. Dots and double
// slashes stay, because a request is routed by the same bytes.
func rawPath(r *http.Request) string {
	path := r.RequestURI
	if path == "" || path[0] != '/' { // HTTP/1.1 proxies send a whole URL
		path = r.URL.EscapedPath()
	}
	path, _, _ = strings.Cut(path, "?")
	return cmp.Or(path, "/")
}

// canonicalQuery writes a query sorted by name, then by value. The signature itself is no part of what is signed.
func canonicalQuery(b *strings.Builder, query []param) {
	pairs := make([]param, 0, len(query))
	for _, p := range query {
		if p.name != "X-Amz-Signature" {
			pairs = append(pairs, param{escaped(p.name), escaped(p.value)})
		}
	}
	slices.SortFunc(pairs, func(x, y param) int {
		return cmp.Or(cmp.Compare(x.name, y.name), cmp.Compare(x.value, y.value))
	})
	for i, p := range pairs {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(p.name)
		b.WriteByte('=')
		b.WriteString(p.value)
	}
}

// canonicalHeader joins the values of a header, each without outer blanks and with runs of blanks made one.
func canonicalHeader(r *http.Request, name string) string {
	switch values := r.Header.Values(name); {
	case name == "host":
		return fold(r.Host)
	case name == "content-length" && len(values) == 0 && r.ContentLength >= 0:
		return strconv.FormatInt(r.ContentLength, 10)
	case len(values) == 1:
		return fold(values[0])
	default:
		folded := make([]string, len(values))
		for i, v := range values {
			folded[i] = fold(v)
		}
		return strings.Join(folded, ",")
	}
}

func fold(s string) string {
	s = strings.Trim(s, " \t")
	if !strings.Contains(s, "  ") {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if s[i] != ' ' || s[i-1] != ' ' {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func escaped(s string) string {
	var b strings.Builder
	escape(&b, s, false)
	return b.String()
}

// escape writes s with every byte escaped that RFC 3986 does not leave unreserved; a slash stays if it may.
func escape(b *strings.Builder, s string, slash bool) {
	const digits = "0123456789ABCDEF"
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
			c == '-' || c == '.' || c == '_' || c == '~' || slash && c == '/' {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
}

// sign returns the signature, as hex, of a canonical request under a key that is good for the signature's scope.
func sign(key []byte, canonical string, s signature) string {
	hash := sha256.Sum256([]byte(canonical))
	return hex.EncodeToString(mac(key, algorithm+"\n"+s.at.Format(timeFormat)+"\n"+s.scope.String()+"\n"+hex.EncodeToString(hash[:])))
}

// signingKeys keeps the keys that were made of secrets for a scope: to make one takes four times as long as to sign.
type signingKeys struct {
	mu   sync.Mutex
	made map[scoped][]byte
}

type scoped struct {
	secret string
	scope
}

// maxSigningKeys bounds them; beyond it all are made anew.
const maxSigningKeys = 10_000

func (k *signingKeys) of(secret string, s scope) []byte {
	k.mu.Lock()
	defer k.mu.Unlock()
	if key := k.made[scoped{secret, s}]; key != nil {
		return key
	}
	key := []byte("AWS4" + secret)
	for _, part := range []string{s.date, s.region, s.service, terminator} {
		key = mac(key, part)
	}
	if k.made == nil || len(k.made) >= maxSigningKeys {
		k.made = map[scoped][]byte{}
	}
	k.made[scoped{secret, s}] = key
	return key
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}
