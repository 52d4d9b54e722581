package losslessjson

import (
	"encoding/binary"
	"encoding/hex"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/larder-ml/larder/document"
	"github.com/larder-ml/larder/internal/jsontree"
	"github.com/larder-ml/larder/pickle"
)

// argument says how an instruction's argument lies in the file.
type argument struct {
	size  int  // bytes of a number, or of a payload's length
	kind  byte // 0 none, 'u' number, 'f' 8 bytes in hex, 'n' payload with its length, 'l' line
	lines int
}

// arguments are those of the opcodes that have any; see CPython's
// Lib/pickletools.py.
var arguments = map[string]argument{
	"PROTO": {1, 'u', 0}, "BININT1": {1, 'u', 0}, "BININT2": {2, 'u', 0}, "BININT": {4, 'u', 0}, "FRAME": {8, 'u', 0},
	"BINPUT": {1, 'u', 0}, "LONG_BINPUT": {4, 'u', 0}, "BINGET": {1, 'u', 0}, "LONG_BINGET": {4, 'u', 0},
	"EXT1": {1, 'u', 0}, "EXT2": {2, 'u', 0}, "EXT4": {4, 'u', 0}, "BINFLOAT": {8, 'f', 0},
	"SHORT_BINSTRING": {1, 'n', 0}, "SHORT_BINBYTES": {1, 'n', 0}, "SHORT_BINUNICODE": {1, 'n', 0}, "LONG1": {1, 'n', 0},
	"BINSTRING": {4, 'n', 0}, "BINBYTES": {4, 'n', 0}, "BINUNICODE": {4, 'n', 0}, "LONG4": {4, 'n', 0},
	"BINUNICODE8": {8, 'n', 0}, "BINBYTES8": {8, 'n', 0}, "BYTEARRAY8": {8, 'n', 0},
	"INT": {0, 'l', 1}, "LONG": {0, 'l', 1}, "FLOAT": {0, 'l', 1}, "STRING": {0, 'l', 1}, "UNICODE": {0, 'l', 1},
	"GET": {0, 'l', 1}, "PUT": {0, 'l', 1}, "PERSID": {0, 'l', 1}, "GLOBAL": {0, 'l', 2}, "INST": {0, 'l', 2},
}

// ops writes the instructions: "NAME", or ["NAME", argument].
func (p *printer) ops(d *pickle.Document) {
	b := d.Bytes()
	at := 0
	p.array(wrapped)
	for op := range d.Ops() {
		raw := b[at : at+int(op.Size)]
		at += int(op.Size)
		a, ok := arguments[op.Name]
		if op.Name == "FOREIGN" {
			a, ok = argument{kind: 'r'}, true
		}
		if !ok {
			p.str(op.Name)
			continue
		}
		p.array(inline)
		p.str(op.Name)
		switch a.kind {
		case 'u':
			var u uint64
			for k := a.size; k > 0; k-- {
				u = u<<8 | uint64(raw[k])
			}
			p.atom(strconv.FormatUint(u, 10))
		case 'f':
			p.str(hex.EncodeToString(raw[1:]))
		case 'n':
			p.textOrBytes(raw[1+a.size:])
		case 'l':
			p.textOrBytes(raw[1 : len(raw)-1])
		case 'r':
			p.bytes(raw)
		}
		p.close()
	}
	p.close()
}

// textOrBytes writes bytes as text where they are.
func (p *printer) textOrBytes(b []byte) {
	if utf8.Valid(b) {
		p.str(string(b))
		return
	}
	p.bytes(b)
}

// bytes writes {"b64": …}.
func (p *printer) bytes(b []byte) {
	p.object(inline)
	p.key("b64")
	p.b64(b)
	p.close()
}

// assemble makes bytes of instructions.
func assemble(n jsontree.Node, l document.Limits) ([]byte, error) {
	if n.Kind() != jsontree.Array {
		return nil, n.Errorf(document.ErrCorrupt, "%s where a list of instructions belongs", n.Kind())
	}
	codes := map[string]byte{}
	for c := range 256 {
		codes[pickle.Opcode(c).String()] = byte(c)
	}
	var out []byte
	for x := range n.Children() {
		name, arg := "", jsontree.Node{}
		var err error
		if x.Kind() == jsontree.String {
			name, err = x.Str()
		} else if x.IsList() && x.Len() == 2 {
			name, err = x.Child(0).Str()
			arg = x.Child(1)
		} else {
			err = x.Errorf(document.ErrCorrupt, "an instruction is a name or [name, argument]")
		}
		if err != nil {
			return nil, err
		}
		if name == "FOREIGN" {
			b, err := bytesOf(arg)
			if err != nil {
				return nil, err
			}
			out = append(out, b...)
			continue
		}
		if int64(len(out)) > l.WithDefaults().Bytes {
			return nil, x.Errorf(document.ErrLimit, "pickle grows past Limits.Bytes")
		}
		code, ok := codes[name]
		a, has := arguments[name]
		if !ok || strings.HasPrefix(name, "0x") || has != arg.Valid() {
			return nil, x.Errorf(document.ErrCorrupt, "no such instruction: %.40q", name)
		}
		out = append(out, code)
		switch a.kind {
		case 'u':
			u, err := strconv.ParseUint(arg.Text(), 10, 64)
			if err != nil || a.size < 8 && u>>(8*a.size) != 0 {
				return nil, arg.Errorf(document.ErrCorrupt, "argument of %s", name)
			}
			out = appendLE(out, u, a.size)
		case 'f':
			s, err := arg.Str()
			if err != nil {
				return nil, err
			}
			b, err := hex.DecodeString(s)
			if err != nil || len(b) != 8 {
				return nil, arg.Errorf(document.ErrCorrupt, "argument of %s", name)
			}
			out = append(out, b...)
		case 'n':
			b, err := bytesOf(arg)
			if err != nil {
				return nil, err
			}
			if a.size < 8 && uint64(len(b))>>(8*a.size) != 0 {
				return nil, arg.Errorf(document.ErrCorrupt, "argument of %s is too long", name)
			}
			out = append(appendLE(out, uint64(len(b)), a.size), b...)
		case 'l':
			b, err := bytesOf(arg)
			if err != nil {
				return nil, err
			}
			if lines := strings.Count(string(b), "\n") + 1; lines != a.lines {
				return nil, arg.Errorf(document.ErrCorrupt, "argument of %s has %d lines", name, lines)
			}
			out = append(append(out, b...), '\n')
		}
	}
	return out, nil
}

func appendLE(out []byte, u uint64, size int) []byte {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], u)
	return append(out, b[:size]...)
}
