package main

import "picket/scan"

func writeHTML(d deps, o *scanFlags, cfg *scan.Config, r *scan.Report) error {
	return writeText(d, o, cfg, r)
}
