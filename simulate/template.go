package simulate

import "strconv"

// template is JSON with holes: literals and what fills the holes between them. In the source a hole is $word.
type template []piece

type piece struct {
	text string
	hole hole // nil: only text
}

// hole appends what fills it.
type hole func(*scene, []byte) []byte

// scene is what the holes of one record may see.
type scene struct {
	*rng
	acct  *account
	reg   *region
	who   *actor
	now   int64
	thing uint64 // chooses the record's bucket, instance, function …: each the same throughout the record
	call  *call
}

// newTemplate compiles source. It panics on a hole that does not exist.
func newTemplate(source string) template {
	if source == "" {
		return nil
	}
	var t template
	for i := 0; i < len(source); {
		start := i
		for i < len(source) && source[i] != '$' {
			i++
		}
		p := piece{text: source[start:i]}
		if i < len(source) {
			end := i + 1
			for end < len(source) && (source[end] >= 'a' && source[end] <= 'z' || source[end] >= '0' && source[end] <= '9') {
				end++
			}
			if p.hole = holes[source[i+1:end]]; p.hole == nil {
				panic("BUG: no hole " + source[i:end])
			}
			i = end
		}
		t = append(t, p)
	}
	return t
}

func (t template) append(s *scene, b []byte) []byte {
	for i := range t {
		b = append(b, t[i].text...)
		if t[i].hole != nil {
			b = t[i].hole(s, b)
		}
	}
	return b
}

// holes is what can stand in a template, by name.
var holes = map[string]hole{
	"account":     text(func(s *scene) string { return s.acct.id }),
	"env":         text(func(s *scene) string { return s.acct.env }),
	"trailbucket": text(func(s *scene) string { return s.acct.logs }),
	"bucket":      one(func(s *scene) []string { return s.acct.buckets }),
	"function":    one(func(s *scene) []string { return s.acct.functions }),
	"company":     text(func(*scene) string { return company }),
	"user":        text(func(s *scene) string { return s.acct.users[s.thing%uint64(len(s.acct.users))].name }),

	"region":   text(func(s *scene) string { return s.reg.name }),
	"zone":     text(func(s *scene) string { return s.reg.name + string("abc"[s.thing%3]) }),
	"vpc":      text(func(s *scene) string { return s.reg.vpc }),
	"subnet":   text(func(s *scene) string { return s.reg.subnets[s.thing%3] }),
	"group":    text(func(s *scene) string { return s.reg.group }),
	"ami":      text(func(s *scene) string { return s.reg.ami }),
	"db":       text(func(s *scene) string { return s.reg.db }),
	"kms":      text(func(s *scene) string { return s.reg.key }),
	"instance": text(func(s *scene) string { hs := s.reg.byRole["app"]; return hs[s.thing%uint64(len(hs))].instance }),
	"ip":       func(s *scene, b []byte) []byte { return appendIP(b, s.reg.base|uint32(s.thing%4096)) },

	"self":    text(func(s *scene) string { return s.who.name }),
	"session": text(func(s *scene) string { return s.who.session }),

	"word":   one(func(*scene) []string { return firstWords[:] }),
	"noun":   text(func(s *scene) string { return pick(s.rng, lastWords[:]) }),
	"object": appendObject,

	"time":   func(s *scene, b []byte) []byte { return appendTime(b, s.now) },
	"date":   func(s *scene, b []byte) []byte { return appendDate(b, s.now) },
	"later":  func(s *scene, b []byte) []byte { return appendDate(b, s.now+3600) },
	"epoch":  func(s *scene, b []byte) []byte { return strconv.AppendInt(b, s.now, 10) },
	"millis": func(s *scene, b []byte) []byte { return strconv.AppendInt(b, s.now*1000, 10) },

	"n100":  func(s *scene, b []byte) []byte { return strconv.AppendInt(b, int64(s.n(100)), 10) },
	"n1000": func(s *scene, b []byte) []byte { return strconv.AppendInt(b, int64(s.n(1000)), 10) },
	"bytes": func(s *scene, b []byte) []byte { return strconv.AppendInt(b, int64(s.size(100, 8<<20)), 10) },
	"uuid":  func(s *scene, b []byte) []byte { return s.uuid(b) },
	"hex":   random(17, hexDigits),
	"hex8":  random(8, hexDigits),
	"hex32": random(32, hexDigits),
	"hex64": random(64, hexDigits),
	"role":  random(17, b32Digits),
	"key":   random(16, b32Digits),
	"b64":   random(75, b64Digits),
	"token": random(120, b64Digits),
}

func text(value func(*scene) string) hole {
	return func(s *scene, b []byte) []byte { return append(b, value(s)...) }
}

// one is the thing of the record among a list.
func one(list func(*scene) []string) hole {
	return func(s *scene, b []byte) []byte {
		l := list(s)
		return append(b, l[s.thing%uint64(len(l))]...)
	}
}

func random(n int, alphabet string) hole {
	return func(s *scene, b []byte) []byte { return s.text(b, n, alphabet) }
}

// appendObject appends the key of an S3 object.
func appendObject(s *scene, b []byte) []byte {
	b = append(b, firstWords[s.thing>>8%uint64(len(firstWords))]...)
	b = append(b, '/')
	b = append(b, lastWords[s.thing>>16%uint64(len(lastWords))]...)
	b = append(b, "/part-"...)
	b = strconv.AppendUint(b, s.thing>>24%100000, 10)
	return append(b, [...]string{".json", ".parquet", ".jpg", ".csv.gz"}[s.thing>>40%4]...)
}
