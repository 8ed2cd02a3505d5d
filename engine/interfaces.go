package engine

import (
	"strings"
	"sync"
	"sync/atomic"

	"picket/entity"
	"picket/event"
)

// interfaces numbers the network interfaces that flow logs name.
type interfaces struct {
	mu    sync.RWMutex
	byKey map[string]uint32
	all   []*entity.Interface
	free  []uint32 // numbers of those that were forgotten
	room  int      // for interfaces

	generation atomic.Uint64 // another one when numbers were freed
	refused    atomic.Int64  // records of interfaces that had no room
}

// interfaceKey appends what tells interfaces apart.
func interfaceKey(key []byte, account, region, id, instance string) []byte {
	key = append(key, account...)
	key = append(append(key, '|'), region...)
	key = append(append(key, '|'), id...)
	return append(append(key, '|'), instance...)
}

// number returns the interface's number, unless there is no room for it; key is its interfaceKey.
func (n *interfaces) number(key []byte, f *event.Flow) (i uint32, ok bool) {
	n.mu.RLock()
	i, ok = n.byKey[string(key)]
	full := len(n.byKey) >= n.room
	n.mu.RUnlock()
	if ok {
		return i, true
	}
	if full {
		n.refused.Add(1)
		return 0, false
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if i, ok := n.byKey[string(key)]; ok {
		return i, true
	}
	return n.add(string(key), &entity.Interface{
		Account: strings.Clone(f.Account), Region: strings.Clone(f.Region),
		ID: strings.Clone(f.Interface), Instance: strings.Clone(f.Instance),
		VPC: strings.Clone(f.VPC), Subnet: strings.Clone(f.Subnet),
		ECSCluster: strings.Clone(f.ECSCluster), ECSTask: strings.Clone(f.ECSTask),
	}), true
}

func (n *interfaces) add(key string, iface *entity.Interface) (i uint32) {
	if last := len(n.free) - 1; last >= 0 {
		i, n.free = n.free[last], n.free[:last]
		n.all[i] = iface
	} else {
		i = uint32(len(n.all))
		n.all = append(n.all, iface)
	}
	n.byKey[key] = i
	return i
}

func (n *interfaces) get(i uint32) *entity.Interface {
	n.mu.RLock()
	defer n.mu.RUnlock()
	return n.all[i]
}

// keep forgets the interfaces that are not used.
func (n *interfaces) keep(used []bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for key, i := range n.byKey {
		if !used[i] {
			delete(n.byKey, key)
			n.all[i], n.free = nil, append(n.free, i)
		}
	}
	n.generation.Add(1)
}
