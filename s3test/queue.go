package s3test

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// QueuePath is the path of the queue's URL.
const QueuePath = "/000000000000/logs"

// Queue is a queue that speaks as much of SQS's JSON protocol as its SDK needs to receive, waiting for the first message, and to
// delete. It hides no message that was received.
type Queue struct {
	mu       sync.Mutex
	messages map[string]string // by receipt
	news     chan struct{}     // closed when there is one
	sent     int
	refuse   bool
}

// Send puts a message into the queue.
func (q *Queue) Send(body string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.messages == nil {
		q.messages = map[string]string{}
	}
	q.sent++
	q.messages[fmt.Sprintf("%09d", q.sent)] = body
	if q.news != nil {
		close(q.news)
		q.news = nil
	}
}

// Refuse has the queue refuse to delete, or not.
func (q *Queue) Refuse(refuse bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.refuse = refuse
}

// Len is how many messages are in it.
func (q *Queue) Len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.messages)
}

// ServeHTTP implements http.Handler.
func (q *Queue) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		QueueURL        string `json:"QueueUrl"`
		WaitTimeSeconds int
		Entries         []struct{ ID, ReceiptHandle string }
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || !strings.HasSuffix(in.QueueURL, QueuePath) {
		http.Error(w, fmt.Sprintf("no request for %s: %q, %v", QueuePath, in.QueueURL, err), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	switch target := r.Header.Get("X-Amz-Target"); target {
	case "AmazonSQS.ReceiveMessage":
		q.wait(r, time.Duration(in.WaitTimeSeconds)*time.Second)
		json.NewEncoder(w).Encode(map[string]any{"Messages": q.receive()})
	case "AmazonSQS.DeleteMessageBatch":
		done, failed := []any{}, []any{}
		for _, e := range in.Entries {
			if q.delete(e.ReceiptHandle) {
				done = append(done, map[string]string{"Id": e.ID})
			} else {
				failed = append(failed, map[string]any{"Id": e.ID, "Code": "x", "SenderFault": false, "Message": "made up"})
			}
		}
		json.NewEncoder(w).Encode(map[string]any{"Successful": done, "Failed": failed})
	default:
		http.Error(w, "no such operation: "+target, http.StatusBadRequest)
	}
}

// wait waits until there is a message.
func (q *Queue) wait(r *http.Request, most time.Duration) {
	q.mu.Lock()
	if len(q.messages) > 0 {
		q.mu.Unlock()
		return
	}
	if q.news == nil {
		q.news = make(chan struct{})
	}
	news := q.news
	q.mu.Unlock()
	select {
	case <-news:
	case <-time.After(most):
	case <-r.Context().Done():
	}
}

func (q *Queue) receive() (all []map[string]string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for _, receipt := range slices.Sorted(maps.Keys(q.messages)) {
		if len(all) == 10 { // as many as SQS gives
			break
		}
		sum := md5.Sum([]byte(q.messages[receipt]))
		all = append(all, map[string]string{
			"MessageId": receipt, "ReceiptHandle": receipt, "Body": q.messages[receipt], "MD5OfBody": hex.EncodeToString(sum[:]),
		})
	}
	return all
}

// delete reports whether it is done.
func (q *Queue) delete(receipt string) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.refuse {
		return false
	}
	delete(q.messages, receipt)
	return true
}
