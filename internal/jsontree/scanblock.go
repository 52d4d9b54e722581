package jsontree

import (
	"math/bits"
)

// scanNumbers finds the end of an array of numbers whose content begins at i,
// past its bracket; count is at least 1. Where ok is false, end is where
// something else than a number, a comma or the bracket came.
func scanNumbers(b []byte, i int) (end, count int, integral, spaces, ok bool) {
	if i >= len(b) || b[i]-'0' > 9 && b[i] != '-' && b[i] != 'N' && b[i] != 'I' && b[i] > ' ' {
		return i, 0, false, false, false
	}
	if end, count, integral, ok = scanBlocks(b, i); ok {
		return end, count, integral, false, true
	}
	return scanEach(b, i)
}

// scanEach is scanNumbers one number at a time; it takes white space and the
// tokens that are no digits.
func scanEach(b []byte, i int) (end, count int, integral, spaces, ok bool) {
	integral = true
	for {
		j := skipSpace(b, i)
		k, whole, ok := scanNumber(b, j)
		if !ok {
			return k, count, false, false, false
		}
		integral = integral && whole
		l := skipSpace(b, k)
		spaces = spaces || j > i || l > k
		if l >= len(b) || b[l] != ',' && b[l] != ']' {
			return l, count, false, false, false
		}
		count++
		if b[l] == ']' {
			return l + 1, count, integral, spaces, true
		}
		i = l + 1
	}
}

// scanBlocks is scanNumbers for arrays of digits, signs, points, exponents and
// commas only, 64 bytes at a step. Each byte becomes a bit in one of a few
// masks, and the grammar a handful of operations on those: a set shifted by one
// is what must follow, and adding the first bits of runs of digits to the
// digits carries each run to the bit after its end.
func scanBlocks(b []byte, i int) (end, count int, integral, ok bool) {
	var (
		tail                       [64]byte
		comma, dot, exp            uint64 = 1, 0, 0 // the last bit of the block before; a number begins after the bracket too
		minusFirst, signExp        uint64           // a sign there, at the front of a number or of an exponent
		inWhole, inFraction, inExp uint64           // carries
		zeroFirst                  uint64           // a zero there, at the front of a number
		seen                       uint64           // points and exponents
	)
	for {
		block := b[i:]
		if len(block) < 64 {
			if len(block) == 0 {
				return 0, 0, false, false
			}
			tail = [64]byte{}
			copy(tail[:], block)
			block = tail[:]
		}
		m := classify((*[64]byte)(block))
		valid := ^uint64(0)
		last := uint64(0) // the bit of the closing bracket
		if m.end != 0 {
			last = m.end & -m.end
			valid = last - 1
		}
		if valid&^(m.digit|m.comma|m.dot|m.exp|m.minus|m.plus) != 0 {
			return 0, 0, false, false
		}
		digit, minus, plus := m.digit&valid, m.minus&valid, m.plus&valid
		commas, dots, exps := m.comma&valid, m.dot&valid, m.exp&valid

		front := commas<<1 | comma // where a number begins
		neg := minus & front
		whole := front&^minus | neg<<1 | minusFirst
		fraction := dots<<1 | dot
		afterExp := exps<<1 | exp
		signs := afterExp & (minus | plus)
		power := afterExp&^(minus|plus) | signs<<1 | signExp

		sum, carryWhole := bits.Add64(digit, whole, inWhole)
		endWhole := sum &^ digit
		sum, carryFraction := bits.Add64(digit, fraction, inFraction)
		endFraction := sum &^ digit
		sum, carryExp := bits.Add64(digit, power, inExp)
		endNumber := endWhole | endFraction | sum&^digit

		zeros := whole & m.zero
		bad := (whole | fraction | power) &^ digit // digits must begin here
		bad |= (zeros<<1 | zeroFirst) & digit      // 01
		bad |= dots &^ endWhole                    // 1.2.3
		bad |= exps &^ (endWhole | endFraction)    // 1e2e3
		bad |= minus &^ (front | afterExp)         // 1-2
		bad |= plus &^ afterExp                    // 1+2
		bad |= (commas | last) &^ endNumber        // 1,,2
		if bad != 0 {
			return 0, 0, false, false
		}
		count += bits.OnesCount64(commas)
		seen |= dots | exps
		if last != 0 {
			return i + bits.TrailingZeros64(last) + 1, count + 1, seen == 0, true
		}
		comma, dot, exp = commas>>63, dots>>63, exps>>63
		minusFirst, signExp, zeroFirst = neg>>63, signs>>63, zeros>>63
		inWhole, inFraction, inExp = carryWhole, carryFraction, carryExp
		i += 64
	}
}
