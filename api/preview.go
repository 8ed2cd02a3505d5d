package api

import (
	"encoding/json"
	"net/http"
	"strings"

	"picket/guardduty"
	"picket/service"
)

// previewed returns the operation that a request for a filter's preview is made as, an operation of ours: its path is around that of
// ListFindings, because who may list findings may ask how many a filter would archive, with the same findingCriteria.
func previewed(method, path string) (op *guardduty.Operation, labels map[string]string, ok bool) {
	path, ours := strings.CutPrefix(path, "/picket")
	path, preview := strings.CutSuffix(path, "/preview")
	if !ours || !preview {
		return nil, nil, false
	}
	op, labels, ok = guardduty.Match(method, path)
	return op, labels, ok && op.Name == "ListFindings"
}

// preview serves PreviewFilter.
func (c *call) preview(op *guardduty.Operation, labels map[string]string) {
	c.source, c.name, c.readOnly = "picket", "PreviewFilter", true
	m, err := c.match(op, labels)
	if err != nil {
		c.fail(err)
		return
	}
	body, err := json.Marshal(m)
	if err != nil {
		panic("BUG: encode an answer: " + err.Error())
	}
	if c.kept(c.audit(nil, nil)) {
		c.respond("application/json", http.StatusOK, body)
	}
}

func (c *call) match(op *guardduty.Operation, labels map[string]string) (service.Match, error) {
	shape, err := c.input(op, labels)
	if err != nil {
		return service.Match{}, err
	}
	in := shape.(*guardduty.ListFindingsRequest)
	return c.h.Service.PreviewFilterIn(c.r.Context(), c.id.Caller, in.DetectorId, in.FindingCriteria)
}
