//go:build unix

package api_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// BenchmarkGetDetector calls GetDetector over eight connections, with requests signed beforehand. cpu-µs/op is what the whole
// process takes of the processor for a call, the bare client included; the calibrator says how fast the machine is. Garbage is
// collected as seldom as in picket serve.
func BenchmarkGetDetector(b *testing.B) {
	defer debug.SetGCPercent(debug.SetGCPercent(400))
	b.Run("calibrator: SHA-256 of 64 KiB", func(b *testing.B) {
		block := make([]byte, 64<<10)
		timed(b, func() func() { return func() { sha256.Sum256(block) } })
	})
	const account = one
	for _, audit := range []string{"audited", "audit not stored"} {
		w := newWorld(b)
		root := w.account(account)
		id := w.detector(root)
		if audit != "audited" {
			w.handler.ForgetAudit()
		}
		for _, by := range []struct {
			who string
			key aws.Credentials
		}{
			{"root", root},
			{"user with a managed policy", w.user(account, "dana", "AmazonGuardDutyReadOnlyAccess")},
			{"user with a policy", w.user(account, "erik", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"guardduty:Get*","Resource":"*"},
				{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":"127.0.0.0/8"}}}]}`)},
		} {
			b.Run(audit+"/"+by.who, func(b *testing.B) {
				timed(b, func() func() { return w.caller(by.key, "/detector/"+id) })
			})
		}
		w.close()
	}
}

// timed reports what a run of each takes of the processor, all threads together; each is made for a goroutine.
func timed(b *testing.B, make func() (each func())) {
	b.ReportAllocs()
	b.SetParallelism(4)
	before := processTime()
	b.RunParallel(func(pb *testing.PB) {
		each := make()
		for pb.Next() {
			each()
		}
	})
	b.ReportMetric(float64((processTime()-before).Nanoseconds())/1000/float64(b.N), "cpu-µs/op")
}

func processTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// caller returns a function that makes the same call over and over, on a connection of its own.
func (w *world) caller(c aws.Credentials, path string) func() {
	var request bytes.Buffer
	if err := w.signed(c, http.MethodGet, path, "").Write(&request); err != nil {
		panic(err)
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		panic(err)
	}
	var got []byte // every answer is as long as the first
	return func() {
		if _, err := conn.Write(request.Bytes()); err != nil {
			panic(err)
		}
		if got == nil {
			got = firstAnswer(conn)
		} else if _, err := io.ReadFull(conn, got); err != nil {
			panic(err)
		}
		if !bytes.HasPrefix(got, []byte("HTTP/1.1 200 ")) {
			panic(string(got))
		}
	}
}

// firstAnswer reads an answer as it comes over the wire.
func firstAnswer(conn net.Conn) []byte {
	var raw bytes.Buffer
	resp, err := http.ReadResponse(bufio.NewReader(io.TeeReader(conn, &raw)), nil)
	if err != nil {
		panic(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		panic(err)
	}
	return raw.Bytes()
}
