package pickle

import (
	"strings"

	"github.com/larder-ml/larder/document"
)

// batchSize is how many items picklers give a list, dict or set at once.
const batchSize = 1000

// interned writes text that is no value of the graph, once.
func (e *encoder) interned(s string) {
	e.boundary()
	key := "\"" + s
	if i, ok := e.names[key]; ok {
		e.get(i)
		return
	}
	e.unicode([]byte(s))
	e.know(key)
}

// named writes a global that is no value of the graph, once.
func (e *encoder) named(module, name string) {
	e.boundary()
	key := module + "\n" + name
	if i, ok := e.names[key]; ok {
		e.get(i)
		return
	}
	if e.proto >= 4 {
		e.interned(module)
		e.interned(name)
		e.op(opStackGlobal)
	} else {
		e.globalLines(module, name)
	}
	e.know(key)
}

// know puts what was written into the memo.
func (e *encoder) know(key string) {
	if e.names == nil {
		e.names = map[string]int32{}
	}
	e.names[key] = e.memoize(-1)
}

func (e *encoder) globalLines(module, name string) {
	if e.fixImports {
		module, name = toPython2(module, name)
	}
	e.text(opGlobal, module+"\n"+name)
}

// dotsAllowed bounds how deep a class may be nested in classes below protocol 4.
const dotsAllowed = 64

// global writes a Global.
func (e *encoder) global(v int32) {
	val := Value{e.d, v}
	mod, nam := val.Names()
	if mod.IsValid() && e.proto >= 4 {
		e.later(task{do: doSave, v: mod.i}, task{do: doSave, v: nam.i}, task{do: doOp, op: opStackGlobal},
			task{do: doMemo, v: v}, task{do: doSteps, v: v, span: e.d.first(v)})
		return
	}
	module, name := val.Global()
	switch {
	case module == "" || name == "" || strings.Contains(module+name, "\n"):
		e.fail(v, document.ErrUnsupported, "global without a plain name below protocol 4")
		return
	case e.proto >= 4:
		if e.d.declared < 3 {
			module, name = toPython3(module, name)
		}
		e.interned(module)
		e.interned(name)
		e.op(opStackGlobal)
	case e.proto < 3 && !isASCII([]byte(module+name)):
		e.fail(v, document.ErrUnsupported, "global %s.%s below protocol 3", module, name)
		return
	case mod.IsValid() && strings.Contains(name, "."):
		if !e.attribute(v, module, name) {
			return
		}
	case !mod.IsValid() && e.d.declared < 3: // its names are Python 2's already
		if e.proto == 3 {
			module, name = toPython3(module, name)
		}
		e.text(opGlobal, module+"\n"+name)
	default:
		e.globalLines(module, name)
	}
	e.memoize(v)
	e.steps(v)
}

// attribute writes a dotted name below protocol 4: getattr(getattr(a, b), c).
func (e *encoder) attribute(v int32, module, name string) bool {
	parts := strings.Split(name, ".")
	if len(parts) > dotsAllowed {
		e.fail(v, document.ErrUnsupported, "global of %d dots below protocol 4", len(parts)-1)
		return false
	}
	for range parts[1:] {
		e.named("builtins", "getattr")
		if e.proto < 2 {
			e.op(opMark)
		}
	}
	e.named(module, parts[0])
	for i, p := range parts[1:] {
		if i > 0 {
			e.memoize(-1)
		}
		e.unicode([]byte(p))
		e.memoize(-1)
		if e.proto < 2 {
			e.op(opTuple)
		} else {
			e.op(opTuple2)
		}
		e.memoize(-1)
		e.op(opReduce)
	}
	return true
}

// instance writes an Instance.
func (e *encoder) instance(v int32) {
	val := Value{e.d, v}
	made := task{do: doMade, v: v}
	callable, args := task{do: doSave, v: val.Callable().i}, task{do: doArgs, v: val.Args().i}
	switch how := val.How(); {
	case how == ByReduce:
		e.later(callable, args, task{do: doOp, op: opReduce}, made)
	case how == ByNew && e.proto >= 2:
		e.later(callable, args, task{do: doOp, op: opNewobj}, made)
	case how == ByNew:
		e.oldNew(val, callable, args, made)
	case how == ByNewEx && e.proto >= 4:
		e.later(callable, args, task{do: doSave, v: val.Kwargs().i}, task{do: doOp, op: opNewobjEx}, made)
	case how == ByNewEx:
		e.named("copyreg", "__newobj_ex__")
		tuple := opTuple3
		if e.proto < 2 {
			e.op(opMark)
			tuple = opTuple
		}
		e.later(callable, args, task{do: doSave, v: val.Kwargs().i}, task{do: doOp, op: tuple},
			task{do: doMemo, v: -1}, task{do: doOp, op: opReduce}, made)
	default:
		e.oldInstance(val, how, callable, made)
	}
}

// oldNew writes what NEWOBJ makes below protocol 2. CPython calls
// copyreg._reconstructor there, which needs to know the built-in base; for
// arguments and items, which only a class with such a base has,
// copyreg.__newobj__ does the same without.
func (e *encoder) oldNew(val Value, callable, args, made task) {
	if val.Args().Len() == 0 && val.Args().Kind() == Tuple && val.count(StepAppend)+val.count(StepSetItem)+val.count(StepAddItem) == 0 {
		e.named("copyreg", "_reconstructor")
		e.op(opMark)
		object := task{do: doReconstruct, v: val.i}
		e.later(callable, object, made)
		return
	}
	e.named("copyreg", "__newobj__")
	e.op(opMark)
	start, k := uint32(0), uint32(0)
	if val.Args().Kind() != Tuple {
		e.fail(val.i, document.ErrUnsupported, "NEWOBJ with arguments that are no tuple below protocol 2")
		return
	}
	start, k = pair(val.Args().node().a)
	e.later(callable, task{do: doRange, at: start, end: start + k}, task{do: doOp, op: opTuple},
		task{do: doMemo, v: -1}, task{do: doOp, op: opReduce}, made)
}

// reconstruct ends the call of copyreg._reconstructor(cls, object, None).
func (e *encoder) reconstruct() {
	e.named("builtins", "object")
	e.op(opNone)
	e.op(opTuple)
	e.memoize(-1)
	e.op(opReduce)
}

// oldInstance writes an instance of Python 2's first kind of class.
func (e *encoder) oldInstance(val Value, how How, callable, made task) {
	if val.Args().Kind() != Tuple {
		e.fail(val.i, document.ErrUnsupported, "%s with arguments that are no tuple", how)
		return
	}
	start, k := pair(val.Args().node().a)
	args := task{do: doRange, at: start, end: start + k}
	e.op(opMark)
	if how == ByObj {
		e.later(callable, args, task{do: doOp, op: opObj}, made)
		return
	}
	e.later(args, task{do: doInst, v: val.i}, made)
}

// steps leaves it on the stack of tasks to fill a value.
func (e *encoder) steps(v int32) {
	if at := e.d.first(v); at != 0 {
		e.later(task{do: doSteps, v: v, span: at})
	}
}

// step fills a value from one span of its chain and goes on to the next.
func (e *encoder) step(t task) {
	if t.span == 0 {
		return
	}
	s := e.d.spans[t.span-1]
	if s.next != 0 {
		e.later(task{do: doSteps, v: t.v, span: s.next})
	}
	k := e.d.nodes[t.v].kind
	b := task{do: doBatch, v: t.v, at: s.start, end: s.start + s.n, size: s.n}
	switch s.step {
	case StepAppend:
		b.op, b.exact = opAppends, k == List
		e.later(b)
	case StepSetItem:
		b.op, b.exact = opSetitems, k == Dict
		e.later(b)
	case StepAddItem:
		if k == Set && e.proto < 4 {
			return // oldSet has written them
		}
		b.op, b.exact = opAdditems, true
		e.later(b)
	case StepBuild:
		e.later(task{do: doSave, v: e.d.kids[s.start]}, task{do: doOp, op: opBuild}, task{do: doForeign, v: t.v, span: t.span})
	case StepSetter:
		call := Value{e.d, e.d.kids[s.start]}
		e.later(task{do: doSave, v: call.Callable().i}, task{do: doSave, v: t.v}, task{do: doSave, v: call.Args().Item(1).i},
			task{do: doOp, op: opTuple2}, task{do: doOp, op: opReduce}, task{do: doOp, op: opPop})
	}
}

// batch begins the next batch of a step; t.size is the number of kids of all.
func (e *encoder) batch(t task) {
	left := t.end - t.at
	if left == 0 {
		return
	}
	width := uint32(1)
	if t.op == opSetitems {
		width = 2
	}
	n := min(left/width, batchSize)
	if e.proto == 0 {
		n = 1
	}
	t.one = n == 1 && (e.proto == 0 || t.op != opAdditems && (e.py || !t.exact || t.size == width))
	if t.op == opAdditems {
		t.one = false
	}
	if !t.one {
		e.op(opMark)
	}
	t.do = doBatched
	items := task{do: doRange, at: t.at, end: t.at + n*width}
	t.at += n * width
	t.span = n
	e.later(items, t)
}

func (e *encoder) endBatch(t task) {
	op := t.op
	if t.one {
		op = map[Opcode]Opcode{opAppends: opAppend, opSetitems: opSetitem}[op]
	}
	e.op(op)
	if t.at < t.end {
		t.do = doBatch
		e.later(t)
	} else if t.exact && !e.py && t.op != opAppends && t.span == batchSize && e.proto > 0 {
		e.op(opMark) // CPython's C pickler looks for more only now
		e.op(op)
	}
}

// foreign writes the bytes behind a BUILD that are no pickle, outside of frames.
func (e *encoder) foreign(t task) {
	d := e.d
	if d.nodes[t.v].flag&flagForeign == 0 {
		return
	}
	ins := d.spans[t.span-1].ins
	f := d.nextForeign(ins)
	if f == len(d.foreign) || d.foreign[f].ins != ins || d.foreign[f].v != t.v {
		return
	}
	e.commit()
	b := &d.foreign[f]
	head := b.head
	if b.pad != nil {
		head = b.pad(e.offset + e.n)
	}
	e.flush(head)
	if b.nested != nil {
		e.flush(b.nested.Bytes())
		return
	}
	e.flush(d.foreignData(b))
}
