// Package pyobj is a Python object's view of a pickle, as inert data: what
// numpy, scipy and plain Python objects look like once the calls that would
// have made them are read as descriptions instead of being made.
//
// # Terminology
//
// A value is a handle into a parsed pickle (pickle.Value). An instance is a
// value that has a class: made by NEWOBJ, by REDUCE of a class or of a function
// known to make one (copyreg._reconstructor), with or without BUILD. Its state
// is what BUILD gave it. A path names a value as document.Document does:
// attributes of an instance whose state is a dict lie directly below it
// ("/steps/0/1/coef_"), dict entries by key, items of lists and tuples by
// index, and everything else below "@args", "@state", "@items".
//
// # Reading a state: Reader
//
// A framework reads an instance through a [Reader], which records each key as
// read and keeps the first fault, with the path and the byte offset of the
// thing at fault. After the first fault all reads answer zero values: tensors
// of no elements and of the rank that was asked for, nil slices, empty readers;
// never a nil that panics when it is used, except NDArray. A lifter therefore
// reads straight down and asks once, before it uses what it read:
//
//	r := pyobj.Read(v, "/", env)
//	coef := r.Float64s("coef_", -1, n)   // *tensor.Tensor, any × n
//	c := r.Float("C")
//	r.Harmless("n_jobs", "verbose")
//	return r.Done()                      // ErrUnsupported names what was not read
//
// Everything that it offers:
//
//	Read(v, path, env) *Reader      over an instance, a dict with string keys, a list or a tuple
//	                                (keys of the last two are "0", "1", …)
//	Class() string                  canonical class name: "sklearn.tree._tree.Tree", "dict", "list", "tuple"
//	Path(), Offset(), Err(), Len(), Keys()
//	Fail(sentinel, detail, args...) records a fault of the caller's own at this object
//	FailAt(key, sentinel, …)        the same at one key
//	Has(key) bool                   the key is there (does not mark it)
//	IsNone(key) bool                it is there and None (marks it only then)
//	Int, Int64(key)                 int, bool, numpy integer, integral numpy float is a fault
//	Float(key) float64              float, int, numpy float or integer
//	Bool(key) bool                  bool, numpy.bool; 0 and 1 too. Anything else is a fault
//	String(key), OptString(key) (string, bool)   None is "", false
//	Strings(key) []string           list, tuple or array of str
//	Float64s(key, dims...) *tensor.Tensor   converted; dims -1 = any; no dims = any rank
//	Float32s, Int64s(key, dims...)  the same
//	Array(key, dims...) *tensor.Tensor  as stored (String for kinds U and S; objects, lists and
//	                                tuples where all items are of one kind)
//	NDArray(key) *NDArray           dtype, shape and bytes as they are
//	Objects(key) []pickle.Value     items of an object array, list or tuple
//	Struct(key) *Struct             structured array: Field(name) *tensor.Tensor, Float64s(name), Int64s(name),
//	                                Has(name), Harmless(names...), Len(), Bytes(); unread fields count in Done
//	Sparse(key) *tensor.Sparse      scipy.sparse csr, csc, coo of all generations
//	Value(key) pickle.Value         as it is
//	Scalar(key) any                 nil, bool, int64, *big.Int, float64, string, []byte
//	Global(key) string              function, type or ufunc by canonical name
//	Slice(key) [3]*int              a slice object
//	Child(key) *Reader              over an instance, dict, list or tuple; faults reach the parent's Done
//	List(key) *Reader               Child that must be a list or tuple
//	Args() *Reader                  the arguments of the REDUCE or NEWOBJ that made the instance, keys "0", "1", …
//	State() *Reader                 the state where it is not a dict: a tuple, keys "0", "1", …
//	Param(key) model.Param          lazy, for listings; marks the key
//	Mark(keys...), Harmless(keys...)  count as read whether there or not
//	Rest() []string                 keys that nothing has read
//	Done() error                    the first fault of this reader and its children, else ErrUnsupported
//	                                naming class, path and key of what was left
//
// Optional reads: ask Has first. A key that is asked for and is not there, or
// holds something of another type, is ErrUnsupported naming class and key; a
// shape other than asked for is ErrCorrupt.
//
// # Reading single values
//
//	Scalar(v) (any, error)          Python and numpy scalars
//	Array(v, path, env) (*NDArray, error)   every pickled form of ndarray, joblib's too; .Tensor(env)
//	ReadSparse(v, path, env)        scipy.sparse
//	DTypeOf(v, env)                 numpy.dtype
//	Bytes(v) ([]byte, bool)         bytes in every protocol's form
//	IsArray(v), IsSparse(v) bool
//	GlobalName(v) (string, bool)    canonical name of a function or class
//	Canonical(module, name) string  one name for all the names that a class has had
//	Items(v) ([]pickle.Value, bool) list, tuple, set, frozenset, object array
//	ClassOf(v) string               canonical class of any value: "dict", "numpy.ndarray", …
//	StateOf, ArgsOf                 parts of an instance
//
// # Document
//
// [Open] parses a pickle or joblib file and returns a [Document], which is a
// document.Document. Its Root and Env start a Reader.
//
// # Truth
//
// Bool takes what Python's bool and numpy's bool_ are, and the integers 0 and
// 1, which old releases wrote for flags; it does not take Python's truth of
// lists, strings or None, because an option that may be one of several types
// has to be told apart by its reader (Scalar).
//
// # numpy
//
// Arrays come out C-contiguous, little-endian and aligned: a view of the file
// where they lie so in it, a copy where not (Fortran order is transposed,
// big-endian swapped). Kinds b i u f c become numeric tensors; U and S String
// ones; M and m Int64 (NaT is the least int64); O []pickle.Value; V with
// fields a [Struct]. longdouble (16 bytes) is ErrUnsupported. Every length is
// checked: shape × itemsize is the number of bytes.
package pyobj
