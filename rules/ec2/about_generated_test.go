package ec2

import (
	"math"
	"testing"
)

func TestGenerated(t *testing.T) {
	f := func(name string, want bool) {
		t.Helper()
		if got := generated(name); got != want {
			t.Errorf("generated(%q) = %v, want %v", name, got, want)
		}
	}
	f("mail.l0gxnqz.example", true)
	f("mail.l0gxnq.example", false)
	f("mail.guovdageaidnu.example", true)
	f("mail.guovdageaidnu.no", false) // a public suffix: its own label is nobody's choice
	f("l0gxnqz.ddns.net", true)
	f("mail.l0gxnqz.ddns.net", true)
	f("l0gxnqz.mail.example", false)
	f("xn--l0gxnqzk.example", false)
	f("l0gxnqzk.lan", false)
	f("", false)
}

func TestRegisteredLabel(t *testing.T) {
	f := func(name, wantLabel, wantBelow string) {
		t.Helper()
		if label, below := registeredLabel(name); label != wantLabel || below != wantBelow {
			t.Errorf("registeredLabel(%q) = %q, %q, want %q, %q", name, label, below, wantLabel, wantBelow)
		}
	}
	f("a.www.example.com", "example", "a.www")
	f("example.com", "example", "")
	f("www.example.co.uk", "example", "www")
	f("www.example.com.br", "example", "www")
	f("www.example.asso.fr", "asso", "www.example")
	f("t.co", "t", "")
	f("localhost", "", "")
	f("", "", "")
	f(".com", "", "")
	f(".com.br", "com", "")
}

// The values were computed from the table apart from the code.
func TestSurprise(t *testing.T) {
	f := func(label string, want float64) {
		t.Helper()
		if got := surprise(label); math.Abs(got-want) > 0.0001 {
			t.Errorf("surprise(%q) = %.4f, want %.4f", label, got, want)
		}
	}
	f("google", -1.5119)
	f("zebra", 4.4907)
	f("example_1", 5.3759)
	f("q8zk3vxw7rjd", 68.5055)
	f("/0:9`a{z", 30.6667)
	f("caf\xe9|x", 22.2999)
}
