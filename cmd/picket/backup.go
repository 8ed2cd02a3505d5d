package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"picket"
	"picket/access"
	"picket/service"
	"picket/sqlstore"
)

// backupTo says where a backup goes, and what became of it.
type backupTo struct {
	Path  string `json:"path"` // absolute; a folder to be filled with a name
	Bytes int64  `json:"bytes,omitempty"`
}

func newBackupCommand() *cobra.Command {
	o := &serverFlags{}
	c := &cobra.Command{
		Use: "backup FILE|FOLDER", Short: "Copy all that the server keeps, while it runs", Args: cobra.ExactArgs(1),
		Long: `Backup writes one file, a SQLite database: everything as it is at one moment, while the server runs or not. In a folder the file
is named for the time. The master key is in no backup: keep a copy of its file elsewhere, because without it a backup can't be
restored. Neither are mails that were written to the folder "mail", threat lists that picket intel update fetched, nor the
configuration. Data in PostgreSQL is backed up with pg_dump.`,
		RunE: func(c *cobra.Command, args []string) error {
			path, err := filepath.Abs(args[0])
			if err != nil {
				return err
			}
			made, err := ask[backupTo](c.Context(), o, "backup", backupTo{Path: path})
			if err != nil {
				return err
			}
			if o.json {
				return printJSON(c, made)
			}
			fmt.Fprintf(c.OutOrStdout(), "%s: %s. Its secrets open only with the master key, which is not in it.\n", made.Path, bytes(made.Bytes))
			return nil
		},
	}
	o.add(c)
	return c
}

// backUp does it, where the data is.
func (s *server) backUp(ctx context.Context, in backupTo) (backupTo, error) {
	if info, err := os.Stat(in.Path); err == nil && info.IsDir() {
		in.Path = filepath.Join(in.Path, "picket-"+time.Now().UTC().Format("20060102T150405Z")+".db")
	}
	size, err := s.store.BackUp(ctx, in.Path)
	return backupTo{in.Path, size}, err
}

func newRestoreCommand() *cobra.Command {
	o := &serverFlags{}
	c := &cobra.Command{
		Use: "restore FILE", Short: "Make a backup the data of a server", Args: cobra.ExactArgs(1),
		Long: `Restore fills a data folder that has no data with a backup. The backup must be whole, of no newer release, and of the master key
that is in the folder or that PICKET_MASTER_KEY_FILE names: put the key there first. Then start picket serve. What
sources still have is read again from where the backup ends; what was pushed, changed or answered since then is lost, and the
audit log ends with the backup.`,
		RunE: func(c *cobra.Command, args []string) error {
			file, err := readConfig(o.config)
			if err != nil {
				return err
			}
			config := o.own.over(file)
			if err := restore(c.Context(), config, args[0]); err != nil {
				return err
			}
			fmt.Fprintf(c.OutOrStdout(), "Restored to %s. Next: start picket serve with this data\n", config.Data)
			return nil
		},
	}
	o.add(c)
	return c
}

func restore(ctx context.Context, c config, file string) error {
	if c.Store != "" {
		return errors.New("the data is to be in PostgreSQL: pg_restore --dbname=URL fills an empty database with what pg_dump wrote")
	}
	path := masterKeyPath(c)
	key, err := access.LoadMasterKey(path)
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("there is no master key at %s, and without the one of its server the backup is of no use: "+
			"put the key's file there (mode 0600), or name it in %s", path, masterKeyPlace)
	}
	if err != nil {
		return err
	}
	return sqlstore.Restore(ctx, c.Data, file, func(s picket.Store) error {
		err := service.CheckMaster(ctx, s, key)
		if picket.ErrorCode(err) == picket.CodeNotFound {
			return errors.New("it is of no server that ever ran")
		}
		return err
	})
}
