package pickle

import "fmt"

// Opcode is one of the 68 instructions of the pickle machine.
type Opcode byte

// String is the name that pickletools gives the opcode.
func (o Opcode) String() string {
	if t := &opcodes[o]; t.name != "" {
		return t.name
	}
	return fmt.Sprintf("0x%02x", byte(o))
}

// Protocol is the first protocol whose pickler writes the opcode.
func (o Opcode) Protocol() int { return int(opcodes[o].proto) }

// argKind says what follows the opcode.
type argKind uint8

const (
	argNone  argKind = iota
	argU1            // unsigned, little-endian
	argU2            //
	argU4            //
	argI4            // signed
	argU8            // only FRAME
	argF8            // big-endian double
	argLen1          // length of 1 byte, then a payload
	argLen4          //
	argLen8          //
	argLine          // a payload that a newline ends
	argLines         // two lines: module, name
)

// fixed is the number of bytes between the opcode and its payload.
var fixed = [...]int64{argU1: 1, argU2: 2, argU4: 4, argI4: 4, argU8: 8, argF8: 8,
	argLen1: 1, argLen4: 4, argLen8: 8, argLine: 0, argLines: 0}

type opcode struct {
	name  string
	proto uint8
	arg   argKind
	stack string
}

// The opcodes, in the terms of CPython's Lib/pickletools.py.
const (
	opMark            Opcode = 0x28
	opEmptyTuple      Opcode = 0x29
	opStop            Opcode = 0x2e
	opPop             Opcode = 0x30
	opPopMark         Opcode = 0x31
	opDup             Opcode = 0x32
	opBinbytes        Opcode = 0x42
	opShortBinbytes   Opcode = 0x43
	opFloat           Opcode = 0x46
	opBinfloat        Opcode = 0x47
	opInt             Opcode = 0x49
	opBinint          Opcode = 0x4a
	opBinint1         Opcode = 0x4b
	opLong            Opcode = 0x4c
	opBinint2         Opcode = 0x4d
	opNone            Opcode = 0x4e
	opPersid          Opcode = 0x50
	opBinpersid       Opcode = 0x51
	opReduce          Opcode = 0x52
	opString          Opcode = 0x53
	opBinstring       Opcode = 0x54
	opShortBinstring  Opcode = 0x55
	opUnicode         Opcode = 0x56
	opBinunicode      Opcode = 0x58
	opEmptyList       Opcode = 0x5d
	opAppend          Opcode = 0x61
	opBuild           Opcode = 0x62
	opGlobal          Opcode = 0x63
	opDict            Opcode = 0x64
	opAppends         Opcode = 0x65
	opGet             Opcode = 0x67
	opBinget          Opcode = 0x68
	opInst            Opcode = 0x69
	opLongBinget      Opcode = 0x6a
	opList            Opcode = 0x6c
	opObj             Opcode = 0x6f
	opPut             Opcode = 0x70
	opBinput          Opcode = 0x71
	opLongBinput      Opcode = 0x72
	opSetitem         Opcode = 0x73
	opTuple           Opcode = 0x74
	opSetitems        Opcode = 0x75
	opEmptyDict       Opcode = 0x7d
	opProto           Opcode = 0x80
	opNewobj          Opcode = 0x81
	opExt1            Opcode = 0x82
	opExt2            Opcode = 0x83
	opExt4            Opcode = 0x84
	opTuple1          Opcode = 0x85
	opTuple2          Opcode = 0x86
	opTuple3          Opcode = 0x87
	opNewtrue         Opcode = 0x88
	opNewfalse        Opcode = 0x89
	opLong1           Opcode = 0x8a
	opLong4           Opcode = 0x8b
	opShortBinunicode Opcode = 0x8c
	opBinunicode8     Opcode = 0x8d
	opBinbytes8       Opcode = 0x8e
	opEmptySet        Opcode = 0x8f
	opAdditems        Opcode = 0x90
	opFrozenset       Opcode = 0x91
	opNewobjEx        Opcode = 0x92
	opStackGlobal     Opcode = 0x93
	opMemoize         Opcode = 0x94
	opFrame           Opcode = 0x95
	opBytearray8      Opcode = 0x96
	opNextBuffer      Opcode = 0x97
	opReadonlyBuffer  Opcode = 0x98
)

var opcodes = [256]opcode{
	opMark:            {"MARK", 0, argNone, "-> mark"},
	opEmptyTuple:      {"EMPTY_TUPLE", 1, argNone, "-> tuple"},
	opStop:            {"STOP", 0, argNone, "any ->"},
	opPop:             {"POP", 0, argNone, "any ->"},
	opPopMark:         {"POP_MARK", 1, argNone, "mark stackslice ->"},
	opDup:             {"DUP", 0, argNone, "any -> any any"},
	opBinbytes:        {"BINBYTES", 3, argLen4, "-> bytes"},
	opShortBinbytes:   {"SHORT_BINBYTES", 3, argLen1, "-> bytes"},
	opFloat:           {"FLOAT", 0, argLine, "-> float"},
	opBinfloat:        {"BINFLOAT", 1, argF8, "-> float"},
	opInt:             {"INT", 0, argLine, "-> int_or_bool"},
	opBinint:          {"BININT", 1, argI4, "-> int"},
	opBinint1:         {"BININT1", 1, argU1, "-> int"},
	opLong:            {"LONG", 0, argLine, "-> int"},
	opBinint2:         {"BININT2", 1, argU2, "-> int"},
	opNone:            {"NONE", 0, argNone, "-> None"},
	opPersid:          {"PERSID", 0, argLine, "-> any"},
	opBinpersid:       {"BINPERSID", 1, argNone, "any -> any"},
	opReduce:          {"REDUCE", 0, argNone, "any any -> any"},
	opString:          {"STRING", 0, argLine, "-> bytes_or_str"},
	opBinstring:       {"BINSTRING", 1, argLen4, "-> bytes_or_str"},
	opShortBinstring:  {"SHORT_BINSTRING", 1, argLen1, "-> bytes_or_str"},
	opUnicode:         {"UNICODE", 0, argLine, "-> str"},
	opBinunicode:      {"BINUNICODE", 1, argLen4, "-> str"},
	opEmptyList:       {"EMPTY_LIST", 1, argNone, "-> list"},
	opAppend:          {"APPEND", 0, argNone, "list any -> list"},
	opBuild:           {"BUILD", 0, argNone, "any any -> any"},
	opGlobal:          {"GLOBAL", 0, argLines, "-> any"},
	opDict:            {"DICT", 0, argNone, "mark stackslice -> dict"},
	opAppends:         {"APPENDS", 1, argNone, "list mark stackslice -> list"},
	opGet:             {"GET", 0, argLine, "-> any"},
	opBinget:          {"BINGET", 1, argU1, "-> any"},
	opInst:            {"INST", 0, argLines, "mark stackslice -> any"},
	opLongBinget:      {"LONG_BINGET", 1, argU4, "-> any"},
	opList:            {"LIST", 0, argNone, "mark stackslice -> list"},
	opObj:             {"OBJ", 1, argNone, "mark any stackslice -> any"},
	opPut:             {"PUT", 0, argLine, "->"},
	opBinput:          {"BINPUT", 1, argU1, "->"},
	opLongBinput:      {"LONG_BINPUT", 1, argU4, "->"},
	opSetitem:         {"SETITEM", 0, argNone, "dict any any -> dict"},
	opTuple:           {"TUPLE", 0, argNone, "mark stackslice -> tuple"},
	opSetitems:        {"SETITEMS", 1, argNone, "dict mark stackslice -> dict"},
	opEmptyDict:       {"EMPTY_DICT", 1, argNone, "-> dict"},
	opProto:           {"PROTO", 2, argU1, "->"},
	opNewobj:          {"NEWOBJ", 2, argNone, "any any -> any"},
	opExt1:            {"EXT1", 2, argU1, "-> any"},
	opExt2:            {"EXT2", 2, argU2, "-> any"},
	opExt4:            {"EXT4", 2, argI4, "-> any"},
	opTuple1:          {"TUPLE1", 2, argNone, "any -> tuple"},
	opTuple2:          {"TUPLE2", 2, argNone, "any any -> tuple"},
	opTuple3:          {"TUPLE3", 2, argNone, "any any any -> tuple"},
	opNewtrue:         {"NEWTRUE", 2, argNone, "-> bool"},
	opNewfalse:        {"NEWFALSE", 2, argNone, "-> bool"},
	opLong1:           {"LONG1", 2, argLen1, "-> int"},
	opLong4:           {"LONG4", 2, argLen4, "-> int"},
	opShortBinunicode: {"SHORT_BINUNICODE", 4, argLen1, "-> str"},
	opBinunicode8:     {"BINUNICODE8", 4, argLen8, "-> str"},
	opBinbytes8:       {"BINBYTES8", 4, argLen8, "-> bytes"},
	opEmptySet:        {"EMPTY_SET", 4, argNone, "-> set"},
	opAdditems:        {"ADDITEMS", 4, argNone, "set mark stackslice -> set"},
	opFrozenset:       {"FROZENSET", 4, argNone, "mark stackslice -> frozenset"},
	opNewobjEx:        {"NEWOBJ_EX", 4, argNone, "any any any -> any"},
	opStackGlobal:     {"STACK_GLOBAL", 4, argNone, "str str -> any"},
	opMemoize:         {"MEMOIZE", 4, argNone, "any -> any"},
	opFrame:           {"FRAME", 4, argU8, "->"},
	opBytearray8:      {"BYTEARRAY8", 5, argLen8, "-> bytearray"},
	opNextBuffer:      {"NEXT_BUFFER", 5, argNone, "-> buffer"},
	opReadonlyBuffer:  {"READONLY_BUFFER", 5, argNone, "buffer -> buffer"},
}
