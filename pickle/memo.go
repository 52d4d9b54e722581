package pickle

// memo maps indexes to values. Picklers count from 0, so a slice holds them;
// an index far past the number of entries (only a hostile file has one) goes
// to a map.
type memo struct {
	dense  []int32 // value + 1
	sparse map[uint64]int32
	n      int // entries
}

const memoSlack = 1024

func (m *memo) get(i uint64) (int32, bool) {
	if i < uint64(len(m.dense)) && m.dense[i] != 0 {
		return m.dense[i] - 1, true
	}
	v, ok := m.sparse[i]
	return v - 1, ok
}

func (m *memo) put(i uint64, v int32) {
	if i < uint64(len(m.dense)) {
		if m.dense[i] == 0 {
			if _, ok := m.sparse[i]; !ok {
				m.n++
			}
		}
		m.dense[i] = v + 1
		return
	}
	_, known := m.sparse[i]
	if !known {
		m.n++
	}
	if m.dense == nil {
		m.dense = make([]int32, 0, 64)
	}
	if i == uint64(len(m.dense)) {
		m.dense = append(m.dense, v+1)
		return
	}
	if i < uint64(2*m.n+memoSlack) {
		for uint64(len(m.dense)) < i {
			m.dense = append(m.dense, 0)
		}
		m.dense = append(m.dense, v+1)
		return
	}
	if m.sparse == nil {
		m.sparse = map[uint64]int32{}
	}
	m.sparse[i] = v + 1
}
