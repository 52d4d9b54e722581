package main

import (
	"encoding/binary"
	"fmt"
)

// asm writes a pickle, one opcode a call. It checks nothing: that is its use.
type asm struct{ b []byte }

func p(version byte) *asm { return &asm{[]byte{0x80, version}} }

// raw appends bytes as they are.
func (a *asm) raw(s string) *asm { a.b = append(a.b, s...); return a }

func (a *asm) u32(v uint32) *asm { a.b = binary.LittleEndian.AppendUint32(a.b, v); return a }
func (a *asm) u64(v uint64) *asm { a.b = binary.LittleEndian.AppendUint64(a.b, v); return a }

// global is GLOBAL, whose names are lines of text.
func (a *asm) global(module, name string) *asm { return a.raw("c" + module + "\n" + name + "\n") }

// stackGlobal is STACK_GLOBAL with two literal strings before it.
func (a *asm) stackGlobal(module, name string) *asm { return a.str(module).str(name).raw("\x93") }

// str is BINUNICODE or its short form.
func (a *asm) str(s string) *asm {
	if len(s) < 256 {
		return a.raw("\x8c" + string([]byte{byte(len(s))}) + s)
	}
	return a.raw("X").u32(uint32(len(s))).raw(s)
}

// bytes is SHORT_BINBYTES or BINBYTES.
func (a *asm) bytes(s string) *asm {
	if len(s) < 256 {
		return a.raw("C" + string([]byte{byte(len(s))}) + s)
	}
	return a.raw("B").u32(uint32(len(s))).raw(s)
}

// num is BININT.
func (a *asm) num(v int32) *asm { return a.raw("J").u32(uint32(v)) }

// text is UNICODE, protocol 0's string.
func (a *asm) text(s string) *asm { return a.raw("V" + s + "\n") }

func (a *asm) put(i int) *asm   { return a.raw(fmt.Sprintf("p%d\n", i)) }
func (a *asm) get(i int) *asm   { return a.raw(fmt.Sprintf("g%d\n", i)) }
func (a *asm) mark() *asm       { return a.raw("(") }
func (a *asm) tuple() *asm      { return a.raw("t") }
func (a *asm) tuple1() *asm     { return a.raw("\x85") }
func (a *asm) tuple2() *asm     { return a.raw("\x86") }
func (a *asm) tuple3() *asm     { return a.raw("\x87") }
func (a *asm) none() *asm       { return a.raw("N") }
func (a *asm) emptyTuple() *asm { return a.raw(")") }
func (a *asm) emptyDict() *asm  { return a.raw("}") }
func (a *asm) emptyList() *asm  { return a.raw("]") }
func (a *asm) reduce() *asm     { return a.raw("R") }
func (a *asm) build() *asm      { return a.raw("b") }
func (a *asm) newobj() *asm     { return a.raw("\x81") }
func (a *asm) newobjEx() *asm   { return a.raw("\x92") }
func (a *asm) memoize() *asm    { return a.raw("\x94") }
func (a *asm) pop() *asm        { return a.raw("0") }
func (a *asm) setitem() *asm    { return a.raw("s") }
func (a *asm) setitems() *asm   { return a.raw("u") }
func (a *asm) appendOne() *asm  { return a.raw("a") }
func (a *asm) stop() []byte     { return a.raw(".").b }
func (a *asm) frame(n int) *asm { return a.raw("\x95").u64(uint64(n)) }

// call is a REDUCE of a global with string arguments.
func (a *asm) call(module, name string, args ...string) *asm {
	a.stackGlobal(module, name).mark()
	for _, s := range args {
		a.str(s)
	}
	return a.tuple().reduce()
}

// state is an instance of a class with a dict state whose values next writes.
func (a *asm) instance(module, name string) *asm {
	return a.stackGlobal(module, name).emptyTuple().newobj()
}

// ndarray is a one-dimensional float64 array in the form of protocols 0 to 4;
// the shape and dtype are the caller's, so that they can lie.
func (a *asm) ndarray(shape func(*asm), dtype, data string) *asm {
	a.stackGlobal("numpy._core.multiarray", "_reconstruct")
	a.stackGlobal("numpy", "ndarray").raw("K\x00").tuple1().bytes("b").tuple3().reduce()
	a.mark().raw("K\x01")
	shape(a)
	a.dtype(dtype)
	return a.raw("\x89").bytes(data).tuple().build()
}

// dtype is numpy.dtype(name, False, True) with the state of version 3.
func (a *asm) dtype(name string) *asm {
	a.stackGlobal("numpy", "dtype").str(name).raw("\x89\x88").tuple3().reduce()
	return a.mark().raw("K\x03").str("<").none().none().none().num(-1).num(-1).raw("K\x00").tuple().build()
}
