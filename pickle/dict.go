package pickle

import "iter"

// indexFrom is the number of entries from which Lookup makes an index.
const indexFrom = 32

// Entries lists the keys and values of a Dict in the order of the program, and
// those that were set on an Instance. A key that was set twice comes twice; the
// later value is the one that counts.
func (v Value) Entries() iter.Seq2[Value, Value] {
	return func(yield func(Value, Value) bool) {
		if v.d == nil {
			return
		}
		for at := v.d.first(v.i); at != 0; at = v.d.spans[at-1].next {
			s := v.d.spans[at-1]
			if s.step != StepSetItem {
				continue
			}
			for k := s.start; k+1 < s.start+s.n; k += 2 {
				if !yield(Value{v.d, v.d.kids[k]}, Value{v.d, v.d.kids[k+1]}) {
					return
				}
			}
		}
	}
}

// Lookup is the value of a string key of a Dict or among the items set on an
// Instance. It copies nothing; large dicts get an index at the first call.
func (v Value) Lookup(key string) (Value, bool) {
	if v.d == nil {
		return Value{}, false
	}
	if v.count(StepSetItem) >= 2*indexFrom {
		k, ok := v.indexed()[key]
		return Value{v.d, k}, ok
	}
	found := Value{}
	for k, x := range v.Entries() {
		if k.Kind() == String && string(k.Bytes()) == key {
			found = x
		}
	}
	return found, found.d != nil
}

// indexed is the index of a large dict.
func (v Value) indexed() map[string]int32 {
	v.d.mu.Lock()
	defer v.d.mu.Unlock()
	if x := v.d.index[v.i]; x != nil {
		return x
	}
	x := make(map[string]int32, v.count(StepSetItem)/2)
	for k, val := range v.Entries() {
		if k.Kind() == String {
			x[string(k.Bytes())] = val.i
		}
	}
	if v.d.index == nil {
		v.d.index = map[int32]map[string]int32{}
	}
	v.d.index[v.i] = x
	return x
}
