package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/pflag"
)

func TestFlagsWinOverTheFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "picket.yaml")
	const text = "data: /file\nlisten: 127.0.0.1:1\nregions: [eu-west-1, eu-west-2]\nquotas: open\nlog: {format: json}\nmembers: 7\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f := func(path, want string, args ...string) {
		t.Helper()
		var own config
		flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
		own.flags(flags)
		if err := flags.Parse(args); err != nil {
			t.Fatal(err)
		}
		file, err := readConfig(path)
		if err != nil {
			t.Fatal(err)
		}
		c := own.over(file)
		if got := fmt.Sprint(c.Data, " ", c.Listen, " ", c.Regions, " ", c.Quotas, " ", c.Log.Format, " ", c.Console, " ", c.Members); got != want {
			t.Errorf("%q: got %s, want %s", args, got, want)
		}
	}
	f("", "picket-data 127.0.0.1:8460 [us-east-1] aws text http://127.0.0.1:8460/console/ 0")
	f(path, "/file 127.0.0.1:1 [eu-west-1 eu-west-2] open json http://127.0.0.1:1/console/ 7")
	f(path, "/flag 127.0.0.1:1 [us-west-2] open json http://127.0.0.1:1/console/ 7", "--data", "/flag", "--regions", "us-west-2")
	f(path, "/file 127.0.0.1:2 [eu-west-1 eu-west-2] aws text http://127.0.0.1:2/console/ 7", "--listen", "127.0.0.1:2", "--quotas", "aws", "--log-format", "text")
}
