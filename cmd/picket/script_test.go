package main

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"picket": func() {
			os.Exit(run(context.Background(), os.Args[1:], deps{os.Stdin, os.Stdout, os.Stderr, false}))
		},
	})
}

// TestScripts runs the command line as people do. Beside testscript's commands there is
//
//	bad KIND FILE         write a file of a kind that a text file can't hold
//	world DATA            write the data folder of a server: see writeWorld
//	capture NAME PATTERN  set a variable to what a pattern's group matches in the output
//	harmless              the output has nothing that a terminal acts on
func TestScripts(t *testing.T) {
	nobody := httptest.NewServer(http.NotFoundHandler()) // a machine without a role
	t.Cleanup(nobody.Close)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("XDG_CACHE_HOME", e.WorkDir+"/.cache")
			e.Setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", nobody.URL)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"bad": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(writeBad(args[0], ts.MkAbs(args[1])))
			},
			"world": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(writeWorld(context.Background(), ts.MkAbs(args[0])))
			},
			"capture":  capture,
			"harmless": harmless,
		},
	})
}

const record = `{"eventVersion":"1.08","eventID":"%d","eventTime":"2026-01-05T10:00:00Z","eventSource":"cloudtrail.amazonaws.com","eventName":"StopLogging","awsRegion":"us-east-1","recipientAccountId":"111122223333","sourceIPAddress":"198.51.100.7","userIdentity":{"type":"IAMUser","principalId":"AIDAEXAMPLE","userName":"dana"},"requestParameters":{"name":"main"}}`

func writeBad(kind, path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	switch kind {
	case "truncated": // a gzip file that ends in the middle
		var b strings.Builder
		z := gzip.NewWriter(&b)
		for i := range 2000 {
			fmt.Fprintf(z, record+"\n", i)
		}
		z.Close()
		_, err = f.WriteString(b.String()[:b.Len()/2])
	case "rubbish":
		for i := range 100_000 {
			f.Write([]byte{byte(i * i >> 3), byte(i), 0, byte(i >> 5)})
		}
	case "longline": // one line of 1 GiB
		z := gzip.NewWriter(f)
		fmt.Fprintf(z, record+"\n", 1)
		chunk := []byte(strings.Repeat("x", 1<<20))
		for range 1024 {
			z.Write(chunk)
		}
		fmt.Fprintf(z, "\n"+record+"\n", 2)
		err = z.Close()
	case "claims": // a Parquet file of 21 bytes that claims two thousand million columns
		_, err = io.WriteString(f, "PAR1\x15\x02\x19\xfc\xff\xff\xff\xff\x07\x09\x00\x00\x00PAR1")
	case "empties": // gzip of the gzip of nothing, over and over
		z, nothing := gzip.NewWriter(f), new(strings.Builder)
		gzip.NewWriter(nothing).Close()
		for range 10_000 {
			io.WriteString(z, nothing.String())
		}
		err = z.Close()
	case "deep":
		_, err = io.WriteString(f, strings.Replace(fmt.Sprintf(record, 1), `"main"`, strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000), 1)+"\n"+fmt.Sprintf(record, 2)+"\n")
	case "nul":
		_, err = fmt.Fprintf(f, "\x00\x00\x00"+record+"\n\x00\n"+record+"\n", 1, 2)
	case "many": // more different findings of one type than are kept
		one := strings.NewReplacer("StopLogging", "CreateAccessKey", "cloudtrail.amazonaws.com", "iam.amazonaws.com").Replace(record)
		for i := range 1200 {
			fmt.Fprintf(f, strings.Replace(one, "AIDAEXAMPLE", fmt.Sprintf("AIDA%06d", i), 1)+"\n", i)
		}
	default:
		err = fmt.Errorf("no kind %q", kind)
	}
	return err
}
