package pyobj

import (
	"hash/maphash"
	"sync/atomic"

	"github.com/larder-ml/larder/pickle"
)

// NOTE. Pickles of models hold the same few hundred names again and again: keys
// of states, modules, classes. The tables here remember those seen last, so that
// reading one makes no string. Each has a fixed number of slots, and a newer
// name takes the slot of an older one: no file can make them grow.

const (
	internSlots = 1 << 10
	internLong  = 64 // longer strings are not kept
)

var (
	nameSeed = maphash.MakeSeed()
	interned [internSlots]atomic.Pointer[string]
)

// intern is string(b).
func intern(b []byte) string {
	if len(b) > internLong {
		return string(b)
	}
	slot := &interned[maphash.Bytes(nameSeed, b)%internSlots]
	if s := slot.Load(); s != nil && *s == string(b) {
		return *s
	}
	s := string(b)
	slot.Store(&s)
	return s
}

// strOf is v.Str().
func strOf(v pickle.Value) string {
	if v.Kind() != pickle.String || v.Python2() {
		return v.Str()
	}
	return intern(v.Bytes())
}

// canonSlots is the number of globals that a Names remembers.
const canonSlots = 1 << 9

// canon is what Canonical said of a global.
type canon struct{ module, name, full string }

// globalOf is the canonical name of a Global; "" where the name is not written
// in the file.
func (n *Names) globalOf(v pickle.Value) string {
	m, k := v.Names()
	if m.Kind() != pickle.String || k.Kind() != pickle.String || m.Python2() || k.Python2() {
		module, name := v.Global()
		if module == "" && name == "" {
			return ""
		}
		return n.Canonical(module, name)
	}
	module, name := m.Bytes(), k.Bytes()
	if len(module)+len(name) == 0 {
		return ""
	}
	if len(module) > internLong || len(name) > internLong {
		return n.Canonical(string(module), string(name))
	}
	cache := &baseCanon
	if n != nil {
		cache = &n.canon
	}
	h := maphash.Bytes(nameSeed, module)*31 + maphash.Bytes(nameSeed, name)
	slot := &cache[h%canonSlots]
	if c := slot.Load(); c != nil && c.module == string(module) && c.name == string(name) {
		return c.full
	}
	c := &canon{module: string(module), name: string(name)}
	c.full = n.Canonical(c.module, c.name)
	slot.Store(c)
	return c.full
}

// Global is the canonical name of a Global; "" for other values and where the
// name is not written in the file.
func (n *Names) Global(v pickle.Value) string { return className(v, n) }

var baseCanon [canonSlots]atomic.Pointer[canon]
