package pickle

import "fmt"

// Kind says what a value is.
type Kind uint8

// The kinds of value.
const (
	Invalid    Kind = iota // the zero Value
	None                   //
	Bool                   //
	Int                    // fits in an int64
	BigInt                 // does not
	Float                  //
	String                 // str; see Value.Python2 for the str of Python 2
	Bytes                  //
	ByteArray              //
	Buffer                 // protocol 5: an out-of-band buffer, or a read-only view of a value
	List                   //
	Tuple                  //
	Dict                   //
	Set                    //
	FrozenSet              //
	Global                 // something importable, by its name
	Instance               // what a call would have made
	Persistent             // something that the reader is asked for, by an id
	Ext                    // a global by its number in copyreg's extension registry
)

var kindNames = [...]string{"invalid", "None", "bool", "int", "bigint", "float", "str", "bytes",
	"bytearray", "buffer", "list", "tuple", "dict", "set", "frozenset", "global", "instance",
	"persistent", "ext"}

// String is Python's word for the kind where it has one.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// How says which instruction made an Instance.
type How uint8

// The makers of instances.
const (
	NotMade  How = iota
	ByReduce     // REDUCE: callable(*args)
	ByNew        // NEWOBJ: cls.__new__(cls, *args)
	ByNewEx      // NEWOBJ_EX: cls.__new__(cls, *args, **kwargs)
	ByObj        // OBJ: protocol 1's class instance, names on the stack
	ByInst       // INST: protocol 0's class instance, names in the text
)

var howOps = [...]Opcode{ByReduce: opReduce, ByNew: opNewobj, ByNewEx: opNewobjEx, ByObj: opObj, ByInst: opInst}

func (h How) String() string {
	if h == NotMade || int(h) >= len(howOps) {
		return "none"
	}
	return howOps[h].String()
}

// StepKind is one way in which a program fills a value after it was made.
type StepKind uint8

// The steps.
const (
	StepAppend  StepKind = iota + 1 // APPEND, APPENDS, LIST: items
	StepSetItem                     // SETITEM, SETITEMS, DICT: key, value, key, value…
	StepAddItem                     // ADDITEMS: items
	StepBuild                       // BUILD: the state
	StepSetter                      // a call f(value, state) whose result is dropped: the call
	stepMake                        // an Instance's callable, args and kwargs
)

func (k StepKind) String() string {
	return [...]string{"", "append", "setitem", "additem", "build", "setter", "make"}[k]
}
