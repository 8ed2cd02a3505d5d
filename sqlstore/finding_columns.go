package sqlstore

import (
	"cmp"
	"database/sql/driver"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// columned are the attributes whose values finding_columns has: the hot ones, and others that people count by. The numbers are
// stored: none may change, and a new one needs a migration that makes its column.
var columned = func() map[string]int64 {
	all := maps.Clone(hot)
	for i, attribute := range []string{
		"createdat",
		"service.count",
		"service.eventfirstseen",
		"service.eventlastseen",
		"service.featurename",
		"service.action.awsapicallaction.errorcode",
		"service.action.awsapicallaction.useragent",
		"service.action.awsapicallaction.remoteipdetails.organization.isp",
		"service.action.awsapicallaction.remoteipdetails.organization.org",
		"service.action.networkconnectionaction.remoteipdetails.organization.isp",
		"service.action.networkconnectionaction.remoteipdetails.organization.org",
		"resource.accesskeydetails.useridentity.type",
		"resource.accesskeydetails.useridentity.arn",
		"resource.accesskeydetails.useridentity.accountid",
		"resource.accesskeydetails.useridentity.sessioncontext.attributes.mfaauthenticated",
		"resource.instancedetails.instancetype",
		"resource.s3bucketdetails.type",
		"confidence",
	} {
		all[attribute] = int64(101 + i)
	}
	return all
}()

// columnKey is the key of the row of finding_columns that has a finding's values of an attribute.
func columnKey(number, n int64) int64 { return number<<32 + n>>chunkBits }

// column has the values of an attribute that the findings of a chunk have: which of the lists that follow each has. What is longer than
// maxListed is not there, but unlisted. As a body it is two bytes for each finding, and then the lists that any has, each after its
// length.
type column struct {
	codes [chunkSize]uint16
	lists []string // the first is that of no value
}

const (
	unlisted  = 1<<16 - 1
	maxListed = 400
	ended     = "\x00" // after each value of a list, none of which has it
)

func listOf(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return strings.Join(values, ended) + ended
}

// set gives a finding its values.
func (c *column) set(n int64, list string) {
	code := slices.Index(c.lists, list)
	switch {
	case len(list) > maxListed:
		code = unlisted
	case code < 0:
		code = len(c.lists)
		c.lists = append(c.lists, list)
	}
	c.codes[slotOf(n)] = uint16(code)
}

// add implements packing, of a finding's number and its values as JSON.
func (c *column) add(args []driver.Value) error {
	n, _ := args[0].(int64)
	list, _ := args[1].(string)
	var values []string
	if err := json.Unmarshal([]byte(list), &values); err != nil {
		return fmt.Errorf("decode values: %w", err)
	}
	c.set(n, listOf(values))
	return nil
}

func (c *column) body() []byte {
	body := make([]byte, 2*chunkSize, 4*chunkSize)
	anew := make([]uint16, len(c.lists)) // the lists' new codes
	last := uint16(0)
	for i, code := range c.codes {
		if code != 0 && code != unlisted {
			if anew[code] == 0 {
				last++
				anew[code] = last
				body = binary.AppendUvarint(body, uint64(len(c.lists[code])))
				body = append(body, c.lists[code]...)
			}
			code = anew[code]
		}
		binary.BigEndian.PutUint16(body[2*i:], code)
	}
	return body
}

func newColumn() *column { return &column{lists: []string{""}} }

// read reads a body into the column.
func (c *column) read(body string) error {
	if len(body) < 2*chunkSize {
		return unreadable(fmt.Errorf("a column of %d bytes", len(body)))
	}
	c.lists = append(c.lists[:0], "")
	for rest := body[2*chunkSize:]; rest != ""; {
		size, n := binary.Uvarint([]byte(rest[:min(len(rest), binary.MaxVarintLen16)]))
		if n <= 0 || int(size) > len(rest)-n || len(c.lists) > chunkSize {
			return unreadable(fmt.Errorf("list %d of a column", len(c.lists)))
		}
		c.lists = append(c.lists, rest[n:n+int(size)])
		rest = rest[n+int(size):]
	}
	for i := range c.codes {
		c.codes[i] = uint16(body[2*i])<<8 | uint16(body[2*i+1])
		if code := c.codes[i]; code != unlisted && int(code) >= len(c.lists) {
			return unreadable(fmt.Errorf("a column without list %d", code))
		}
	}
	return nil
}

// columnChanges are rows of finding_columns that are to change: the lists that findings get, by their keys and the findings' numbers.
type columnChanges map[int64]map[int64]string

// note notes what of a finding's attributes isn't as before.
func (c columnChanges) note(n int64, before, now map[string][]string) {
	for attribute, number := range columned {
		if slices.Equal(before[attribute], now[attribute]) {
			continue
		}
		key := columnKey(number, n)
		if c[key] == nil {
			c[key] = map[int64]string{}
		}
		c[key][n] = listOf(now[attribute])
	}
}

// setColumns changes columns, and deletes those that are empty then.
func (f findings) setColumns(changes columnChanges) error {
	for batch := range slices.Chunk(slices.Sorted(maps.Keys(changes)), atOnce) {
		c := in("key", batch)
		all := map[int64]*column{}
		if _, err := rows(f.tx, func(s scanner) (key int64, err error) {
			var body string
			if err := s.Scan(&key, &body); err != nil {
				return key, err
			}
			all[key] = newColumn()
			return key, all[key].read(body)
		}, "SELECT key, body FROM finding_columns WHERE "+c.text, c.args...); err != nil {
			return err
		}
		var values []any
		var empty []int64
		for _, key := range batch {
			col := cmp.Or(all[key], newColumn())
			for n, list := range changes[key] {
				col.set(n, list)
			}
			if col.codes == [chunkSize]uint16{} {
				empty = append(empty, key)
			} else {
				values = append(values, key, col.body())
			}
		}
		if len(values) > 0 {
			if _, err := f.exec("INSERT INTO finding_columns (key, body) VALUES "+tuples(len(values)/2, "(?, ?)")+
				" ON CONFLICT DO UPDATE SET body = excluded.body", values...); err != nil {
				return err
			}
		}
		if len(empty) > 0 {
			gone := in("key", empty)
			if _, err := f.exec("DELETE FROM finding_columns WHERE "+gone.text, gone.args...); err != nil {
				return err
			}
		}
	}
	return nil
}
