// Command compile turns CSV files of address ranges, "first,last,number,holder", into a database in MaxMind's format. It
// serves the build only and refuses files with a line that it can't read: half a database is worse than none.
package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"github.com/maxmind/mmdbwriter"
	"github.com/maxmind/mmdbwriter/mmdbtype"
)

func main() {
	if len(os.Args) < 3 {
		fmt.Fprintln(os.Stderr, "usage: compile OUT.mmdb IN.csv...")
		os.Exit(2)
	}
	if err := compile(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "compile:", err)
		os.Exit(1)
	}
}

// compile writes the ranges of the CSV files to the database out, all of them or nothing.
func compile(out string, files []string) error {
	tree, err := mmdbwriter.New(mmdbwriter.Options{DatabaseType: "picket-asn", IncludeReservedNetworks: true, DisableIPv4Aliasing: true, RecordSize: 24})
	if err != nil {
		return fmt.Errorf("start database: %w", err)
	}
	for _, name := range files {
		if err := insertFile(tree, name); err != nil {
			return fmt.Errorf("read %s: %w", name, err)
		}
	}
	f, err := os.CreateTemp(filepath.Dir(out), ".compile-*")
	if err != nil {
		return fmt.Errorf("create database: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = tree.WriteTo(f)
	if err := errors.Join(err, f.Chmod(0o644), f.Close()); err != nil {
		return fmt.Errorf("write database: %w", err)
	}
	return os.Rename(f.Name(), out)
}

func insertFile(tree *mmdbwriter.Tree, name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	rows := csv.NewReader(f)
	rows.FieldsPerRecord = 4
	rows.ReuseRecord = true
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := insertRow(tree, row); err != nil {
			line, _ := rows.FieldPos(0)
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
}

func insertRow(tree *mmdbwriter.Tree, row []string) error {
	first, last := net.ParseIP(row[0]), net.ParseIP(row[1])
	number, err := strconv.ParseUint(row[2], 10, 32)
	if first == nil || last == nil || err != nil {
		return fmt.Errorf("not a range and a number: %q", row)
	}
	return tree.InsertRange(first, last, mmdbtype.Map{
		"autonomous_system_number":       mmdbtype.Uint32(number),
		"autonomous_system_organization": mmdbtype.String(row[3]),
	})
}
