package service

import (
	"slices"

	"picket"
)

// putRoute tells the log what is analysed of an account in a region from now on: in the transaction that changes it, so that
// who reads the log sees each change at one place between its records. A nil detector is none.
func putRoute(tx picket.Tx, account, region string, d *detector) error {
	r := picket.Route{Account: account, Region: region}
	if d != nil {
		r.Enabled = d.Enabled
		for name, f := range d.Features {
			if f.Enabled {
				r.Features = append(r.Features, name)
			}
		}
		slices.Sort(r.Features)
	}
	return tx.Log().Append(picket.PartitionOf(account), picket.Message{Route: &r})
}

// routed reports whether two states of a detector are analysed in the same way.
func (d *detector) routed(o *detector) bool {
	if d.Enabled != o.Enabled {
		return false
	}
	for name := range d.Features {
		if d.Features[name].Enabled != o.Features[name].Enabled {
			return false
		}
	}
	return true
}
