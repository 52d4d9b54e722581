// Package pickle reads, edits and writes Python pickles without Python. Nothing
// in a pickle is ever called: where Python would import, call or set, the
// document holds a value that says so.
//
// # Terminology
//
// A pickle is a program for a stack machine. A [Document] holds both the
// program, instruction by instruction ([Document.Ops]), and the graph of values
// that running it makes ([Document.Root]). A [Value] is a handle to one value of
// the graph; two handles are equal (==) when they are the same object in the
// sense of Python's "is". A Global is something importable, by name; an Instance
// is what a call would make. An [Event] is a moment at which Python's unpickler
// would import, call or reach outside ([Document.Events]).
//
// Parse and Write go between bytes and program, Encode from graph to bytes.
// Marshal and Unmarshal go between bytes and plain Go values.
//
// # The interface in short
//
//	Parse(src) / Decoder{Limits, Digits, Path, Offset, Foreign}.Parse(src)
//	d.Root() d.Ops() d.Events() d.Protocol() d.MaxProtocol() d.End() d.Leftover() d.At(id) d.Len()
//	d.Write(w) d.Bytes() d.Apply(edits)
//	v.Kind() v.Bool() v.Int() v.Big() v.Float() v.Str() v.Bytes() v.Python2()
//	v.Len() v.Item(i) v.Items() v.Entries() v.Lookup(key)
//	v.Global() v.Names() v.Class()
//	v.How() v.Callable() v.Args() v.Kwargs() v.State() v.States() v.Steps()
//	v.PersistentID() v.Code() v.Buffer() v.Viewed()
//	v.Offset() v.PayloadOffset() v.Size() v.ID() v.Op() v.Document() v.Memoized()
//	v.Raw() v.RawOffset() v.Nested()
//
// # Specification
//
// There is none but CPython: Lib/pickletools.py describes the opcodes,
// Modules/_pickle.c decides. All 68 opcodes of protocols 0 to 5 (PEP 307, 3154,
// 574) are read at any declared protocol and written.
//
// # Differences from CPython
//
//   - An argument that passes the end of its frame, a frame inside a frame and a
//     frame longer than the file are ErrCorrupt. CPython's readers disagree here.
//   - Persistent ids, extension codes and out-of-band buffers need no reader:
//     they are kept as data.
//   - The str of Python 2 is kept as bytes; see [Value.Python2].
//   - Dicts keep every entry that the program sets, repeated keys too.
//   - Whether a call would succeed is not known here. What is certain to fail
//     (a global named by a number, arguments that are no tuple) is ErrCorrupt.
//
// # Limits
//
// A length is checked against what is left before memory is taken. Memory,
// values and depth are bounded by document.Limits, digits of integers in text by
// Decoder.Digits. Nothing recurses over the depth of the file.
//
// # Security
//
// Parsing is safe for any bytes. Whether a pickle would be safe in Python is for
// package scan to judge, from the events of the same run that made the graph.
package pickle
