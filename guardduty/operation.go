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
// may hold escaped slashes. An empty label matches nothing, and neither does one
// whose escapes are broken. The operation must not be changed.
func Match(method, escapedPath string) (op *Operation, labels map[string]string, ok bool) {
	for i := range operations {
		if o := &operations[i]; o.Method == method && fits(o.URI, escapedPath) {
			return labelled(o, escapedPath)
		}
	}
	return nil, nil, false
}

func isLabel(segment string) bool { return strings.HasPrefix(segment, "{") }

// fits compares segment by segment. No path fits two templates of one method.
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

func labelled(op *Operation, path string) (*Operation, map[string]string, bool) {
	labels := map[string]string{}
	segments := strings.Split(path, "/")
	for i, name := range strings.Split(op.URI, "/") {
		if !isLabel(name) {
			continue
		}
		value, err := url.PathUnescape(segments[i])
		if err != nil {
			return nil, nil, false
		}
		labels[strings.Trim(name, "{}")] = value
	}
	return op, labels, true
}
