package guardduty

import (
	"net/url"
	"slices"
	"strings"
)

// Operation is one operation of the API and how it travels.
type Operation struct {
	Name   string
	Method string
	URI    string // a template such as /detector/{DetectorId}/filter/{FilterName}
	Status int    // of success

	PathLabels       []string // input members in the path; the URI uses the same names
	Query            []QueryBinding
	IdempotencyToken string   // the input member, or ""
	Errors           []string // names of the error shapes that the operation models
	Paginated        bool     // by NextToken and MaxResults

	New       func() Shape // a new input
	NewOutput func() Shape // a new output; *Unit if none is modelled
}

// QueryBinding is an input member that travels in the query string.
type QueryBinding struct {
	Name   string // in the query string
	Member string
}

// Operations returns every operation of the API, by name. The slice is the
// caller's; what it points to is not.
func Operations() []Operation { return slices.Clone(operations) }

// ErrorStatus returns the HTTP status of an error shape, as in
// "BadRequestException"; ok is false for a name that the contract lacks.
func ErrorStatus(name string) (status int, ok bool) {
	status, ok = errorStatus[name]
	return status, ok
}

// Match finds the operation of a request, and the unescaped labels of its path
// by member name. The path is the escaped one (url.URL.EscapedPath): a label
// may hold escaped slashes. A literal segment wins over a label; an empty label
// matches nothing. The operation must not be changed.
func Match(method, escapedPath string) (op *Operation, labels map[string]string, ok bool) {
	for i := range operations {
		o := &operations[i]
		if o.Method == method && fits(o.URI, escapedPath) && (op == nil || literalFirst(o.URI, op.URI)) {
			op = o
		}
	}
	if op == nil {
		return nil, nil, false
	}
	labels, ok = labelsOf(op.URI, escapedPath)
	if !ok {
		return nil, nil, false
	}
	return op, labels, true
}

func isLabel(segment string) bool { return strings.HasPrefix(segment, "{") }

func fits(uri, path string) bool {
	for {
		want, restURI, moreURI := strings.Cut(uri, "/")
		got, restPath, morePath := strings.Cut(path, "/")
		if moreURI != morePath {
			return false
		}
		if isLabel(want) && got == "" || !isLabel(want) && got != want {
			return false
		}
		if !moreURI {
			return true
		}
		uri, path = restURI, restPath
	}
}

// literalFirst orders two templates that fit the same path.
func literalFirst(a, b string) bool {
	as, bs := strings.Split(a, "/"), strings.Split(b, "/")
	for i := range as {
		if isLabel(as[i]) != isLabel(bs[i]) {
			return isLabel(bs[i])
		}
	}
	return false
}

func labelsOf(uri, path string) (map[string]string, bool) {
	labels := map[string]string{}
	segments := strings.Split(path, "/")
	for i, name := range strings.Split(uri, "/") {
		if !isLabel(name) {
			continue
		}
		value, err := url.PathUnescape(segments[i])
		if err != nil {
			return nil, false
		}
		labels[strings.Trim(name, "{}")] = value
	}
	return labels, true
}
