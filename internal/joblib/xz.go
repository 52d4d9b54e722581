package joblib

import (
	"encoding/binary"

	"github.com/larder-ml/larder/document"
)

// checkXZ bounds the dictionaries that the blocks of an .xz file ask for,
// before any is made, and asks for the footer, whose lack the decoder does not
// see where a file ends after a block. It finds the blocks through the index at
// the end (The .xz File Format 1.2.0, §2.1.2, §3.1, §4). What else it cannot
// follow it leaves to the decoder, which reads the same structures and refuses
// them.
func checkXZ(b []byte) error {
	const head = 12 // stream header and footer
	end := len(b)
	for end >= 2*head {
		for end >= 4 && binary.LittleEndian.Uint32(b[end-4:]) == 0 { // stream padding
			end -= 4
		}
		if end < 2*head || string(b[end-2:end]) != "YZ" {
			if err := checkBlock(b, head); err != nil {
				return err
			}
			return document.Errorf(document.ErrCorrupt, format, "", int64(end), "xz stream without a footer")
		}
		index := (int64(binary.LittleEndian.Uint32(b[end-8:])) + 1) * 4
		if index > int64(end-2*head) {
			return nil
		}
		at := end - head - int(index)
		sizes := blockSizes(b[at : end-head])
		for i := len(sizes) - 1; i >= 0; i-- {
			if sizes[i] > uint64(at-head) {
				return nil
			}
			at -= int(sizes[i])
			if err := checkBlock(b, at); err != nil {
				return err
			}
		}
		end = at - head
	}
	return nil
}

// blockSizes are the padded sizes of the blocks that an index lists.
func blockSizes(b []byte) []uint64 {
	if len(b) == 0 || b[0] != 0 {
		return nil
	}
	b = b[1:]
	count, n := binary.Uvarint(b)
	if n <= 0 || count > uint64(len(b)) {
		return nil
	}
	b = b[n:]
	var out []uint64
	for range count {
		size, n := binary.Uvarint(b)
		if n <= 0 || size > 1<<62 {
			return nil
		}
		_, k := binary.Uvarint(b[n:])
		if k <= 0 {
			return nil
		}
		b = b[n+k:]
		out = append(out, (size+3)&^3)
	}
	return out
}

// checkBlock bounds the dictionary of one block. Its header is: size, flags,
// perhaps two sizes, then filters of id, length of properties, properties.
func checkBlock(b []byte, at int) error {
	if at+2 > len(b) || b[at] == 0 {
		return nil
	}
	size := (int(b[at]) + 1) * 4
	if at+size > len(b) {
		return nil
	}
	flags, p := b[at+1], b[at+2:at+size]
	for _, present := range []bool{flags&0x40 != 0, flags&0x80 != 0} {
		if present {
			_, n := binary.Uvarint(p)
			if n <= 0 {
				return nil
			}
			p = p[n:]
		}
	}
	for range flags&3 + 1 {
		id, n := binary.Uvarint(p)
		if n <= 0 {
			return nil
		}
		props, k := binary.Uvarint(p[n:])
		if k <= 0 || props > uint64(len(p)-n-k) {
			return nil
		}
		p = p[n+k:]
		if id == 0x21 && props == 1 { // LZMA2, §5.3.1
			bits := p[0] & 0x3f
			if dict := (2 | uint64(bits)&1) << (bits/2 + 11); bits > 40 || dict > maxDict {
				return document.Errorf(document.ErrLimit, format, "", int64(at), "xz dictionary of %d bytes, %d are allowed", dict, maxDict)
			}
		}
		p = p[props:]
	}
	return nil
}
