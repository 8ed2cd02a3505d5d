package api

import (
	"encoding/base32"
	"encoding/xml"
	"net/http"
)

const stsNamespace = "https://sts.amazonaws.com/doc/2011-06-15/"

// writeResult answers with the result of an action of STS.
func (c *call) writeResult(result any) {
	var answer struct {
		XMLName   xml.Name
		Namespace string `xml:"xmlns,attr"`
		Result    any
		RequestID string `xml:"ResponseMetadata>RequestId"`
	}
	answer.XMLName.Local, answer.Namespace, answer.Result, answer.RequestID = c.name+"Response", stsNamespace, result, c.requestID
	c.respondXML(http.StatusOK, answer)
}

// writeXML answers with an error as STS does.
func (c *call) writeXML(f failure) {
	var answer struct {
		XMLName   xml.Name `xml:"ErrorResponse"`
		Namespace string   `xml:"xmlns,attr"`
		Type      string   `xml:"Error>Type"`
		Code      string   `xml:"Error>Code"`
		Message   string   `xml:"Error>Message"`
		Detail    string   `xml:"Error>Detail,omitempty"`
		RequestID string   `xml:"RequestId"`
	}
	answer.Namespace, answer.Type, answer.RequestID = stsNamespace, "Sender", c.requestID
	if f.status >= http.StatusInternalServerError {
		answer.Type = "Receiver"
	}
	answer.Code, answer.Message, answer.Detail = f.sts, f.message, f.detail
	c.respondXML(f.status, answer)
}

func (c *call) respondXML(status int, answer any) {
	body, err := xml.Marshal(answer)
	if err != nil {
		panic("BUG: encode an answer of STS: " + err.Error())
	}
	c.respond("text/xml", status, body)
}

func base32Upper(b []byte) string { return base32.StdEncoding.EncodeToString(b) }
