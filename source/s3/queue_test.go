package s3_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"picket/pipeline"
	"picket/s3test"
	"picket/source/s3"
)

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestQueue holds that a queue's messages show their objects as listings do, in every envelope, and are deleted when their
// objects are in the log and not before.
func TestQueue(t *testing.T) {
	w := watch(t, []string{"in/a b", "in/c", "in/d", "in/e"}, nil)
	listed, err := w.Look(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	like := map[string]pipeline.Object{}
	for _, o := range listed.Objects {
		like[o.Name] = o
	}
	at := w.now.UTC().Format("2006-01-02T15:04:05.000Z")
	event := func(bucket, key, like string) string {
		o := listed.Objects[slices.IndexFunc(listed.Objects, func(o pipeline.Object) bool { return o.Name == "s3://trail/"+like })]
		return fmt.Sprintf(`{"Records":[{"eventName":"ObjectCreated:Put","eventTime":%q,"s3":{"bucket":{"name":%q},"object":{"key":%q,"size":%d,"eTag":%s}}}]}`,
			at, bucket, key, o.Size, o.Version)
	}
	sns := func(message string) string {
		return text(t, map[string]string{"Type": "Notification", "Message": message})
	}
	d := like["s3://trail/in/d"]
	q := &s3test.Queue{}
	for _, body := range []string{
		event("trail", "in/a+b", "in/a b"),
		sns(strings.Replace(event("trail", "in/c", "in/c"), "eventTime", "time", 1)), // when is asked of the bucket
		sns(fmt.Sprintf(`{"detail-type":"Object Created","time":%q,"detail":{"bucket":{"name":"trail"},"object":{"key":"in/d","size":%d,"etag":%s}}}`, at, d.Size, d.Version)),
		sns(`{"s3Bucket":"trail","s3ObjectKey":["in/e","in/none"]}`),
		`{"Service":"Amazon S3","Event":"s3:TestEvent","Bucket":"trail"}`,
		event("other", "in/c", "in/c"),
		event("trail", "out/c", "in/c"),
		"hello",
		`{"Records":[{"eventName":"ObjectRemoved:Delete","s3":{"bucket":{"name":"trail"},"object":{"key":"in/c"}}}]}`,
	} {
		q.Send(body)
	}
	server := httptest.NewServer(q)
	defer server.Close()
	w.Prefix = "in/"
	if w.Queue, err = w.Client.Queue(server.URL + s3test.QueuePath); err != nil {
		t.Fatal(err)
	}
	shown, err := w.Look(t.Context(), w.now.Unix())
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]pipeline.Object{}
	for _, o := range shown.Objects {
		o.Delivered = like[o.Name].Delivered
		got[o.Name] = o
	}
	if diff := cmp.Diff(like, got); diff != "" {
		t.Errorf("-listed +notified\n%s", diff)
	}
	var unread []string
	for _, u := range shown.Unread {
		unread = append(unread, u.Object)
	}
	if want := []string{"s3://trail/in/none", "s3://other/in/c", "s3://trail/out/c", server.URL + s3test.QueuePath}; !slices.Equal(unread, want) {
		t.Errorf("unread: got %q, want %q", unread, want)
	}
	if q.Len() != 9 {
		t.Errorf("%d messages are left of 9 before their objects are in the log", q.Len())
	}
	q.Refuse(true)
	if err := shown.Done(t.Context()); err == nil || q.Len() != 9 {
		t.Errorf("got %v, and %d messages", err, q.Len())
	}
	q.Refuse(false)
	if err := shown.Done(t.Context()); err != nil || q.Len() != 0 {
		t.Errorf("got %v, and %d messages", err, q.Len())
	}
}

// TestRole holds that a bucket of another account is read as the role that is named, with its external id.
func TestRole(t *testing.T) {
	for k, v := range map[string]string{"AWS_ACCESS_KEY_ID": "AKIAOTHER", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_EC2_METADATA_DISABLED": "true"} {
		t.Setenv(k, v)
	}
	var by, token string
	bucket := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { // versitygw knows no tokens
		by, token = r.Header.Get("Authorization"), r.Header.Get("X-Amz-Security-Token")
		fmt.Fprint(w, `<ListBucketResult><Contents><Key>a</Key><Size>1</Size></Contents></ListBucketResult>`)
	}))
	defer bucket.Close()
	var asked url.Values
	sts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		asked = r.Form
		fmt.Fprint(w, `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>AKIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>`+
			`<SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`)
	}))
	defer sts.Close()
	t.Setenv("AWS_ENDPOINT_URL_STS", sts.URL)
	role := "arn:aws:iam::111122223333:role/logs"
	client, err := s3.Open(t.Context(), s3.Endpoint{URL: bucket.URL, Role: role, ExternalID: "of-ours"})
	if err != nil {
		t.Fatal(err)
	}
	if got := list(t, client, "s3://trail/"); len(got) != 1 || asked.Get("RoleArn") != role || asked.Get("ExternalId") != "of-ours" ||
		!strings.Contains(by, "AKIAEXAMPLE") || token != "token" {
		t.Errorf("got %d objects as %q, asked for %v", len(got), by, asked)
	}
}
