package service

import (
	"context"
	"encoding/json"
	"sync"

	"picket"
)

// memo remembers what was made of documents alone. It is as good as making it anew, because each time the store is asked
// whether those documents are as they were. What is remembered is shared, so nobody changes it.
type memo[T any] struct {
	mu   sync.Mutex
	made map[string]made[T]
	size int // of all that is in made
}

// made is what was made of documents, which were as they are at a time of the store's.
type made[T any] struct {
	of  []picket.Document
	at  int64
	out T
}

// size is how many bytes of documents are remembered.
func (m made[T]) size() (n int) {
	for _, doc := range m.of {
		n += len(doc.Body)
	}
	return n
}

// What bounds a memo; beyond it everything is forgotten. What was made of documents may take ten times their bytes.
const (
	maxMade      = 10_000
	maxMadeBytes = 16 << 20
)

// get returns what f makes. It must depend on nothing but its name and the documents that it gets, one by one.
func (m *memo[T]) get(ctx context.Context, s *Service, name string, f func(picket.Tx) (T, error)) (T, error) {
	m.mu.Lock()
	old, known := m.made[name]
	m.mu.Unlock()
	if known {
		unchanged, now, err := s.Store.Unchanged(ctx, old.of, old.at)
		if unchanged && now != old.at {
			old.at = now
			m.put(name, old)
		}
		if unchanged || err != nil {
			return old.out, err
		}
	}
	var n *noting
	out, err := view(ctx, s, func(tx picket.Tx) (T, error) {
		n = &noting{from: tx.Documents()}
		return f(notingTx{docs: n})
	})
	if err == nil {
		m.put(name, made[T]{of: n.got, out: out})
	}
	return out, err
}

func (m *memo[T]) put(name string, new made[T]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	size := m.size - m.made[name].size() + new.size()
	if m.made == nil || len(m.made) >= maxMade || size > maxMadeBytes {
		m.made, size = map[string]made[T]{}, new.size()
	}
	m.made[name], m.size = new, size
}

// notingTx is a transaction in which documents are got. There is nothing else in it: who wants more makes a mistake, and panics.
type notingTx struct {
	picket.Tx
	docs *noting
}

// Documents implements picket.Tx.
func (t notingTx) Documents() picket.Documents { return t.docs }

// noting notes the documents that are got.
type noting struct {
	picket.Documents
	from picket.Documents
	got  []picket.Document
}

// Get implements picket.Documents.
func (n *noting) Get(key picket.DocumentKey, into any) error {
	var body json.RawMessage
	err := n.from.Get(key, &body)
	if err == nil || picket.ErrorCode(err) == picket.CodeNotFound {
		n.got = append(n.got, picket.Document{DocumentKey: key, Body: body})
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(body, into)
}
