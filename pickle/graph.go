package pickle

// node is one value. What a means depends on the kind:
//
//	Bool Int Float Ext    the number (Int as int64, Float as its bits)
//	BigInt String Bytes…  unused: the payload is the instruction's
//	Tuple FrozenSet       first kid << 32 | number of kids
//	List Dict Set         first span << 32 | last span, 0 for none
//	Instance              the same; its first span is its maker
//	Global Persistent     first kid << 32 | number of kids, 0 for text forms
//	Buffer                its number, or its one kid (flagWraps)
type node struct {
	kind Kind
	flag uint8
	ins  uint32 // the instruction that made it
	a    uint64
}

const (
	flagMany     uint8 = 1 << iota // more than one span of the same step in a row
	flagReadOnly                   // Buffer: READONLY_BUFFER
	flagWraps                      // Buffer: a view of the value in its kid
	flagExtra                      // has a chain of spans in Document.extra
	flagForeign                    // has foreign bytes after a BUILD
	flagMemo                       // was put into the memo, or doubled
)

// span is a run of kids that one instruction gave to a value. The spans of a
// value form a chain in the order of the program.
type span struct {
	start, n uint32 // in Document.kids
	next     uint32 // index + 1 of the next span of the value
	ins      uint32
	step     StepKind
}

func (n *node) chained() bool {
	return n.kind == List || n.kind == Dict || n.kind == Set || n.kind == Instance
}

// first is the index + 1 of the first span of a value.
func (d *Document) first(i int32) uint32 {
	n := &d.nodes[i]
	if n.chained() {
		return uint32(n.a >> 32)
	}
	if n.flag&flagExtra != 0 {
		return uint32(d.extra[i] >> 32)
	}
	return 0
}

// attach gives kids [start, len(kids)) to value i.
func (d *Document) attach(i int32, step StepKind, ins uint32, start int) {
	n := &d.nodes[i]
	var a uint64
	if n.chained() {
		a = n.a
	} else if n.flag&flagExtra != 0 {
		a = d.extra[i]
	}
	count := uint32(len(d.kids) - start)
	if tail := uint32(a); tail != 0 {
		last := &d.spans[tail-1]
		if last.step == step && step <= StepAddItem {
			if last.start+last.n == uint32(start) {
				last.n += count
				last.ins = ins
				return
			}
			if n.flag&flagMany == 0 {
				n.flag |= flagMany
				d.many = append(d.many, i)
			}
		}
		last.next = uint32(len(d.spans) + 1)
	}
	d.spans = append(d.spans, span{start: uint32(start), n: count, ins: ins, step: step})
	at := uint64(len(d.spans))
	if a == 0 {
		a = at << 32
	}
	a = a&^0xffffffff | at
	if n.chained() {
		n.a = a
		return
	}
	if d.extra == nil {
		d.extra = map[int32]uint64{}
	}
	n.flag |= flagExtra
	d.extra[i] = a
}

// join makes one span of spans of the same step in a row, so that Item is
// direct access.
func (d *Document) join() {
	for _, i := range d.many {
		at := d.first(i)
		for at != 0 {
			s := &d.spans[at-1]
			if s.step > StepAddItem {
				at = s.next
				continue
			}
			total, same := uint32(0), at
			for same != 0 && d.spans[same-1].step == s.step {
				total += d.spans[same-1].n
				same = d.spans[same-1].next
			}
			if total != s.n {
				start := uint32(len(d.kids))
				ins := s.ins
				for k := at; k != same; k = d.spans[k-1].next {
					part := d.spans[k-1]
					d.kids = append(d.kids, d.kids[part.start:part.start+part.n]...)
					ins = part.ins
				}
				s.start, s.n, s.next, s.ins = start, total, same, ins
			}
			at = same
		}
		d.nodes[i].flag &^= flagMany
	}
	d.many = nil
}

// pair unpacks (first kid, number of kids).
func pair(a uint64) (start, n uint32) { return uint32(a >> 32), uint32(a) }

func (d *Document) kidsOf(a uint64) []int32 {
	start, n := pair(a)
	return d.kids[start : start+n]
}
