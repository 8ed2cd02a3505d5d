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
			p.hole = findHole(source[i+1 : end])
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

// findHole returns the hole of a name.
func findHole(name string) hole {
	random := func(n int, alphabet string) hole {
		return func(s *scene, b []byte) []byte { return s.text(b, n, alphabet) }
	}
	number := func(n int) hole {
		return func(s *scene, b []byte) []byte { return strconv.AppendInt(b, int64(s.rng.n(n)), 10) }
	}
	of := func(value func(*scene) string) hole {
		return func(s *scene, b []byte) []byte { return append(b, value(s)...) }
	}
	one := func(list func(*scene) []string) hole {
		return func(s *scene, b []byte) []byte {
			l := list(s)
			return append(b, l[s.thing%uint64(len(l))]...)
		}
	}
	switch name {
	case "account":
		return of(func(s *scene) string { return s.acct.id })
	case "env":
		return of(func(s *scene) string { return s.acct.env })
	case "region":
		return of(func(s *scene) string { return s.reg.name })
	case "vpc":
		return of(func(s *scene) string { return s.reg.vpc })
	case "subnet":
		return of(func(s *scene) string { return s.reg.subnets[s.thing%3] })
	case "group":
		return of(func(s *scene) string { return s.reg.group })
	case "ami":
		return of(func(s *scene) string { return s.reg.ami })
	case "db":
		return of(func(s *scene) string { return s.reg.db })
	case "kms":
		return of(func(s *scene) string { return s.reg.key })
	case "self":
		return of(func(s *scene) string { return s.who.name })
	case "caller":
		return of(func(s *scene) string { return s.who.arn() })
	case "invoker":
		return of(func(s *scene) string { return s.who.invoker })
	case "session":
		return of(func(s *scene) string { return s.who.session })
	case "trailbucket":
		return of(func(s *scene) string { return s.acct.logs })
	case "bucket":
		return one(func(s *scene) []string { return s.acct.buckets })
	case "function":
		return one(func(s *scene) []string { return s.acct.functions })
	case "instance":
		return func(s *scene, b []byte) []byte {
			hs := s.reg.byRole["app"]
			return append(b, hs[s.thing%uint64(len(hs))].instance...)
		}
	case "user":
		return func(s *scene, b []byte) []byte {
			return append(b, s.acct.users[s.thing%uint64(len(s.acct.users))].name...)
		}
	case "word":
		return one(func(*scene) []string { return firstWords[:] })
	case "noun":
		return func(s *scene, b []byte) []byte { return append(b, pick(s.rng, lastWords[:])...) }
	case "object":
		return appendObject
	case "uuid":
		return func(s *scene, b []byte) []byte { return s.uuid(b) }
	case "time":
		return func(s *scene, b []byte) []byte { return appendTime(b, s.now) }
	case "date":
		return func(s *scene, b []byte) []byte { return appendDate(b, s.now) }
	case "later":
		return func(s *scene, b []byte) []byte { return appendDate(b, s.now+3600) }
	case "epoch":
		return func(s *scene, b []byte) []byte { return strconv.AppendInt(b, s.now, 10) }
	case "millis":
		return func(s *scene, b []byte) []byte { return append(strconv.AppendInt(b, s.now, 10), "000"...) }
	case "zone":
		return func(s *scene, b []byte) []byte { return append(append(b, s.reg.name...), 'a'+byte(s.thing%3)) }
	case "company":
		return func(_ *scene, b []byte) []byte { return append(b, company...) }
	case "ip":
		return func(s *scene, b []byte) []byte { return appendIP(b, s.reg.base|uint32(s.thing%4096)) }
	case "n10":
		return number(10)
	case "n100":
		return number(100)
	case "n1000":
		return number(1000)
	case "bytes":
		return func(s *scene, b []byte) []byte { return strconv.AppendInt(b, int64(s.size(100, 8<<20)), 10) }
	case "hex":
		return random(17, hexDigits)
	case "hex8":
		return random(8, hexDigits)
	case "hex32":
		return random(32, hexDigits)
	case "hex64":
		return random(64, hexDigits)
	case "role":
		return random(17, b32Digits)
	case "key":
		return random(16, b32Digits)
	case "b64":
		return random(75, b64Digits)
	case "token":
		return random(120, b64Digits)
	}
	panic("BUG: no hole $" + name)
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
