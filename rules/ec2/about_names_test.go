package ec2

import "testing"

func TestChatty(t *testing.T) {
	f := func(name string, want bool) {
		t.Helper()
		if got := chatty(name); got != want {
			t.Errorf("chatty(%q) = %v, want %v", name, got, want)
		}
	}
	f("1.2.0.192.in-addr.arpa", true)
	f("printer.lan", true)
	f("db.prod.svc.cluster.local", true)
	f("cloudfront.net", true)
	f("d111111abcdef8.cloudfront.net", true)
	f("notcloudfront.net", false)
	f("cloudfront.net.example", false)
	f("lan", true)
	f("example", false)
	f("", false)
}
