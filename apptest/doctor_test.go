package apptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"picket/simulate"
)

// withCertificate has a server serve TLS with a certificate of its own that is valid for a time.
func withCertificate(t testing.TB, life time.Duration) option {
	t.Helper()
	dir := t.TempDir()
	key := must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))(t)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "picket"}, NotAfter: time.Now().Add(life), DNSNames: []string{"localhost"},
	}
	der := must(x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key))(t)
	private := must(x509.MarshalPKCS8PrivateKey(key))(t)
	file := func(name, kind string, b []byte) string {
		path := filepath.Join(dir, name)
		must(0, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}), 0o600))(t)
		return path
	}
	tls := map[string]any{"certificate": file("c.pem", "CERTIFICATE", der), "key": file("k.pem", "PRIVATE KEY", private)}
	return func(c map[string]any) { c["tls"] = tls }
}

// doctor returns the lines of picket doctor as "check outcome: what", and whether something failed.
func (s *server) doctor() (lines string, healthy bool) {
	s.t.Helper()
	out, errs, err := s.try("doctor", "--json")
	var all []struct{ Check, Outcome, What, Do string }
	if jsonErr := json.Unmarshal([]byte(out), &all); jsonErr != nil {
		s.t.Fatalf("doctor: %v: %v\n%s%s", err, jsonErr, out, errs)
	}
	for _, c := range all {
		lines += c.Check + " " + c.Outcome + ": " + c.What + "\n"
		if (c.Outcome == "ok") != (c.Do == "") {
			s.t.Errorf("%+v: what to do, or nothing", c)
		}
	}
	return lines, err == nil
}

// TestDoctor breaks a server and its surroundings, one thing after another, and holds that the doctor sees each and nothing else.
func TestDoctor(t *testing.T) {
	dir := t.TempDir()
	must(simulate.Run(simulate.Options{Accounts: 1, Seed: 1, Scale: 0.02}, dir))(t)
	box := openMailbox(t)
	s := start(t, box.option(), withMetrics(freeAddress(t)), withCertificate(t, 10*24*time.Hour), withSource("logs", filepath.Join(dir, "AWSLogs")))
	s.account("111122223333")
	s.operator("account", "enable", "111122223333")
	want := func(healthy bool, lines ...string) {
		t.Helper()
		got, ok := s.doctor()
		if ok != healthy {
			t.Errorf("healthy: %v\n%s", ok, got)
		}
		for _, line := range lines {
			if !strings.Contains(got, line) {
				t.Errorf("no line %q in\n%s", line, got)
			}
		}
		if n := strings.Count(got, " fail: "); healthy != (n == 0) {
			t.Errorf("%d lines fail:\n%s", n, got)
		}
	}
	want(true, "server ok: it runs", "data ok", "space ok", "key ok", "listen ok: https://", "certificate warn: what is served there expires on", "metrics ok",
		"mail ok: 127.0.0.1:", "store ok: it is whole", "clock ok", "source logs ok", "log ok", "quarantine ok", "destination ok",
		"account warn: of 111122223333 no logs came yet")

	s.operator("source", "add", "gone", filepath.Join(dir, "none"))
	want(false, "source gone fail: lstat")
	s.operator("source", "pause", "gone")
	want(true, "source gone warn: it is paused")
	box.close()
	want(false, "mail fail: 127.0.0.1:")
	data := filepath.Join(s.dir, "data")
	must(0, os.Chmod(data, 0o755))(t)
	want(false, "data warn: ")

	s.stop()
	want(false, "server warn: it doesn't run", "listen ok", "store ok: it is whole")
	key := filepath.Join(data, "master.key")
	must(0, os.Rename(key, key+".away"))(t)
	want(false, "key warn: there is no master key", "store fail: the master key of this data is missing")
	must(0, os.Rename(key+".away", key))(t)
	if *postgres {
		return
	}
	database := filepath.Join(data, "picket.db")
	text := must(os.ReadFile(database))(t)
	clear(text[len(text)/4:])
	must(0, os.WriteFile(database, text, 0o600))(t)
	want(false, "store fail: ")
}
