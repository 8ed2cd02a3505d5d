package mail

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"picket"
)

// Folder writes mails as .eml files, for people to open or forward where no SMTP server is at hand. Only the operator can
// read them.
type Folder struct {
	Dir  string
	From string // "Picket <picket@localhost>" if empty
}

// Send implements Sender. A mail that is sent again after a crash replaces its file.
func (f Folder) Send(_ context.Context, m Message) (picket.Mail, error) {
	name, err := f.write(m)
	if err != nil {
		if f := (*failure)(nil); !errors.As(err, &f) {
			err = &failure{Reason: "the mail can't be written to a file", All: true, Err: err}
		}
		return picket.Mail{}, err
	}
	return picket.Mail{State: picket.MailWritten, Detail: name}, nil
}

func (f Folder) write(m Message) (string, error) {
	if f.From == "" {
		f.From = "Picket <picket@localhost>"
	}
	from, err := sender(f.From)
	if err != nil {
		return "", err
	}
	msg, err := compose(m, from)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return "", fmt.Errorf("make folder of mails: %w", err)
	}
	tmp, err := os.CreateTemp(f.Dir, ".mail-*")
	if err != nil {
		return "", fmt.Errorf("write mail: %w", err)
	}
	defer os.Remove(tmp.Name())
	defer tmp.Close()
	if _, err := msg.WriteTo(tmp); err != nil {
		return "", fmt.Errorf("write mail: %w", err)
	}
	if err := tmp.Sync(); err != nil {
		return "", fmt.Errorf("write mail: %w", err)
	}
	name := filepath.Join(f.Dir, m.Date.UTC().Format("20060102T150405Z")+"-"+m.ID+".eml")
	if err := os.Rename(tmp.Name(), name); err != nil {
		return "", fmt.Errorf("write mail: %w", err)
	}
	return name, nil
}
