package pickle

import (
	"bytes"
	"fmt"
	"io"
	"strconv"

	"github.com/larder-ml/larder/document"
)

// DefaultProtocol is what Python 3.8 to 3.13 write unless told otherwise.
const DefaultProtocol = 4

// Pickler names the program whose output is reproduced.
type Pickler uint8

// The picklers. They differ in how they batch items: CPythonC ends a dict or
// set of a multiple of 1000 items with an empty batch and makes batches of one
// at the end of longer lists and dicts; CPythonPy does neither. joblib uses
// CPythonPy.
const (
	CPythonC  Pickler = iota + 1 // pickle.dumps, the module _pickle
	CPythonPy                    // pickle._Pickler, written in Python
	// CPythonBare is CPythonC without putting into the memo what the source did
	// not put there: what pickletools.optimize makes, and CPython 3.13 of nested
	// classes below protocol 4. See Value.Memoized.
	CPythonBare
)

func (p Pickler) String() string {
	switch p {
	case CPythonC:
		return "cpython-c"
	case CPythonPy:
		return "cpython-py"
	case CPythonBare:
		return "cpython-bare"
	}
	return "none"
}

// EncodeOptions say how a graph becomes a pickle.
type EncodeOptions struct {
	Protocol int     // 0 to 5
	Pickler  Pickler // 0 is CPythonC
	Limits   document.Limits
	// Offset is the place in the file at which the pickle begins, where
	// foreign bytes need to know it.
	Offset int64
}

// Encode is the pickle that CPython would write for the graph under root, byte
// for byte: the same opcodes, memo, batches and frames. Where two values are
// the same object, by identity, it is written once. What a protocol cannot
// express itself is written as CPython does: bytes as _codecs.encode of text
// below protocol 3, sets as calls below 4, and so on.
func Encode(root Value, opt EncodeOptions) ([]byte, error) {
	var b bytes.Buffer
	err := EncodeTo(&b, root, opt)
	return b.Bytes(), err
}

// EncodeTo writes what Encode answers.
func EncodeTo(w io.Writer, root Value, opt EncodeOptions) error {
	if opt.Protocol < 0 || opt.Protocol > highest {
		return fmt.Errorf("pickle: %w: protocol %d", document.ErrInput, opt.Protocol)
	}
	if !root.IsValid() {
		return fmt.Errorf("pickle: %w: no value to encode", document.ErrInput)
	}
	d := root.d
	if d.fault != nil {
		return d.fault
	}
	d.join()
	e := &encoder{d: d, proto: opt.Protocol, py: opt.Pickler == CPythonPy, bare: opt.Pickler == CPythonBare, offset: opt.Offset,
		memo: make([]int32, len(d.nodes)), fixImports: opt.Protocol < 3,
		framer: framer{w: w, left: opt.Limits.WithDefaults().Bytes}}
	if e.proto >= 2 {
		e.buf = append(e.buf, byte(opProto), byte(e.proto))
		e.commit()
	}
	e.frames = e.proto >= 4
	e.save(root.i)
	e.run()
	if e.err == nil {
		e.op(opStop)
		e.commit()
	}
	return e.err
}

// Canonical tells by which of CPython's picklers, and at which protocol, the
// graph encodes to the very bytes of the pickle; 0 where by none.
func (d *Document) Canonical() (Pickler, int) {
	protocols := []int{d.declared}
	if d.declared == 0 && d.newest > 0 {
		protocols = []int{1, 0}
	}
	want := d.Bytes()
	for _, proto := range protocols {
		for _, p := range []Pickler{CPythonC, CPythonPy, CPythonBare} {
			c := &comparer{want: want}
			err := EncodeTo(c, d.Root(), EncodeOptions{Protocol: proto, Pickler: p, Offset: d.base})
			if err == nil && len(c.want) == 0 {
				return p, proto
			}
		}
	}
	return 0, protocols[0]
}

// comparer takes what is written as long as it is what is wanted.
type comparer struct{ want []byte }

func (c *comparer) Write(p []byte) (int, error) {
	if !bytes.HasPrefix(c.want, p) {
		return 0, io.ErrShortWrite
	}
	c.want = c.want[len(p):]
	return len(p), nil
}

// encoder walks a graph as CPython's save does, with a stack of its own in
// place of recursion.
type encoder struct {
	framer
	d          *Document
	proto      int
	py, bare   bool
	fixImports bool
	offset     int64
	memo       []int32          // value → index in the memo + 1
	names      map[string]int32 // the same for text and globals that are no values
	count      int32            // entries in the memo
	work       []task
	buffers    int
}

// task is something still to do.
type task struct {
	do      doing
	op      Opcode
	exact   bool // a list, dict or set, not a subclass
	one     bool // a batch of one, without a mark
	fresh   bool // a tuple of arguments, which __reduce__ makes anew each time
	v       int32
	at, end uint32 // kids
	span    uint32
	size    uint32 // of a batch
}

type doing uint8

const (
	doSave        doing = iota // value v
	doOp                       // write op
	doArgs                     // arguments v of a call
	doRange                    // save kids [at, end)
	doTuple                    // end a tuple, or take it from the memo
	doFrozen                   // the same for a frozenset
	doMade                     // an instance was made
	doMemo                     // put v into the memo; -1 for what is no value
	doSteps                    // fill v from span on
	doBatch                    // write kids [at, end) of one step in batches
	doBatched                  // end a batch
	doForeign                  // foreign bytes of v, after span's BUILD
	doReconstruct              // end a call of copyreg._reconstructor
	doInst                     // INST with the names of v's callable
)

// later pushes tasks so that the first is done first.
func (e *encoder) later(ts ...task) {
	for i := len(ts) - 1; i >= 0; i-- {
		e.work = append(e.work, ts[i])
	}
}

func (e *encoder) run() {
	for len(e.work) > 0 && e.err == nil {
		top := len(e.work) - 1
		if t := &e.work[top]; t.do == doRange {
			for t.at < t.end {
				t.at++
				e.save(e.d.kids[t.at-1])
				if len(e.work) != top+1 {
					break
				}
			}
			if len(e.work) == top+1 && t.at == t.end {
				e.work = e.work[:top]
			}
			continue
		}
		t := e.work[top]
		e.work = e.work[:top]
		e.perform(t)
	}
}

func (e *encoder) perform(t task) {
	switch t.do {
	case doSave:
		e.save(t.v)
	case doArgs:
		if n := &e.d.nodes[t.v]; n.kind == Tuple && e.memo[t.v] == 0 {
			e.boundary()
			e.tuple(t.v, n, true)
		} else {
			e.save(t.v)
		}
	case doOp:
		e.op(t.op)
	case doTuple:
		e.endTuple(t)
	case doFrozen:
		if e.memo[t.v] != 0 {
			e.op(opPopMark)
			e.get(e.memo[t.v] - 1)
			return
		}
		e.op(opFrozenset)
		e.memoize(t.v)
		e.steps(t.v)
	case doMade:
		if e.memo[t.v] != 0 {
			e.op(opPop)
			e.get(e.memo[t.v] - 1)
			return
		}
		e.memoize(t.v)
		e.steps(t.v)
	case doMemo:
		e.memoize(t.v)
	case doSteps:
		e.step(t)
	case doBatch:
		e.batch(t)
	case doBatched:
		e.endBatch(t)
	case doForeign:
		e.foreign(t)
	case doReconstruct:
		e.reconstruct()
	case doInst:
		module, name := Value{e.d, t.v}.Callable().Global()
		e.text(opInst, module+"\n"+name)
	}
}

// memoize writes the instruction that puts the top of the stack into the memo.
func (e *encoder) memoize(v int32) int32 {
	if e.bare && v >= 0 && e.d.nodes[v].flag&flagMemo == 0 {
		return 0
	}
	i := e.count
	e.count++
	if v >= 0 {
		e.memo[v] = i + 1
	}
	switch {
	case e.proto >= 4:
		e.op(opMemoize)
	case e.proto == 0:
		e.text(opPut, strconv.Itoa(int(i)))
	case i < 256:
		e.buf = append(e.buf, byte(opBinput), byte(i))
	default:
		e.buf = instr{op: opLongBinput, a: uint64(i)}.appendHead(e.buf)
	}
	return i
}

func (e *encoder) get(i int32) {
	switch {
	case e.proto == 0:
		e.text(opGet, strconv.Itoa(int(i)))
	case i < 256:
		e.buf = append(e.buf, byte(opBinget), byte(i))
	default:
		e.buf = instr{op: opLongBinget, a: uint64(i)}.appendHead(e.buf)
	}
}

// fail records the first fault, at a value.
func (e *encoder) fail(v int32, sentinel error, detail string, args ...any) {
	if e.err == nil {
		e.err = document.Errorf(sentinel, format, "", Value{e.d, v}.Offset(), detail, args...)
	}
}
