package service

import (
	"picket"
)

// tagKind is the kind of the document that holds a resource's tags; its id is the tail of the resource's ARN.
const tagKind = belongings + "tags"

// tagsOf returns the tags of a resource: nil if it has none.
func tagsOf(tx picket.Tx, c picket.Caller, tail string) (map[string]string, error) {
	tags, err := get[map[string]string](tx, key(c, tagKind, tail))
	if picket.ErrorCode(err) == picket.CodeNotFound {
		return nil, nil
	}
	return tags, err
}

// setTags replaces the tags of a resource.
func setTags(tx picket.Tx, c picket.Caller, tail string, tags map[string]string) error {
	if len(tags) == 0 {
		return tx.Documents().Delete(key(c, tagKind, tail))
	}
	return tx.Documents().Put(key(c, tagKind, tail), tags)
}
