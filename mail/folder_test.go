package mail

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"picket"
)

func TestFolder(t *testing.T) {
	folder := Folder{Dir: filepath.Join(t.TempDir(), "data", "mail")}
	first, second := invitation(t), letterOf(t, batch{Administrator: security}, asks(staging, "us-east-1"))
	names := map[string]bool{}
	for _, m := range []Message{first, second, first} {
		result, err := folder.Send(t.Context(), m)
		if err != nil || result.State != picket.MailWritten || filepath.Dir(result.Detail) != folder.Dir {
			t.Fatalf("%+v, %v", result, err)
		}
		names[result.Detail] = true
		raw, err := os.ReadFile(result.Detail)
		if err != nil {
			t.Fatal(err)
		}
		if a := read(t, raw); a.text != m.Text || a.html != m.HTML || a.header.Get("From") != `"Picket" <picket@localhost>` {
			t.Errorf("%s holds %s", result.Detail, raw)
		}
	}
	entries, err := os.ReadDir(folder.Dir)
	if err != nil || len(entries) != 2 || len(names) != 2 {
		t.Errorf("the folder holds %v (%v), want the two mails", entries, err)
	}
	for _, entry := range entries {
		if info, err := entry.Info(); err != nil || info.Mode() != 0o600 || filepath.Ext(entry.Name()) != ".eml" {
			t.Errorf("%s has mode %v (%v)", entry.Name(), info.Mode(), err)
		}
	}
	if info, err := os.Stat(folder.Dir); err != nil || info.Mode() != fs.ModeDir|0o700 {
		t.Errorf("the folder has mode %v (%v)", info.Mode(), err)
	}
}

func TestFolderThatCannotBeWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Folder{Dir: file}.Send(t.Context(), invitation(t))
	refused(t, err, "the mail can't be written to a file", false, true)

	m := invitation(t)
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "20261125T113000Z-"+m.ID+".eml"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err = Folder{Dir: dir}.Send(t.Context(), m)
	refused(t, err, "the mail can't be written to a file", false, true)
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%v (%v) is left behind", entries, err)
	}

	m.To = "nobody"
	_, err = Folder{Dir: t.TempDir()}.Send(t.Context(), m)
	refused(t, err, "the address is none that mail can be sent to", true, false)
}
