package entity_test

import (
	"testing"

	"picket/entity"
)

func TestPenTestSystem(t *testing.T) {
	f := func(userAgent, want string) {
		t.Helper()
		if got := entity.PenTestSystem(userAgent); got != want {
			t.Errorf("PenTestSystem(%q) = %q, want %q", userAgent, got, want)
		}
	}
	f("aws-cli/2.17.0 md/awscrt#0.20.11 md/distrib#kali.2025 lang/python#3.11.8", "kali")
	f("Boto3/1.34.0 Python/3.11.8 Linux/6.6.9-kali1-amd64 Botocore/1.34.0", "kali")
	f("[aws-cli/2.17.0 md/distrib#PARROT]", "parrot")
	f("[Pentoo]", "pentoo")
	f("Linux/6.6.9-pentoo", "pentoo")
	f("kali", "kali")
	f("kalimba/1.0 md/distrib#parrotfish", "")
	f("aws-cli/2.17.0 mkali/1", "")
	f("aws-cli/2.17.0 md/distrib#ubuntu.24", "")
	f("md/distrib#kal", "")
	f("", "")

	const agent = "Boto3/1.34.0 Python/3.11.8 Linux/6.6.9-Kali1-amd64"
	if n := testing.AllocsPerRun(10, func() { entity.PenTestSystem(agent) }); n != 0 {
		t.Errorf("PenTestSystem allocates %v times", n)
	}
}
