package service

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"picket"
)

// tokenLife is how long a client token is remembered.
const tokenLife = 24 * 3600 * 1000

// onceKind is the kind of the document that remembers what a client token led to; its id is operation and token.
const onceKind = belongings + "idempotency"

type outcome struct {
	Request string          `json:"request"` // hex SHA-256 of its JSON
	Output  json.RawMessage `json:"output"`
	At      int64           `json:"at"` // milliseconds since the epoch
}

// once runs f in a transaction, unless the same request was made with the same client token before: then the output of that
// time is returned. Another request with the token is refused.
func once[T any](ctx context.Context, s *Service, c picket.Caller, operation string, token *string, in any, f func(picket.Tx) (*T, error)) (*T, error) {
	return update(ctx, s, func(tx picket.Tx) (*T, error) {
		if str(token) == "" {
			return f(tx)
		}
		request, err := fingerprint(in)
		if err != nil {
			return nil, err
		}
		k := key(c, onceKind, operation+" "+*token)
		switch old, err := get[outcome](tx, k); {
		case err == nil && old.At > s.now()-tokenLife:
			if old.Request != request {
				return nil, refuse(invalidValue, "clientToken was used for another %s request; a token is good for one request.", operation)
			}
			var out T
			return &out, json.Unmarshal(old.Output, &out)
		case err != nil && picket.ErrorCode(err) != picket.CodeNotFound:
			return nil, err
		}
		out, err := f(tx)
		if err != nil {
			return nil, err
		}
		b, err := json.Marshal(out)
		if err != nil {
			return nil, fmt.Errorf("encode output of %s: %w", operation, err)
		}
		return out, tx.Documents().Put(k, outcome{Request: request, Output: b, At: s.now()})
	})
}

func fingerprint(in any) (string, error) {
	b, err := json.Marshal(in)
	if err != nil {
		return "", fmt.Errorf("encode request: %w", err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:]), nil
}
