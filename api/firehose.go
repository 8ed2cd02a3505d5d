package api

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"picket"
	"picket/service"
)

// firehosePath begins the paths of sources that Amazon Data Firehose pushes to; their ids end it.
const firehosePath = "/firehose/"

// Bounds of a delivery: those of Firehose, and what its records may unpack to. A body is read before its delivery waits for those of
// other sources, so that who sends slowly holds up its own source alone. Memory is bounded by the number of sources, which the operator
// adds: each has maxBodies bodies at most, 128 MiB, as far as they came. Beside that, all together, maxDeliveries are unpacked and
// stored, each of which takes some 300 MiB at most: the text and what JSON makes of it, then that and what it unpacks to, then that and
// what it is packed to.
const (
	maxDelivery = 64 << 20
	maxUnpacked = 128 << 20
	maxRecords  = 2 << 20 // JSON makes of two bytes a record of 24

	maxBodies     = 2 // of a source at once; more wait, unread
	maxDeliveries = 2 // that are unpacked and stored at once; more wait
)

// delivery is a request of Firehose's HTTP endpoint protocol.
type delivery struct {
	RequestID string `json:"requestId"`
	Records   []struct {
		Data []byte `json:"data"`
	} `json:"records"`
}

// attributes are what a delivery stream says of all its records.
type attributes struct {
	Common struct {
		Account    string `json:"account"`
		Region     string `json:"region"`
		FlowFormat string `json:"flowFormat"`
	} `json:"commonAttributes"`
}

// firehose serves a delivery. It is acknowledged when its records are in the log.
func (c *call) firehose(id string) {
	c.name, c.id.SourceIP = "Firehose", address(c.r)
	request := c.r.Header.Get("X-Amz-Firehose-Request-Id")
	err := c.h.deliver(c.w, c.r, id, request)
	status, message := http.StatusOK, ""
	if err != nil {
		f := failureOf(err)
		status, message, c.refusal = f.status, f.message, f.code
		c.unrecorded = status == http.StatusForbidden // without the key
		if status >= http.StatusInternalServerError {
			c.h.Log.Error("delivery", "source", id, "request", c.requestID, "error", err)
		}
	}
	body, err := json.Marshal(struct {
		RequestID string `json:"requestId"`
		Timestamp int64  `json:"timestamp"`
		Message   string `json:"errorMessage,omitempty"`
	}{request, c.h.Service.Now().UnixMilli(), message})
	if err != nil {
		panic("BUG: encode an answer: " + err.Error())
	}
	c.w.Header().Set("Content-Type", "application/json")
	c.w.WriteHeader(status)
	if _, err := c.w.Write(body); err != nil {
		c.h.Log.Debug("answer", "source", id, "error", err)
	}
}

func (h *Handler) deliver(w http.ResponseWriter, r *http.Request, id, request string) error {
	source, err := h.Service.PushSource(r.Context(), id, r.Header.Get("X-Amz-Firehose-Access-Key"))
	switch {
	case err != nil:
		return err
	case r.Method != http.MethodPost || request == "" || len(request) > 200:
		return badDelivery("it is no POST with an X-Amz-Firehose-Request-Id")
	case source.Paused:
		return &picket.Error{Code: picket.CodeThrottling, Message: "The source is paused."}
	}
	if !h.calls.Allow("source "+id, h.Service.Now()) {
		return &picket.Error{Code: picket.CodeThrottling, Message: "Rate exceeded"}
	}
	var common attributes
	if said := r.Header.Get("X-Amz-Firehose-Common-Attributes"); said != "" {
		if err := json.Unmarshal([]byte(said), &common); err != nil {
			return badDelivery("its common attributes are not JSON")
		}
	}
	bodies, _ := h.bodies.LoadOrStore(id, make(chan struct{}, maxBodies)) // its key was shown, so it is one of few
	forgotten, err := h.turn(r.Context(), bodies.(chan struct{}))
	if err != nil {
		return err
	}
	defer forgotten()
	body, err := readBounded(http.MaxBytesReader(w, r.Body, maxDelivery), maxDelivery)
	if err != nil {
		return err
	}
	stored, err := h.turn(r.Context(), h.deliveries)
	if err != nil {
		return err
	}
	defer stored()
	records, err := readDelivery(bytes.NewReader(body), r.Header.Get("Content-Encoding"), request)
	if err != nil {
		return err
	}
	p := service.Push{
		Source: id, Request: request, Account: source.Account, Only: source.Account != "", Region: source.Region,
		Format: common.Common.FlowFormat, Records: records,
	}
	if p.Account == "" {
		p.Account = common.Common.Account
	}
	if p.Region == "" {
		p.Region = common.Common.Region
	}
	return h.Service.PutRecords(r.Context(), p)
}

// turn takes one of the places of deliveries, and waits for it if it must; done leaves it.
func (h *Handler) turn(ctx context.Context, places chan struct{}) (done func(), err error) {
	done = func() { <-places }
	select {
	case places <- struct{}{}:
		return done, nil
	default:
	}
	wait := time.NewTimer(cmp.Or(h.Wait, 10*time.Second))
	defer wait.Stop()
	select {
	case places <- struct{}{}:
		return done, nil
	case <-wait.C:
		return nil, &picket.Error{Code: picket.CodeThrottling, Message: "Too many deliveries come at once."}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func badDelivery(why string) error {
	return &picket.Error{Code: picket.CodeBadRequest, Message: "The delivery is refused: " + why + "."}
}

// readDelivery returns the records of a body. CloudWatch Logs packs its own with gzip; they are unpacked.
func readDelivery(body io.Reader, encoding, request string) ([][]byte, error) {
	if encoding == "gzip" {
		unpacked, err := gzip.NewReader(body)
		if err != nil {
			return nil, badDelivery("its body is not gzip")
		}
		body = unpacked
	}
	text, err := readBounded(body, maxUnpacked)
	if err != nil {
		return nil, err
	}
	if bytes.Count(text, []byte(",")) > maxRecords {
		return nil, badDelivery(fmt.Sprintf("it has more than %d records", maxRecords))
	}
	var d delivery
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, badDelivery("its body is not JSON as Firehose writes it")
	}
	if d.RequestID != request {
		return nil, badDelivery("its body has another request id than its header")
	}
	var records [][]byte
	left := int64(maxUnpacked)
	for i, r := range d.Records {
		data := r.Data
		if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
			unpacked, err := gzip.NewReader(bytes.NewReader(data))
			if err == nil {
				data, err = readBounded(unpacked, left)
			}
			if err != nil {
				return nil, badDelivery(fmt.Sprintf("its record %d can't be unpacked", i))
			}
		}
		left -= int64(len(data))
		records = append(records, data)
	}
	return records, nil
}

func readBounded(r io.Reader, most int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, most+1))
	if _, large := errors.AsType[*http.MaxBytesError](err); large || int64(len(text)) > most {
		return nil, &picket.Error{Code: codeTooLarge, Message: "The delivery is larger than it may be."}
	}
	if err != nil {
		return nil, cutShort
	}
	return text, nil
}

// firehoseSource is the source that a path names.
func firehoseSource(path string) (string, bool) {
	id, ok := strings.CutPrefix(path, firehosePath)
	return id, ok && id != "" && !strings.Contains(id, "/")
}
