package console_test

import (
	"testing"

	"picket"
	"picket/service"
)

// What is added in the console is known to be, whatever the page says, so that it reads no more than the console's sources may.
func TestSourcesOfTheConsole(t *testing.T) {
	w := newWorld(t)
	w.MayRead = func(of service.Source) error {
		if of.Console && of.Location == "/etc" {
			return &picket.Error{Code: picket.CodeBadRequest, Message: "out of reach"}
		}
		return nil
	}
	root := w.signedIn(security, "")
	root.wants(400, "POST", "operator/sources", map[string]any{"id": "etc", "location": "/etc", "console": false}, nil)
	root.wants(200, "POST", "operator/sources", map[string]any{"id": "logs", "location": "/logs"}, nil)
	var got []struct {
		ID      string
		Console bool
	}
	root.wants(200, "GET", "operator/sources", nil, &got)
	if len(got) != 1 || got[0].ID != "logs" || !got[0].Console {
		t.Errorf("got %+v", got)
	}
}
