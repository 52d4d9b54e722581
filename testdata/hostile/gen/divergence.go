package main

import (
	"encoding/base64"
	"encoding/binary"
	"strings"
)

// divergence is attack class 3: a file that one reader takes to be something
// other than what the unpickler takes it to be.
func divergence() {
	const c = "3 divergence"
	add("pickle/put_memoize.pkl", c, "PUT and MEMOIZE mixed, so that a count of one kind names the wrong strings (picklescan #14)",
		p(4).str("collections").raw("q\x01").pop().str("os").memoize().pop().str("system").raw("q\x05").pop().
			raw("h\x01").raw("h\x05").raw("\x93").str("true").tuple1().reduce().stop(), dangerous, called, known)
	add("pickle/put_twice.pkl", c, "the same memo index put twice",
		p(4).str("collections").put(0).pop().str("OrderedDict").put(1).pop().str("os").put(0).pop().str("system").put(1).pop().
			get(0).get(1).raw("\x93").str("true").tuple1().reduce().stop(), dangerous, called, known)
	add("pickle/memo_names.pkl", c, "STACK_GLOBAL of strings that come from far away",
		p(4).mark().str("system").raw("\x94").str("os").raw("\x94").raw("1").
			raw("h\x01").raw("h\x00").raw("\x93").str("true").tuple1().reduce().stop(), dangerous, called, known)
	add("pickle/stack_global_ints.pkl", c, "STACK_GLOBAL of numbers", p(4).num(1).num(2).raw("\x93").stop(), unknown, malformed, "error:corrupt")
	add("pickle/stack_global_bytes.pkl", c, "STACK_GLOBAL of bytes", p(4).bytes("os").bytes("system").raw("\x93").emptyTuple().reduce().stop(),
		unknown, malformed, "error:corrupt")
	add("pickle/stack_global_oldstr.pkl", c, "STACK_GLOBAL of Python 2 strings",
		p(4).raw("U\x02osU\x06system\x93").str("true").tuple1().reduce().stop(), dangerous, called, known)

	// The C unpickler reads an argument across a frame's end; pickletools and
	// the Python one stop (cpython #154848).
	straddle := p(4).frame(4).raw("\x8c\x10").raw("cos\nsystem\n(tR.x").stop()
	add("pickle/frame_straddle.pkl", c, "an argument across the end of its frame", straddle, unknown, malformed, "error:corrupt")
	add("pickle/frame_straddle_after.pkl", c, "the same after a call",
		p(4).call("os", "system", "true").frame(3).raw("\x8c\x10").raw("xxxxxxxxxxxxxxxx").stop(), dangerous, called, known, "error:corrupt")
	add("pickle/frame_inside.pkl", c, "a frame inside a frame", p(4).frame(20).frame(2).none().raw("0").none().stop(), unknown, malformed, "error:corrupt")
	add("pickle/frame_long.pkl", c, "a frame longer than the file", p(4).frame(1000).none().stop(), unknown, malformed, "error:corrupt")

	cut := p(4).call("os", "system", "true")
	add("pickle/no_stop.pkl", c, "a call, and then the file ends", cut.b, dangerous, called, known, "error:corrupt")
	add("pickle/broken_after.pkl", c, "a call, and then an opcode that does not exist",
		p(4).call("os", "system", "true").raw("\xff\xff").stop(), dangerous, called, known, "error:corrupt")
	add("pickle/underflow_after.pkl", c, "a call, and then an instruction that finds nothing on the stack",
		p(4).call("os", "system", "true").raw("0").raw("R").stop(), dangerous, called, known, "error:corrupt")
	add("pickle/argument_cut.pkl", c, "a listed value, cut in an argument", p(4).raw("\x8c\x20abc").b, unknown, malformed, "error:corrupt")
	add("pickle/cut_benign.pkl", c, "harmless, but cut", p(4).emptyList().str("a").appendOne().b, unknown, malformed, "error:corrupt")
	add("pickle/pop_result.pkl", c, "a call whose result is dropped", p(4).call("os", "system", "true").pop().none().stop(), dangerous, called, known)
	add("pickle/pop_mark_result.pkl", c, "OBJ, whose result POP_MARK drops (fickling GHSA-mxhj)",
		p(4).mark().mark().stackGlobal("os", "system").str("true").raw("o").raw("1").none().stop(), dangerous, called, known)
	add("pickle/leftover.pkl", c, "a call left below the result when STOP runs", p(4).call("os", "system", "true").none().stop(), dangerous, called, known)
	add("pickle/dup_call.pkl", c, "DUP of a callable", p(4).stackGlobal("os", "system").raw("2").str("true").tuple1().reduce().stop(), dangerous, called, known)
	add("pickle/setter_call.pkl", c, "a dropped call with the object as its argument, as state setters are written",
		p(4).stackGlobal("os", "system").str("true").raw("\x94").raw("0").raw("h\x00").raw("\x85R0").none().stop(), dangerous, called, known)
	add("pickle/ext1_call.pkl", c, "EXT1, a global by a number of copyreg's registry, called",
		p(2).raw("\x82\x01)R").stop(), dangerous, extension, called)
	add("pickle/ext4_reference.pkl", c, "EXT4, referred to", p(2).raw("\x84\x01\x00\x00\x00").stop(), unknown, extension)
	add("pickle/persid.pkl", c, "a persistent id, which the loader's own code answers", p(2).str("x").raw("Q").stop(), unknown, persistent)
	add("pickle/next_buffer.pkl", c, "an out-of-band buffer that is in no file", p(5).raw("\x97").stop(), unknown, buffer)
	add("pickle/proto_255.pkl", c, "a protocol that does not exist", p(255).none().stop(), unknown, malformed)
	add("pickle/proto_middle.pkl", c, "PROTO in the middle, and a call after it",
		p(2).raw("\x80\x04").call("os", "system", "true").stop(), dangerous, called, known)
	add("pickle/text_in_5.pkl", c, "protocol 0 text inside protocol 5", p(5).global("os", "system").raw("(S'true'\ntR").stop(), dangerous, called, known)
	add("pickle/binstring_negative.pkl", c, "BINSTRING of negative length (cpython #135321)", p(2).raw("T\xff\xff\xff\xff").stop(), unknown, malformed, "error:corrupt")
	add("pickle/int_octal.pkl", c, "INT with C's octal as a memo index would be", []byte("I010\n."), safe)
	add("pickle/global_cr.pkl", c, "GLOBAL whose names end in a carriage return", []byte("cos\r\nsystem\r\n(S'true'\ntR."), dangerous, called)
	add("pickle/global_space.pkl", c, "GLOBAL whose names hold a space", []byte("cos system\nx\n(S'true'\ntR."), dangerous, called)
	add("pickle/name_lookalike.pkl", c, "a listed name with a Cyrillic letter",
		p(4).call("соllections", "OrderedDict").stop(), dangerous, called)
	add("pickle/name_case.pkl", c, "a listed name in other case", p(4).call("Collections", "OrderedDict").stop(), dangerous, called)
	add("pickle/surrogate_name.pkl", c, "a name with a lone surrogate",
		p(4).raw("\x8c\x05os\xed\xa0\x80\x8c\x06system\x93)R").stop(), dangerous, called)
	stacked := append(p(4).none().stop(), p(4).call("os", "system", "true").stop()...)
	add("pickle/stacked.pkl", c, "two pickles, the second with a call: pickle.load reads one, a loop reads both", stacked, dangerous, trailing, called, known)
	add("pickle/stacked_benign.pkl", c, "two harmless pickles", append(p(4).none().stop(), p(4).none().stop()...), unknown, trailing)
	add("pickle/trailing.pkl", c, "bytes after STOP", append(p(4).none().stop(), "garbage"...), unknown, trailing)
	add("pickle/code_text.pkl", c, "Python source after STOP",
		append(p(4).none().stop(), "\nimport os\n"...), unknown, trailing)
}

// nested is attack class 4: a pickle inside something else, and functions that
// load one.
func nested() {
	const c = "4 nested and trampolines"
	payload := string(p(4).call("os", "system", "true").stop())
	for _, g := range []struct{ module, name string }{
		{"pickle", "loads"}, {"_pickle", "loads"}, {"cPickle", "loads"}, {"dill", "loads"}, {"cloudpickle", "loads"},
		{"joblib", "load"}, {"numpy", "load"}, {"torch", "load"}, {"torch.storage", "_load_from_bytes"}, {"marshal", "loads"},
		{"shelve", "open"}, {"yaml", "unsafe_load"}, {"jsonpickle", "decode"},
	} {
		file := "pickle/loads_" + strings.ReplaceAll(g.module, ".", "_") + ".pkl"
		add(file, c, g.module+"."+g.name+" of bytes that are a pickle",
			p(4).stackGlobal(g.module, g.name).bytes(payload).tuple1().reduce().stop(), dangerous, called)
	}
	add("pickle/bytes_not_loaded.pkl", c, "bytes that are a pickle with a call, which nothing loads: told, and no more",
		p(4).bytes(payload).stop(), safe, inner)
	add("pickle/base64.pkl", c, "the same through base64",
		p(4).stackGlobal("pickle", "loads").stackGlobal("base64", "b64decode").
			str(base64.StdEncoding.EncodeToString([]byte(payload))).tuple1().reduce().tuple1().reduce().stop(), dangerous, called)

	// A joblib object array is a complete pickle in the middle of another,
	// which joblib loads with a plain Unpickler (GHSA-m62q-453p-gv66).
	wrapper := p(4).stackGlobal("joblib.numpy_pickle", "NumpyArrayWrapper").emptyTuple().newobj().emptyDict().mark().
		str("subclass").stackGlobal("numpy", "ndarray").str("shape").raw("K\x01").tuple1().str("order").str("C").str("dtype")
	wrapper.stackGlobal("numpy", "dtype").str("O8").raw("\x89\x88").tuple3().reduce().
		mark().raw("K\x03").str("|").none().none().none().num(-1).num(-1).raw("K\x3f").tuple().build()
	wrapper.str("allow_mmap").raw("\x89").setitems().build()
	add("joblib/object_array.joblib", c, "a joblib object array whose inner pickle calls",
		append(append([]byte{}, wrapper.b...), payload+"."...), dangerous, called, known)

	head := "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
	for (len(head)+11)%64 != 0 {
		head += " "
	}
	npy := append([]byte("\x93NUMPY\x01\x00"), byte(len(head)+1), byte((len(head)+1)>>8))
	npy = append(append(npy, head+"\n"...), payload...)
	add("npy/object_array.npy", c, "an .npy of objects, which numpy.load(allow_pickle=True) unpickles", npy, dangerous, called, known)
	pair := p(4).emptyList().bytes(string(p(4).emptyList().bytes(payload).appendOne().stop())).appendOne().stop()
	add("pickle/bytes_twice.pkl", c, "a pickle in bytes in a pickle in bytes", pair, safe, inner)
}

// exhaustion is attack class 6: little bytes that ask for much.
func exhaustion() {
	const c = "6 exhaustion"
	add("pickle/long4_huge.pkl", c, "LONG4 of 2 GiB", p(4).raw("\x8b").u32(0x7fffffff).stop(), unknown, malformed, "error:corrupt")
	add("pickle/binbytes8_huge.pkl", c, "BINBYTES8 of 2^62 bytes", p(4).raw("\x8e").u64(1<<62).stop(), unknown, malformed, "error:corrupt")
	add("pickle/binunicode8_max.pkl", c, "BINUNICODE8 of 2^64-1 bytes", p(4).raw("\x8d").u64(1<<64-1).stop(), unknown, malformed, "error:corrupt")
	add("pickle/bytearray8_huge.pkl", c, "BYTEARRAY8 of 2^40 bytes", p(5).raw("\x96").u64(1<<40).stop(), unknown, malformed, "error:corrupt")
	add("pickle/frame_huge.pkl", c, "FRAME of 2^63 bytes", p(4).raw("\x95").u64(1<<63).none().stop(), unknown, malformed, "error:corrupt")
	add("pickle/memo_huge.pkl", c, "a memo index of 2^32-1 (CVE-2018-20406)",
		p(4).none().raw("r").u32(0xffffffff).stop(), safe)
	add("pickle/memo_text_huge.pkl", c, "a memo index of thirty digits", p(4).none().raw("p"+strings.Repeat("9", 30)+"\n").stop(),
		unknown, malformed, "error:corrupt")
	add("pickle/long_digits.pkl", c, "LONG of 200,000 digits: quadratic", []byte("L"+strings.Repeat("7", 200_000)+"L\n."), unknown, overLimit, "error:limit")

	laughs := p(4).emptyList().memoize()
	for i := range 40 {
		laughs.pop().emptyList().memoize().mark()
		for range 10 {
			laughs.raw("h" + string([]byte{byte(i)}))
		}
		laughs.raw("e")
	}
	add("pickle/laughs.pkl", c, "lists of lists that are the same: 10^40 items when written out", laughs.stop(), safe)
	tuples := p(4).str("ha").raw("2\x86\x94")
	for range 60 {
		tuples.raw("2\x86\x94")
	}
	add("pickle/laughs_dup.pkl", c, "the same with DUP and TUPLE2: 2^60", tuples.stop(), safe)
	deep := func(n int, open, close string) []byte {
		return p(4).raw(strings.Repeat(open, n)).none().raw(strings.Repeat(close, n)).stop()
	}
	add("pickle/deep_lists.pkl", c, "100,000 lists inside each other", deep(100_000, "]", "a"), unknown, overLimit, "error:limit")
	add("pickle/deep_tuples.pkl", c, "100,000 tuples inside each other", deep(100_000, "", "\x85"), unknown, overLimit, "error:limit")
	add("pickle/deep_marks.pkl", c, "100,000 marks", p(4).raw(strings.Repeat("(", 100_000)).none().stop(), unknown, "pickle-leftover")
	add("pickle/self_list.pkl", c, "a list that holds itself", p(4).emptyList().memoize().raw("h\x00").appendOne().stop(), safe)
	add("pickle/self_instance.pkl", c, "an instance whose state is itself",
		p(4).instance("mypackage", "Node").memoize().emptyDict().str("next").raw("h\x00").setitem().build().stop(), unknown, object)

	flood := p(4).emptyDict().mark()
	for i := range 2000 {
		flood.raw("\x8a\x09").u64(uint64(i)).raw("\x01").none() // integers that are equal modulo 2^61-1 would collide in CPython
	}
	add("pickle/hash_flood.pkl", c, "2,000 large integers as keys", flood.setitems().stop(), safe)

	lie := func(file, about string, shape func(*asm), dtype, data string) {
		a := p(4)
		a.ndarray(shape, dtype, data)
		add("pickle/"+file+".pkl", c, about, a.stop(), unknown, arguments)
	}
	num64 := func(a *asm, v uint64) {
		a.raw("\x8a\x08" + string(binary.LittleEndian.AppendUint64(nil, v)))
	}
	lie("array_overflow", "an array whose shape times its itemsize is 2^64", func(a *asm) { num64(a, 1<<61); a.tuple1() }, "f8", "")
	lie("array_product", "an array whose shape's product is 2^64", func(a *asm) { num64(a, 1<<32); num64(a, 1<<32); a.tuple2() }, "f8", "")
	lie("array_negative", "an array of a negative dimension", func(a *asm) { a.num(-1).num(-1).tuple2() }, "f8", "12345678")
	lie("array_short", "an array with fewer bytes than its shape says", func(a *asm) { a.num(1000).tuple1() }, "f8", "12345678")
	lie("array_bits", "an array of a dtype that does not exist", func(a *asm) { a.num(1).tuple1() }, "f3", "123")
	// numpy takes a dtype's flags from the pickle: flags that deny the objects of
	// an array make pointers of its bytes.
	object := func(flags int32) *asm {
		a := p(4).stackGlobal("numpy._core.multiarray", "_reconstruct").stackGlobal("numpy", "ndarray").raw("K\x00").tuple1().bytes("b").tuple3().reduce()
		a.mark().raw("K\x01").raw("K\x01").tuple1()
		a.stackGlobal("numpy", "dtype").str("O8").raw("\x89\x88").tuple3().reduce()
		a.mark().raw("K\x03").str("|").none().none().none().num(-1).num(-1).num(flags).tuple().build()
		return a
	}
	add("pickle/array_pointers.pkl", c, "an array of objects whose dtype denies them, from bytes: wild pointers",
		object(0).raw("\x89").bytes("AAAAAAAA").tuple().build().stop(), unknown, arguments)
	add("pickle/array_pointers_flags.pkl", c, "an array of objects from bytes",
		object(63).raw("\x89").bytes("AAAAAAAA").tuple().build().stop(), unknown, arguments)
	numbers := p(4).stackGlobal("numpy", "dtype").str("f8").raw("\x89\x88").tuple3().reduce()
	numbers.mark().raw("K\x03").str("<").none().none().none().num(-1).num(-1).num(63).tuple().build()
	add("pickle/dtype_flags.pkl", c, "numbers whose dtype says that they are pointers", numbers.stop(), unknown, arguments)
	lie("array_itemsize", "an array of strings of 2^31-1 characters", func(a *asm) { a.num(0).tuple1() }, "U2147483647", "")
}
