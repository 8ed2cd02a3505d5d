package service

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"

	"picket"
)

// The page size of lists that name none.
const pageSize = 50

// nextToken makes the token of the page after a key: opaque, and good for this account, region and list only. After the last
// page, where the key is empty, there is none.
func (s *Service) nextToken(c picket.Caller, list, after string) *string {
	if after == "" {
		return nil
	}
	t := base64.RawURLEncoding.EncodeToString(append(s.mac(c, list, after), after...))
	return &t
}

// after returns where a page begins: "" for a missing or empty token.
func (s *Service) after(c picket.Caller, list string, token *string) (string, error) {
	if str(token) == "" {
		return "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(*token)
	if err != nil || len(b) < macSize {
		return "", refuse(invalidValue, "nextToken is none that this server made.")
	}
	after := string(b[macSize:])
	if !hmac.Equal(b[:macSize], s.mac(c, list, after)) {
		return "", refuse(invalidValue, "nextToken was made for another list, account or region.")
	}
	return after, nil
}

const macSize = 16

func (s *Service) mac(c picket.Caller, list, after string) []byte {
	h := hmac.New(sha256.New, s.Master.Derive("page tokens"))
	for _, part := range []string{c.Account, c.Region, list, after} {
		h.Write([]byte(part))
		h.Write([]byte{0})
	}
	return h.Sum(nil)[:macSize]
}

// limit returns the size of a page.
func limit(maxResults *int32) int {
	if maxResults == nil {
		return pageSize
	}
	return int(*maxResults)
}

// pageIn returns a page of the documents of a kind that the caller has in its region, by id, and where the next begins.
func pageIn[T any](tx picket.Tx, c picket.Caller, kind, after string, n int) ([]T, string, error) {
	docs, err := tx.Documents().List(kind, c.Account, c.Region, after, n+1)
	if err != nil {
		return nil, "", err
	}
	docs, next := pageOf(docs, n, func(d picket.Document) string { return d.ID })
	page := make([]T, len(docs))
	for i, d := range docs {
		if page[i], err = decode[T](d); err != nil {
			return nil, "", err
		}
	}
	return page, next, nil
}

// pageOf cuts items, of which one more than n were asked for, to a page, and returns where the next begins: the key of the
// last item, or "" after the last page.
func pageOf[T any](items []T, n int, key func(T) string) (page []T, next string) {
	if len(items) <= n {
		return items, ""
	}
	return items[:n], key(items[n-1])
}
