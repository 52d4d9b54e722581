// Package scan says what a model file would do on the loader that it was made
// for: run or reach something (dangerous), nothing but what is known (safe), or
// something that is not known (unknown). Nothing of a file is run to find out.
//
// # Terminology
//
// A verdict is safe, unknown or dangerous. A finding is one reason, with an ID
// that does not change, a place and a sentence; docs/security.md lists all of
// them. The allow-list says what may occur in a pickle: values, which may be
// referred to; classes, which may be made without arguments and given a state;
// constructors, which may be called with arguments of a given kind. A gadget is
// a global of which it is known that it runs or reaches something: the list of
// them gives messages a name and makes a mere reference dangerous; nothing
// depends on its being complete.
//
// # How a pickle is judged
//
// The events judged are those of the very run of the pickle machine that loads
// the file (package pickle), results that are dropped again included: scanner
// and loader cannot see different programs. safe means that every global, call
// and argument is on the allow-list with its schema.
//
//	an unlisted callable is called, in whatever way        dangerous
//	a gadget is referred to                                dangerous
//	BUILD or items on a global, not on an object of it     dangerous
//	a class that is not listed, made without arguments     unknown
//	a bare reference to something that is not listed       unknown
//	a listed call with other arguments than its schema's   unknown
//	cut, malformed, over a limit, bytes after the end      unknown, unless a call before that is dangerous
//
// # Files
//
// Folders are walked; zip, tar and what is compressed is opened; what follows a
// pickle is judged too. Symbolic links inside folders are not followed. A file
// that is no model has no verdict.
package scan
