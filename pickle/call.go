package pickle

import (
	"math"

	"github.com/larder-ml/larder/document"
)

// opaque says whether a value is something that only a call or an import would
// make, so that nothing is known of its type.
func (m *machine) opaque(v int32) bool { return m.d.nodes[v].kind >= Global }

// stackGlobal makes a Global of the two strings on the stack.
func (m *machine) stackGlobal() {
	if !m.need(2) {
		return
	}
	for _, v := range m.stack[len(m.stack)-2:] {
		if m.d.nodes[v].kind != String && !m.opaque(v) {
			m.fail(document.ErrCorrupt, "STACK_GLOBAL of %s, not str", m.d.nodes[v].kind)
			return
		}
	}
	m.sequence(Global, len(m.stack)-2)
	m.event(EventImport, m.stack[len(m.stack)-1], 0, 0)
}

// call makes an Instance of the callable and arguments on the stack.
func (m *machine) call(op Opcode) {
	n := 2
	if op == opNewobjEx {
		n = 3
	}
	if !m.need(n) {
		return
	}
	top := m.stack[len(m.stack)-n:]
	if k := m.d.nodes[top[1]].kind; k != Tuple && !m.opaque(top[1]) {
		m.fail(document.ErrCorrupt, "%s with arguments in a %s, not a tuple", op, k)
		return
	}
	if n == 3 {
		if k := m.d.nodes[top[2]].kind; k != Dict && !m.opaque(top[2]) {
			m.fail(document.ErrCorrupt, "%s with keyword arguments in a %s, not a dict", op, k)
			return
		}
	}
	m.instance(n)
}

// instance makes an Instance of the callable, arguments and perhaps keyword
// arguments that are the top n values.
func (m *machine) instance(n int) {
	start := m.keep(len(m.stack) - n)
	v := m.push(Instance, 0)
	m.d.attach(v, stepMake, uint32(len(m.d.ins)-1), start)
	m.event(EventCall, v, 0, 0)
}

// build gives the state on top of the stack to the value below it.
func (m *machine) build() {
	if !m.need(2) {
		return
	}
	state := len(m.stack) - 1
	to := m.stack[state-1]
	start := m.keep(state)
	m.d.attach(to, StepBuild, uint32(len(m.d.ins)-1), start)
	m.event(EventBuild, to, start, 1)
	if m.Foreign != nil && m.d.nodes[to].kind == Instance && m.err == nil {
		m.askForeign(to)
	}
}

// setter recognises a call f(value, state) that was dropped with value on top
// of the stack: what a pickler writes for the sixth item of a reduce tuple. It
// becomes a step of the value.
func (m *machine) setter(v int32) {
	d := m.d
	n := len(d.ins)
	if n < 3 || d.ins[n-2].op != opReduce || d.ins[n-3].op != opTuple2 || len(m.stack) <= m.fence ||
		d.nodes[v].ins != uint32(n-2) {
		return
	}
	args := d.kids[d.spans[d.first(v)-1].start+1]
	if d.nodes[args].kind != Tuple || d.nodes[args].ins != uint32(n-3) {
		return
	}
	to := m.stack[len(m.stack)-1]
	if d.kidsOf(d.nodes[args].a)[0] != to {
		return
	}
	start := len(d.kids)
	d.kids = append(d.kids, v)
	d.attach(to, StepSetter, uint32(n-1), start)
}

// readOnly makes a read-only view of the buffer on top of the stack.
func (m *machine) readOnly() {
	if !m.need(1) {
		return
	}
	v := m.stack[len(m.stack)-1]
	switch n := &m.d.nodes[v]; {
	case n.kind == Bytes, n.kind == Buffer && n.flag&flagReadOnly != 0:
	case n.kind == Buffer || n.kind == ByteArray || m.opaque(v):
		m.sequence(Buffer, len(m.stack)-1)
		m.d.nodes[m.stack[len(m.stack)-1]].flag |= flagWraps | flagReadOnly
	default:
		m.fail(document.ErrCorrupt, "READONLY_BUFFER of a %s", n.kind)
	}
}

func floatBits(v float64) uint64 { return math.Float64bits(v) }
