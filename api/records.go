package api

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"

	"picket"
	"picket/access"
	"picket/guardduty"
	"picket/service"
)

// recordsPath takes log records of the caller's own account, as in a file that AWS writes, in the body of a signed POST. It is
// an operation of ours.
const recordsPath = "/picket/records"

var putRecords = &guardduty.Operation{Name: "PutRecords", Method: http.MethodPost, URI: recordsPath}

// records serves PutRecords.
func (c *call) records() {
	c.source, c.name = "picket", putRecords.Name
	n, err := c.putRecords()
	if err != nil {
		c.fail(err)
		return
	}
	if c.kept(c.audit(map[string]any{"bytes": n}, nil)) {
		c.respond("application/json", http.StatusOK, fmt.Appendf(nil, `{"bytes":%d}`, n))
	}
}

func (c *call) putRecords() (int, error) {
	body, err := c.authenticate("guardduty")
	if err != nil {
		return 0, err
	}
	if err := c.id.Authorize(access.Request{Action: "picket:PutRecords", Resource: "*", Time: c.at, TLS: c.r.TLS != nil}); err != nil {
		return 0, err
	}
	sum := sha256.Sum256(body)
	p := service.Push{
		Source: service.Pushes, Request: hex.EncodeToString(sum[:]), Account: c.id.Account, Only: true, Region: c.id.Region,
		Records: [][]byte{body},
	}
	if len(body) == 0 {
		return 0, &picket.Error{Code: picket.CodeBadRequest, Message: "The request is rejected because its body holds no records."}
	}
	return len(body), c.h.Service.PutRecords(c.r.Context(), p)
}
