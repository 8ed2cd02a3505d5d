package main

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/oschwald/maxminddb-golang/v2"
)

func TestCompile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	v4 := write("4.csv", "198.51.100.0,198.51.100.127,64500,\"Example, Inc.\"\n203.0.113.5,203.0.113.9,64501,Other\n")
	v6 := write("6.csv", "2001:db8::,2001:db8:ffff:ffff:ffff:ffff:ffff:ffff,64502,Six\n2001::,2001::ffff,64503,Teredo\n")
	out := filepath.Join(dir, "asn.mmdb")
	if err := compile(out, []string{v4, v6}); err != nil {
		t.Fatal(err)
	}
	db, err := maxminddb.Open(out)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	f := func(addr string, number uint32, holder string) {
		t.Helper()
		var got struct {
			Number uint32 `maxminddb:"autonomous_system_number"`
			Holder string `maxminddb:"autonomous_system_organization"`
		}
		if err := db.Lookup(netip.MustParseAddr(addr)).Decode(&got); err != nil {
			t.Fatal(err)
		}
		if got.Number != number || got.Holder != holder {
			t.Errorf("%s: %+v, want %d %s", addr, got, number, holder)
		}
	}
	f("198.51.100.7", 64500, "Example, Inc.")
	f("198.51.100.128", 0, "")
	f("203.0.113.9", 64501, "Other")
	f("203.0.113.10", 0, "")
	f("2001:db8::9", 64502, "Six")
	f("2001::9", 64503, "Teredo")

	bad := filepath.Join(dir, "bad.mmdb")
	if err := compile(bad, []string{v4, write("bad.csv", "198.51.100.0,198.51.100.127,AS64500,x\n")}); err == nil {
		t.Error("a bad line compiles")
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "*bad.mmdb")); left != nil {
		t.Errorf("left behind: %v", left)
	}
}
