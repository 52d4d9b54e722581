package sniff

import (
	"bytes"
	"encoding/binary"
)

// Kind is what the first bytes promise.
type Kind string

// The kinds.
const (
	Unknown    Kind = ""
	Pickle     Kind = "pickle"          // begins with PROTO
	PickleText Kind = "pickle, perhaps" // begins like protocol 0 or 1: parse to be sure
	Zlib       Kind = "zlib"            // joblib's own choice
	Gzip       Kind = "gzip"            //
	Bzip2      Kind = "bzip2"           //
	LZMA       Kind = "lzma"            //
	XZ         Kind = "xz"              //
	LZ4        Kind = "lz4"             //
	ZFile      Kind = "joblib ZF"       // joblib 0.9 and earlier
	JSON       Kind = "JSON"            //
	UBJSON     Kind = "UBJSON"          //
	HDF5       Kind = "HDF5"            //
	Zip        Kind = "zip"             //
	NPY        Kind = "npy"             //
	LightGBM   Kind = "LightGBM text"   //
	XGBinary   Kind = "XGBoost's old binary format"
)

var magics = []struct {
	magic string
	kind  Kind
}{
	{"\x89HDF\r\n\x1a\n", HDF5},
	{"PK\x03\x04", Zip},
	{"PK\x05\x06", Zip},
	{"\x93NUMPY", NPY},
	{"\x1f\x8b", Gzip},
	{"\xfd7zXZ\x00", XZ},
	{"\x04\x22\x4d\x18", LZ4},
	{"]\x00\x00", LZMA},
	{"ZF", ZFile},
	{"tree\nversion=", LightGBM},
	{"tree\r\nversion=", LightGBM},
	{"binf", XGBinary},
	{"CONFIG-offset:", XGBinary},
}

// Sniff looks at the first bytes of a file. More than 64 bytes are of use only
// where a JSON text begins with white space.
func Sniff(b []byte) Kind {
	for _, m := range magics {
		if bytes.HasPrefix(b, []byte(m.magic)) {
			return m.kind
		}
	}
	switch {
	case len(b) >= 2 && b[0] == 0x80 && b[1] <= 9: // a protocol that is too new is for the parser to refuse
		return Pickle
	case len(b) >= 4 && bytes.HasPrefix(b, []byte("BZh")) && b[3] >= '1' && b[3] <= '9':
		return Bzip2
	case len(b) >= 2 && b[0] == 0x78 && binary.BigEndian.Uint16(b)%31 == 0:
		return Zlib // RFC 1950 with the window that Python uses; a smaller one would look like a text pickle's "(S"
	case ubjson(b):
		return UBJSON
	case json(b):
		return JSON
	case len(b) > 0 && bytes.IndexByte([]byte("(]})cINSVLFKMJGUTX\x8c\x8a"), b[0]) >= 0:
		return PickleText
	}
	return Unknown
}

// ubjson: an object whose first key has a length marker, or an empty one; JSON
// has '"', '}' or white space there.
func ubjson(b []byte) bool {
	return len(b) >= 3 && b[0] == '{' && bytes.IndexByte([]byte("LiUIl"), b[1]) >= 0
}

func json(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte("\xef\xbb\xbf"))
	b = bytes.TrimLeft(b, " \t\r\n")
	if len(b) == 0 || (b[0] != '{' && b[0] != '[') {
		return false
	}
	rest := bytes.TrimLeft(b[1:], " \t\r\n")
	if len(rest) == 0 {
		return true
	}
	if b[0] == '{' {
		return rest[0] == '"' || rest[0] == '}'
	}
	return bytes.IndexByte([]byte("\"[]{-0123456789tfnNI"), rest[0]) >= 0
}
