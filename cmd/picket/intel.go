package main

import "github.com/spf13/cobra"

func newIntelCommand(d deps) *cobra.Command {
	return &cobra.Command{Use: "intel", Short: "Fetch, list and look up threat lists"}
}
