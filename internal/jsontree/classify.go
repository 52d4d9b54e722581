package jsontree

import "encoding/binary"

// masks has one bit for each of 64 bytes, the first byte's lowest.
type masks struct {
	digit, zero, comma, dot, exp, minus, plus, end uint64
}

// classify sorts 64 bytes into masks. It turns the bytes into eight planes, one
// for each of their bits, in which a class of bytes is a few operations on 64
// bytes at a time.
func classify(b *[64]byte) masks {
	p0, p1 := binary.LittleEndian.Uint64(b[0:]), binary.LittleEndian.Uint64(b[8:])
	p2, p3 := binary.LittleEndian.Uint64(b[16:]), binary.LittleEndian.Uint64(b[24:])
	p4, p5 := binary.LittleEndian.Uint64(b[32:]), binary.LittleEndian.Uint64(b[40:])
	p6, p7 := binary.LittleEndian.Uint64(b[48:]), binary.LittleEndian.Uint64(b[56:])

	// Word w, byte j, bit k becomes word k, byte j, bit w.
	p0, p1 = exchange(p0, p1, 1, 0x5555555555555555)
	p2, p3 = exchange(p2, p3, 1, 0x5555555555555555)
	p4, p5 = exchange(p4, p5, 1, 0x5555555555555555)
	p6, p7 = exchange(p6, p7, 1, 0x5555555555555555)
	p0, p2 = exchange(p0, p2, 2, 0x3333333333333333)
	p1, p3 = exchange(p1, p3, 2, 0x3333333333333333)
	p4, p6 = exchange(p4, p6, 2, 0x3333333333333333)
	p5, p7 = exchange(p5, p7, 2, 0x3333333333333333)
	p0, p4 = exchange(p0, p4, 4, 0x0f0f0f0f0f0f0f0f)
	p1, p5 = exchange(p1, p5, 4, 0x0f0f0f0f0f0f0f0f)
	p2, p6 = exchange(p2, p6, 4, 0x0f0f0f0f0f0f0f0f)
	p3, p7 = exchange(p3, p7, 4, 0x0f0f0f0f0f0f0f0f)

	row2 := p5 &^ (p7 | p6 | p4) & p3 // 0x28 to 0x2f
	row3 := p5 & p4 &^ (p7 | p6)      // 0x30 to 0x3f
	c, d := p2&^(p1|p0), p2&p0&^p1    // 4 or c, 5 or d in the low nibble
	return masks{
		digit: transpose(row3 &^ (p3 & (p2 | p1))),
		zero:  transpose(row3 &^ (p3 | p2 | p1 | p0)),
		comma: transpose(row2 & c),
		minus: transpose(row2 & d),
		dot:   transpose(row2 & p2 & p1 &^ p0),
		plus:  transpose(row2 & p1 & p0 &^ p2),
		exp:   transpose(p6 & d &^ (p7 | p4 | p3)),      // 0x45, 0x65
		end:   transpose(p6 & p4 & p3 & d &^ (p7 | p5)), // 0x5d
	}
}

// exchange swaps the bits of a that are s above those in mask with the bits of
// b that are in mask.
func exchange(a, b uint64, s uint, mask uint64) (uint64, uint64) {
	t := (a>>s ^ b) & mask
	return a ^ t<<s, b ^ t
}

// transpose swaps rows and columns of an 8 by 8 matrix of bits.
func transpose(x uint64) uint64 {
	t := (x ^ x>>7) & 0x00aa00aa00aa00aa
	x ^= t ^ t<<7
	t = (x ^ x>>14) & 0x0000cccc0000cccc
	x ^= t ^ t<<14
	t = (x ^ x>>28) & 0x00000000f0f0f0f0
	return x ^ t ^ t<<28
}
